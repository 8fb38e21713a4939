/** The "passphrase" secrets provider, version 1: PBKDF2-SHA256, 1,000,000 rounds, then AES-256-GCM. */
import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { SECRET_MARK, SIGNATURE, isObject, isSecret, reveal, toSecret, type Props } from '../wire/values.ts';

const ROUNDS = 1_000_000;
const PROOF = 'pulumi';
const TAG_BYTES = 16;

/** Thrown when the passphrase does not open a state, or the state uses a secrets provider that is not known here. */
export class SecretsError extends Error {
  override readonly name = 'SecretsError';
}

export interface Crypter {
  /** What the state names as its salt: version, salt, and an encrypted word that proves the passphrase. */
  readonly salt: string;
  encrypt(text: string): string;
  /** @throws SecretsError when the text was not encrypted with this key */
  decrypt(text: string): string;
}

const keys = new Map<string, Promise<Buffer>>();

/** One derivation costs 200 ms and more, so a process derives each key once. */
function deriveKey(passphrase: string, salt: Buffer): Promise<Buffer> {
  const name = `${salt.toString('hex')}\0${passphrase}`;
  const known = keys.get(name);
  if (known) return known;
  const derived = promisify(pbkdf2)(passphrase, salt, ROUNDS, 32, 'sha256');
  keys.set(name, derived);
  return derived;
}

function makeCrypter(salt: string, key: Buffer): Crypter {
  return {
    salt,
    encrypt(text) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `v1:${nonce.toString('base64')}:${sealed.toString('base64')}`;
    },
    decrypt(text) {
      const [version, nonce = '', body = ''] = text.split(':');
      if (version !== 'v1') throw new SecretsError('a secret in the state has an unknown format');
      const sealed = Buffer.from(body, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64'));
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new SecretsError('a secret in the state does not open with this passphrase', { cause });
      }
    },
  };
}

/** A crypter with a fresh salt. */
export async function createCrypter(passphrase: string): Promise<Crypter> {
  const salt = randomBytes(8);
  const key = await deriveKey(passphrase, salt);
  return makeCrypter(`v1:${salt.toString('base64')}:${makeCrypter('', key).encrypt(PROOF)}`, key);
}

/** The crypter of a salt that a state names. @throws SecretsError when the passphrase is another one */
export async function openCrypter(passphrase: string, salt: string): Promise<Crypter> {
  const [version, bytes = '', ...proof] = salt.split(':');
  if (version !== 'v1') throw new SecretsError('the state has a salt of an unknown version');
  const crypter = makeCrypter(salt, await deriveKey(passphrase, Buffer.from(bytes, 'base64')));
  if (crypter.decrypt(proof.join(':')) !== PROOF) throw new SecretsError('the passphrase is not the one of this state');
  return crypter;
}

/** Wire values to state values: secrets encrypted, keys in order. */
export function seal(value: unknown, crypter: Crypter): unknown {
  if (isSecret(value)) {
    return { [SIGNATURE]: SECRET_MARK, ciphertext: crypter.encrypt(JSON.stringify(reveal(value.value))) };
  }
  if (Array.isArray(value)) return value.map((member) => seal(member, crypter));
  if (!isObject(value)) return value;
  const result: Props = {};
  for (const key of Object.keys(value).sort()) result[key] = seal(value[key], crypter);
  return result;
}

/** State values to wire values. Inside a secret, Pulumi keeps nested secrets in plain JSON under the same names. */
export function unseal(value: unknown, crypter: Crypter, nested = false): unknown {
  if (isSecret(value)) {
    const { plaintext, ciphertext } = value as unknown as { plaintext?: string; ciphertext?: string };
    const json = plaintext ?? (nested ? (ciphertext ?? 'null') : crypter.decrypt(ciphertext ?? ''));
    return toSecret(reveal(unseal(JSON.parse(json), crypter, true)));
  }
  if (Array.isArray(value)) return value.map((member) => unseal(member, crypter, nested));
  if (!isObject(value)) return value;
  const result: Props = {};
  for (const [key, member] of Object.entries(value)) result[key] = unseal(member, crypter, nested);
  return result;
}
