import { beforeAll, describe, expect, test } from 'vitest';
import {
  importSigningKey,
  importVerifyingKey,
  looksLikeAccessToken,
  newTokenKeyPair,
  signAccessToken,
  verifyAccessToken,
} from './access-token.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const grant = { iss: 'worker', sub: 'run-1', ref: 't_7k2m9q', scope: 'write', purpose: 'smoke' } as const;
let signing: CryptoKey;
let verifying: CryptoKey;
let other: CryptoKey;

beforeAll(async () => {
  const [ours, theirs] = [await newTokenKeyPair(), await newTokenKeyPair()];
  signing = await importSigningKey(ours.privateKey);
  verifying = await importVerifyingKey(ours.publicKey);
  other = await importVerifyingKey(theirs.publicKey);
});

const base64Url = (text: string) => btoa(text).replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_');

/** A true signature over any payload. */
async function sign(payload: string): Promise<string> {
  const signed = `ict.${base64Url(payload)}`;
  const bytes = new Uint8Array(await crypto.subtle.sign('Ed25519', signing, new TextEncoder().encode(signed)));
  return `${signed}.${base64Url(String.fromCharCode(...bytes))}`;
}

describe('access tokens', () => {
  test('give back the claims that were signed', async () => {
    const token = await signAccessToken(signing, { ...grant, lifetimeMs: 30_000 }, NOW);
    const check = await verifyAccessToken(() => [verifying], token, NOW + 29_000);
    expect(check).toMatchObject({ ok: true, claims: { ...grant, iat: NOW / 1_000, exp: NOW / 1_000 + 30 } });
    expect(looksLikeAccessToken(token)).toBe(true);
  });

  test('are accepted by any of several keys, refused by a foreign one', async () => {
    const token = await signAccessToken(signing, grant, NOW);
    expect(await verifyAccessToken(() => [other, verifying], token, NOW)).toMatchObject({ ok: true });
    expect(await verifyAccessToken(() => [other], token, NOW)).toEqual({ ok: false, why: 'bad_signature' });
    expect(await verifyAccessToken(() => [], token, NOW)).toEqual({ ok: false, why: 'bad_signature' });
  });

  test('are checked with the keys of the issuer they name; PEM is read too', async () => {
    const pair = await newTokenKeyPair();
    const pem = `-----BEGIN PUBLIC KEY-----\n${pair.publicKey}\n-----END PUBLIC KEY-----\n`;
    const key = await importVerifyingKey(pem);
    const token = await signAccessToken(await importSigningKey(pair.privateKey), grant, NOW);
    expect(await verifyAccessToken((iss) => (iss === 'worker' ? [key] : []), token, NOW)).toMatchObject({ ok: true });
    expect(await verifyAccessToken((iss) => (iss === 'portal' ? [key] : []), token, NOW)).toMatchObject({ ok: false });
  });

  test('end', async () => {
    const token = await signAccessToken(signing, { ...grant, lifetimeMs: 10_000 }, NOW);
    expect(await verifyAccessToken(() => [verifying], token, NOW + 10_000)).toEqual({ ok: false, why: 'expired' });
    expect(await verifyAccessToken(() => [verifying], token, NOW - 60_000)).toEqual({
      ok: false,
      why: 'not_yet_valid',
    });
  });

  test('cannot be signed for longer than five minutes', async () => {
    await expect(signAccessToken(signing, { ...grant, lifetimeMs: 300_001 }, NOW)).rejects.toThrow(RangeError);
    await expect(signAccessToken(signing, { ...grant, lifetimeMs: 0 }, NOW)).rejects.toThrow(RangeError);
  });

  test('lose their signature with any changed claim', async () => {
    const [prefix, payload, signature] = (await signAccessToken(signing, grant, NOW)).split('.');
    const claims: unknown = JSON.parse(atob(payload!.replaceAll('-', '+').replaceAll('_', '/')));
    const forged = btoa(JSON.stringify({ ...(claims as object), ref: 't_aaaaaa' })).replaceAll('=', '');
    expect(await verifyAccessToken(() => [verifying], `${prefix}.${forged}.${signature}`, NOW)).toEqual({
      ok: false,
      why: 'bad_signature',
    });
  });

  test.each(['', 'ict', 'ict..', 'ict.a.b', 'ict.e30.####', 'ict.e30.e30.e30', `ict.${'a'.repeat(3_000)}.b`])(
    'refuse %j',
    async (token) => {
      expect(await verifyAccessToken(() => [verifying], token, NOW)).toEqual({ ok: false, why: 'malformed' });
    },
  );

  test('refuse signed nonsense and a signed long life', async () => {
    expect(await verifyAccessToken(() => [verifying], await sign('not json'), NOW)).toEqual({
      ok: false,
      why: 'malformed',
    });
    const iat = NOW / 1_000;
    const long = JSON.stringify({ ...grant, iat, exp: iat + 301, jti: 'x' });
    expect(await verifyAccessToken(() => [verifying], await sign(long), NOW)).toEqual({
      ok: false,
      why: 'too_long_lived',
    });
  });
});
