// The secrets of an installation: made at its first start, kept in one file that only its owner may read.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { StartFailure } from './failure.ts';

const KeyPair = z.strictObject({ privateKey: z.string(), publicKey: z.string() });

const Secrets = z.strictObject({
  authSecret: z.string(),
  envelopeKey: z.string(),
  pulumiPassphrase: z.string(),
  /** Signs short-lived tokens for tenants' APIs. */
  token: KeyPair,
  /** Signs checkpoints of the audit chain. */
  audit: KeyPair,
  /** Passwords of database roles. */
  ownerPassword: z.string(),
  applicationPassword: z.string(),
  gatewayPassword: z.string(),
});
export type Secrets = z.infer<typeof Secrets>;

/** Read the secrets of the installation in `dataDir`, making them when there are none.
 * @throws StartFailure when the file is damaged: new secrets could not open what the old ones sealed */
export function keepSecrets(dataDir: string): Secrets {
  const file = path.join(dataDir, 'secrets.json');
  if (existsSync(file)) return readSecrets(file);
  const secrets: Secrets = {
    authSecret: randomText(),
    envelopeKey: randomBytes(32).toString('base64'),
    pulumiPassphrase: randomText(),
    token: makeKeyPair(),
    audit: makeKeyPair(),
    ownerPassword: randomText(),
    applicationPassword: randomText(),
    gatewayPassword: randomText(),
  };
  writePrivately(file, secrets);
  return secrets;
}

/** Write JSON that only the owner may read; the file is there whole or not at all. */
export function writePrivately(file: string, content: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function readSecrets(file: string): Secrets {
  try {
    return Secrets.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new StartFailure(`${file} is damaged; restore it from a backup: what it sealed opens with nothing else.`);
  }
}

const randomText = () => randomBytes(33).toString('base64url');

function makeKeyPair(): z.infer<typeof KeyPair> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  });
  return { privateKey: privateKey.toString('base64'), publicKey: publicKey.toString('base64') };
}
