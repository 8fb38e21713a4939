import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashKey, makeKey } from './keys.ts';
import { openSecret, SealError, sealSecret } from './seal.ts';

const key = randomBytes(32).toString('base64');

test('a sealed secret opens with the same key and tenant, and differs each time', () => {
  const sealed = sealSecret('pässword', key, 't_2345ab');
  expect(sealed).toMatch(/^v1:[^:]+:[^:]+$/);
  expect(sealed).not.toContain('pässword');
  expect(sealSecret('pässword', key, 't_2345ab')).not.toBe(sealed);
  expect(openSecret(sealed, key, 't_2345ab')).toBe('pässword');
});

test.each([
  ['another tenant', (sealed: string) => openSecret(sealed, key, 't_2345ac')],
  ['another key', (sealed: string) => openSecret(sealed, randomBytes(32).toString('base64'), 't_2345ab')],
  ['altered bytes', (sealed: string) => openSecret(`${sealed.slice(0, -4)}AAA=`, key, 't_2345ab')],
  ['not sealed at all', () => openSecret('plain', key, 't_2345ab')],
  ['a short key', (sealed: string) => openSecret(sealed, 'c2hvcnQ=', 't_2345ab')],
])('%s does not open it', (_what, open) => {
  expect(() => open(sealSecret('password', key, 't_2345ab'))).toThrow(SealError);
});

test('a key is recognisable, random, and known by its hash', () => {
  const { key: made, prefix, hash } = makeKey();
  expect(made).toMatch(/^ick_live_[0-9A-Za-z]{32}$/);
  expect(made.startsWith(prefix)).toBe(true);
  expect(prefix).toHaveLength(13);
  expect(hash).toBe(hashKey(made));
  expect(makeKey().key).not.toBe(made);
});
