/** Who calls: the bearer of an API key or of a signed token. Never says which part of a credential was wrong. */
import { timingSafeEqual } from 'node:crypto';
import { looksLikeAccessToken, verifyAccessToken, type AccessClaims } from '../domain/access-token.ts';
import { hashKey } from '../registry/keys.ts';
import type { ApiKeyRecord } from '../registry/model.ts';
import { TokenBucket } from './bucket.ts';
import { problem } from './problems.ts';
import { RegistryUnavailable, type RegistryFeed } from './registry-feed.ts';
import type { RegistryMemory } from './registry-memory.ts';

export interface Caller {
  /** A key's id, or who a token acts for. */
  readonly id: string;
  readonly keyId: string | null;
  readonly channel: 'api' | 'try' | 'smoke' | 'kpi';
  readonly scopes: readonly ('read' | 'write')[];
  /** Of whom the rows are that the caller reaches; null: the tenant's own caller. */
  readonly party: string | null;
}

/** Keys that are not in memory yet are asked for at this rate; guesses beyond it are refused unseen. */
const LOOKUPS = { rps: 20, burst: 40 };
const KEY_FORM = /^ick_[A-Za-z0-9_-]{8,120}$/;

export class Identifier {
  readonly #memory: RegistryMemory;
  readonly #feed: RegistryFeed;
  readonly #lookups = new TokenBucket(LOOKUPS, Date.now());

  constructor(memory: RegistryMemory, feed: RegistryFeed) {
    this.#memory = memory;
    this.#feed = feed;
  }

  /** @param authorization the header as it came
   * @throws Problem `unauthorized`; `key_expired` to the bearer of a key of this tenant whose time is over */
  async identify(authorization: string | undefined, ref: string, nowMs: number): Promise<Caller> {
    const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (bearer === undefined) throw refused(ref, false);
    if (looksLikeAccessToken(bearer)) return callerOfToken(await this.#claims(bearer, ref, nowMs));
    const key = await this.#key(bearer);
    if (key === null || key.ref !== ref || key.revokedAt !== null) throw refused(ref, true);
    const { id, scopes, party, expiresAt } = key;
    if (expiresAt !== null && expiresAt.getTime() <= nowMs) throw expired(ref, expiresAt);
    return { id, keyId: id, channel: 'api', scopes, party };
  }

  /** For the platform's own questions: a signed token of this tenant, no API key.
   * @throws Problem `unauthorized` */
  async requireToken(authorization: string | undefined, ref: string, nowMs: number): Promise<AccessClaims> {
    const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (bearer === undefined || !looksLikeAccessToken(bearer)) throw refused(ref, bearer !== undefined);
    return this.#claims(bearer, ref, nowMs);
  }

  async #claims(token: string, ref: string, nowMs: number): Promise<AccessClaims> {
    const check = await verifyAccessToken((issuer) => this.#memory.tokenKeys(issuer), token, nowMs);
    if (!check.ok || check.claims.ref !== ref) throw refused(ref, true);
    return check.claims;
  }

  async #key(bearer: string): Promise<ApiKeyRecord | null> {
    if (!KEY_FORM.test(bearer)) return null;
    const hash = hashKey(bearer);
    const known = this.#memory.key(hash) ?? (await this.#lookUp(hash));
    if (!known) return null;
    return timingSafeEqual(Buffer.from(known.hash, 'hex'), Buffer.from(hash, 'hex')) ? known : null;
  }

  /** A key may be used before its wake-up arrived. */
  async #lookUp(hash: string): Promise<ApiKeyRecord | null> {
    if (!this.#lookups.take(Date.now()).allowed) return null;
    try {
      return await this.#feed.lookUpKey(hash);
    } catch (error) {
      if (error instanceof RegistryUnavailable || !this.#feed.connected) {
        throw problem('registry_unavailable', {}, { 'retry-after': '2' });
      }
      throw error;
    }
  }
}

function callerOfToken({ iss, sub, scope, purpose }: AccessClaims): Caller {
  const scopes = scope === 'write' ? (['read', 'write'] as const) : (['read'] as const);
  return { id: `${iss}:${sub}`, keyId: null, channel: purpose, scopes, party: null };
}

/** The bearer has the whole key, so nothing is given away; guesses meet `unauthorized`. */
const expired = (ref: string, at: Date) =>
  problem('key_expired', { expiredAt: at.toISOString() }, { 'www-authenticate': challengeOf(ref, true) });

const challengeOf = (ref: string, presented: boolean): string =>
  `Bearer realm="${ref}"${presented ? ', error="invalid_token"' : ''}`;

function refused(ref: string, presented: boolean) {
  return problem('unauthorized', {}, { 'www-authenticate': challengeOf(ref, presented) });
}
