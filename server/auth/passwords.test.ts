import { expect, test } from 'vitest';
import { hashPassword, randomPassword, verifyPassword } from './passwords.ts';
import { bearerOf, hashToken, makeToken } from './tokens.ts';

test('a password fits its hash alone, however its characters were composed', async () => {
  const hash = await hashPassword('Zürich 蓝海');
  expect(hash).toMatch(/^scrypt:32768:8:1:[\w+/=]+:[\w+/=]+$/);
  expect(await verifyPassword('Zu\u0308rich 蓝海', hash)).toBe(true);
  expect(await verifyPassword('zürich 蓝海', hash)).toBe(false);
  expect(await hashPassword('Zürich 蓝海')).not.toBe(hash);
});

test('nobody has no password, and finding that out costs the same work', async () => {
  await verifyPassword('warm up', null);
  const timed = async (stored: string | null) => {
    const startedAt = performance.now();
    expect(await verifyPassword('x', stored)).toBe(false);
    return performance.now() - startedAt;
  };
  const hash = await hashPassword('y');
  const rounds = await Promise.all([1, 2, 3].map(async () => [await timed(null), await timed(hash)] as const));
  const [unknown, known] = [Math.min(...rounds.map(([ms]) => ms)), Math.min(...rounds.map(([, ms]) => ms))];
  expect(unknown).toBeGreaterThan(known / 4);
});

test('random passwords can be read aloud and differ', () => {
  const made = Array.from({ length: 50 }, randomPassword);
  for (const password of made) expect(password).toMatch(/^[2-9a-hjkmnp-z]{5}(-[2-9a-hjkmnp-z]{5}){3}$/);
  expect(new Set(made).size).toBe(50);
});

test('tokens are recognised in the header, and only there', () => {
  const { token, prefix, hash } = makeToken();
  expect(token).toMatch(/^ict_[\w-]{43}$/);
  expect(token.startsWith(prefix)).toBe(true);
  expect(hashToken(token)).toBe(hash);
  expect(bearerOf(new Headers({ authorization: `Bearer ${token}` }))).toBe(token);
  for (const value of ['', token, `Basic ${token}`, 'Bearer other', `Bearer ${token} x`]) {
    expect(bearerOf(new Headers({ authorization: value })), value).toBeNull();
  }
});
