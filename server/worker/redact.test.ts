import { expect, test } from 'vitest';
import { makeRedact } from './redact.ts';

const redact = makeRedact([
  'a-passphrase-of-ours',
  'postgresql://postgres:se%20cret-password@127.0.0.1:5432/postgres',
  'short',
]);

test('known secrets, passwords in URLs and API keys do not pass', () => {
  expect(redact('state of a-passphrase-of-ours')).toBe('state of ***');
  expect(redact('login with se cret-password failed')).toBe('login with *** failed');
  expect(redact('connect to postgres://someone:else@db/x')).toBe('connect to postgres://someone:***@db/x');
  expect(redact('key ick_live_0123456789abcdefghijklmnopqrstuv')).toBe('key ick_***');
});

test('what is too short to be a secret stays readable', () => {
  expect(redact('a short answer')).toBe('a short answer');
});

test('very long texts are cut', () => {
  expect(redact('x'.repeat(5_000))).toHaveLength(2_001);
});
