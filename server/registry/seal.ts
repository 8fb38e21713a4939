/**
 * Envelope encryption of small secrets (role passwords, keys waiting to be shown): AES-256-GCM with the installation's envelope key.
 * The tenant's ref is bound as additional data, so a sealed value copied to another tenant's row does not open.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Why a sealed value did not open: wrong key, wrong tenant, or altered bytes; which one cannot be told apart. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

function envelopeKey(base64: string): Buffer {
  const key = Buffer.from(base64, 'base64');
  if (key.length !== 32) throw new SealError('ENVELOPE_KEY must be 32 bytes, base64');
  return key;
}

/** Seals a secret for one tenant.
 * @param key ENVELOPE_KEY: 32 bytes, base64
 * @returns `v1:nonce:ciphertext+tag`, both base64 */
export function sealSecret(plain: string, key: string, ref: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, envelopeKey(key), nonce);
  cipher.setAAD(Buffer.from(ref, 'utf8'));
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString('base64')}:${body.toString('base64')}`;
}

/** Opens what `sealSecret` sealed for the same tenant.
 * @throws SealError when key, ref or bytes are not those of the sealing */
export function openSecret(sealed: string, key: string, ref: string): string {
  const [version, nonceText, bodyText] = sealed.split(':');
  const nonce = Buffer.from(nonceText ?? '', 'base64');
  const body = Buffer.from(bodyText ?? '', 'base64');
  if (version !== 'v1' || nonce.length !== NONCE_BYTES || body.length < TAG_BYTES) {
    throw new SealError('not a sealed secret');
  }
  const decipher = createDecipheriv(ALGORITHM, envelopeKey(key), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(ref, 'utf8'));
  decipher.setAuthTag(body.subarray(body.length - TAG_BYTES));
  try {
    const opened = [decipher.update(body.subarray(0, body.length - TAG_BYTES)), decipher.final()];
    return Buffer.concat(opened).toString('utf8');
  } catch (cause) {
    throw new SealError('the sealed secret does not open with this key and tenant', { cause });
  }
}
