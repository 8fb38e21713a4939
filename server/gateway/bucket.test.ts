import { array, assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { TokenBucket } from './bucket.ts';

test('allows the burst, then refuses and says for how long', () => {
  const bucket = new TokenBucket({ rps: 2, burst: 3 }, 0);
  expect([0, 0, 0].map((now) => bucket.take(now).remaining)).toEqual([2, 1, 0]);
  expect(bucket.take(0)).toEqual({ allowed: false, limit: 3, remaining: 0, resetSeconds: 2, retryAfterSeconds: 1 });
  expect(bucket.take(499).allowed).toBe(false);
  expect(bucket.take(500)).toMatchObject({ allowed: true, remaining: 0 });
});

test('a slow bucket names the whole wait', () => {
  const bucket = new TokenBucket({ rps: 0.1, burst: 1 }, 0);
  bucket.take(0);
  expect(bucket.take(1_000).retryAfterSeconds).toBe(9);
});

test('never lets more through than burst + rps × time, whatever the arrivals', () => {
  assert(
    property(
      integer({ min: 1, max: 50 }),
      integer({ min: 1, max: 100 }),
      array(integer({ min: -50, max: 400 }), { maxLength: 300 }),
      (rps, burst, gapsMs) => {
        const bucket = new TokenBucket({ rps, burst }, 0);
        let now = 0;
        let latest = 0;
        let allowed = 0;
        for (const gap of gapsMs) {
          now = Math.max(0, now + gap); // clocks step back, too
          latest = Math.max(latest, now);
          if (bucket.take(now).allowed) allowed += 1;
        }
        expect(allowed).toBeLessThanOrEqual(burst + (latest / 1_000) * rps + 1e-6);
      },
    ),
  );
});

test('a smaller plan keeps what was used', () => {
  const bucket = new TokenBucket({ rps: 1, burst: 10 }, 0);
  for (let i = 0; i < 8; i++) bucket.take(0);
  bucket.resize({ rps: 1, burst: 5 }, 0);
  expect(bucket.level(0)).toBe(0);
  bucket.resize({ rps: 1, burst: 20 }, 0);
  expect(bucket.level(0)).toBe(15);
});
