/** Passwords, kept as scrypt hashes: `scrypt:N:r:p:salt:hash`, base64. */
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

const COST = { N: 32_768, r: 8, p: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, HASH_BYTES, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64'), hash.toString('base64')].join(':');
}

/** Whether the password is the hashed one; takes as long when there is nobody to compare with.
 * @param stored null when no such person exists */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const [, N, r, p, salt, hash] = (stored ?? (await decoy())).split(':');
  const expected = Buffer.from(hash ?? '', 'base64');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const actual = await derive(password, Buffer.from(salt ?? '', 'base64'), expected.length, cost);
  return timingSafeEqual(actual, expected) && stored !== null;
}

let decoyHash: Promise<string> | null = null;
const decoy = (): Promise<string> => (decoyHash ??= hashPassword(randomBytes(16).toString('hex')));

function derive(
  password: string,
  salt: Buffer,
  bytes: number,
  cost: { N: number; r: number; p: number },
): Promise<Buffer> {
  const options: ScryptOptions = { ...cost, maxmem: 256 * cost.N * cost.r };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, bytes, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** A random password that can be read aloud: 4 groups of 5 letters and digits, about 99 bits. */
export function randomPassword(): string {
  const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';
  const limit = 256 - (256 % alphabet.length);
  let out = '';
  while (out.length < 20) for (const byte of randomBytes(32)) if (byte < limit) out += alphabet[byte % alphabet.length];
  return out.slice(0, 20).replace(/(.{5})(?=.)/g, '$1-');
}
