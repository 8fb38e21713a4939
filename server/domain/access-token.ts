/**
 * Access tokens: short-lived passes with which the portal and the worker call a tenant's API. Signed with Ed25519, so the gateway checks
 * them offline and keeps no state; an API key stays with the customer. Form: `ict.<payload>.<signature>`, base64url, signed over `ict.<payload>`.
 */
import { z } from 'zod';
import { newId } from './ids.ts';

export const TOKEN_LIFETIME_MS_MAX = 5 * 60_000;
/** How far the clocks of signer and verifier may differ. */
const CLOCK_SKEW_MS = 5_000;
const PREFIX = 'ict';

/** `try` acts for a person in the portal; `smoke` and `kpi` are the platform's own and use a bucket of their own. */
export const TokenPurpose = z.enum(['smoke', 'try', 'kpi']);
export type TokenPurpose = z.infer<typeof TokenPurpose>;
export const AccessScope = z.enum(['read', 'write']);
export type AccessScope = z.infer<typeof AccessScope>;

export const AccessClaims = z.strictObject({
  /** Who signed: `portal` or `worker`. */
  iss: z.string().min(1).max(60),
  /** On whose behalf: a user's id, or the run's. */
  sub: z.string().min(1).max(200),
  /** The one tenant it opens. */
  ref: z.string().min(1).max(40),
  /** `write` includes `read`. */
  scope: AccessScope,
  purpose: TokenPurpose,
  /** Seconds since 1970. */
  iat: z.int(),
  exp: z.int(),
  jti: z.string().min(1).max(60),
});
export type AccessClaims = z.infer<typeof AccessClaims>;

export type TokenRefusal = 'malformed' | 'bad_signature' | 'expired' | 'not_yet_valid' | 'too_long_lived';
export type TokenCheck =
  | { readonly ok: true; readonly claims: AccessClaims }
  | { readonly ok: false; readonly why: TokenRefusal };

/** Reads an Ed25519 private key.
 * @param pkcs8Base64 PKCS #8 DER, base64 */
export async function importSigningKey(pkcs8Base64: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('pkcs8', fromBase64(pkcs8Base64), 'Ed25519', false, ['sign']);
}

/** Reads an Ed25519 public key.
 * @param spki SubjectPublicKeyInfo, as base64 of its DER or as PEM */
export async function importVerifyingKey(spki: string): Promise<CryptoKey> {
  const der = fromBase64(spki.replaceAll(/-----[A-Z ]+-----|\s/g, ''));
  return crypto.subtle.importKey('spki', der, 'Ed25519', true, ['verify']);
}

/** A new pair, as the environment carries it: `privateKey` PKCS #8, `publicKey` SPKI, both base64. */
export async function newTokenKeyPair(): Promise<{ readonly privateKey: string; readonly publicKey: string }> {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new TypeError('Ed25519 made no key pair');
  const [pkcs8, spki] = await Promise.all([
    crypto.subtle.exportKey('pkcs8', pair.privateKey),
    crypto.subtle.exportKey('spki', pair.publicKey),
  ]);
  return { privateKey: toBase64(new Uint8Array(pkcs8)), publicKey: toBase64(new Uint8Array(spki)) };
}

/** Signs a token.
 * @param key of `importSigningKey`
 * @param grant what it allows; `lifetimeMs` default 60 s, at most five minutes
 * @throws RangeError when the lifetime is not within (0, 5 min] */
export async function signAccessToken(
  key: CryptoKey,
  grant: Pick<AccessClaims, 'iss' | 'sub' | 'ref' | 'scope' | 'purpose'> & { readonly lifetimeMs?: number },
  nowMs: number = Date.now(),
): Promise<string> {
  const { lifetimeMs = 60_000, ...who } = grant;
  if (!(lifetimeMs > 0 && lifetimeMs <= TOKEN_LIFETIME_MS_MAX)) throw new RangeError(`lifetimeMs: ${lifetimeMs}`);
  const iat = Math.floor(nowMs / 1_000);
  const exp = Math.floor((nowMs + lifetimeMs) / 1_000);
  const claims: AccessClaims = { ...who, iat, exp, jti: newId(nowMs) };
  const signed = `${PREFIX}.${toBase64Url(new TextEncoder().encode(JSON.stringify(claims)))}`;
  const signature = await crypto.subtle.sign('Ed25519', key, new TextEncoder().encode(signed));
  return `${signed}.${toBase64Url(new Uint8Array(signature))}`;
}

/** Whether a bearer value has the form of a token (an API key has another prefix). */
export function looksLikeAccessToken(bearer: string): boolean {
  return bearer.startsWith(`${PREFIX}.`);
}

/** Checks signature, times and claims. Whether `ref` and `scope` fit the call is the caller's to ask.
 * @param keysOf the public keys accepted of an issuer; several, so that a key can be changed without an interruption */
export async function verifyAccessToken(
  keysOf: (issuer: string) => readonly CryptoKey[],
  token: string,
  nowMs: number = Date.now(),
): Promise<TokenCheck> {
  if (token.length > 2_048) return { ok: false, why: 'malformed' };
  const [prefix, payload, signature, ...rest] = token.split('.');
  const signatureBytes = fromBase64Url(signature ?? '');
  const payloadBytes = fromBase64Url(payload ?? '');
  if (prefix !== PREFIX || rest.length > 0 || !payloadBytes || signatureBytes?.length !== 64) {
    return { ok: false, why: 'malformed' };
  }
  const claims = AccessClaims.safeParse(parseJson(payloadBytes));
  if (!claims.success) return { ok: false, why: 'malformed' };
  const signed = new TextEncoder().encode(`${PREFIX}.${payload}`);
  const keys = keysOf(claims.data.iss);
  const checks = await Promise.all(keys.map((key) => crypto.subtle.verify('Ed25519', key, signatureBytes, signed)));
  if (!checks.includes(true)) return { ok: false, why: 'bad_signature' };
  const { iat, exp } = claims.data;
  if ((exp - iat) * 1_000 > TOKEN_LIFETIME_MS_MAX) return { ok: false, why: 'too_long_lived' };
  if (iat * 1_000 > nowMs + CLOCK_SKEW_MS) return { ok: false, why: 'not_yet_valid' };
  if (exp * 1_000 <= nowMs) return { ok: false, why: 'expired' };
  return { ok: true, claims: claims.data };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const toBase64Url = (bytes: Uint8Array): string =>
  toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1) return null;
  return fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
}
