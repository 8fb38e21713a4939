/** API tokens of people and their programs: made once, kept as a hash. A plain hash is enough: there is nothing to guess. */
import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'ict_';

export interface NewToken {
  /** Plaintext: `ict_` and 43 url-safe characters (256 bits). */
  readonly token: string;
  readonly prefix: string;
  /** sha-256, hex. */
  readonly hash: string;
}

export function makeToken(): NewToken {
  const token = `${PREFIX}${randomBytes(32).toString('base64url')}`;
  return { token, prefix: token.slice(0, PREFIX.length + 4), hash: hashToken(token) };
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}

/** The token of an Authorization header, or null when it carries none of ours. */
export function bearerOf(headers: Headers): string | null {
  const match = /^Bearer (ict_[\w-]{20,100})$/i.exec(headers.get('authorization') ?? '');
  return match?.[1] ?? null;
}
