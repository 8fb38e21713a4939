import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { RateLimiter } from './rate-limit.ts';

test('lets a burst through, then as many as the rate says', () => {
  const limiter = new RateLimiter({ perSecond: 2, burst: 3 });
  expect([0, 0, 0, 0].map(() => limiter.take('a', 1_000))).toEqual([0, 0, 0, 1]);
  expect(limiter.take('b', 1_000)).toBe(0);
  expect([limiter.take('a', 1_400), limiter.take('a', 1_500), limiter.take('a', 1_500)]).toEqual([1, 0, 1]);
});

test('never lets more through than burst and rate allow, and always after the wait it names', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (gapsMs, perSecond, burst) => {
      const limiter = new RateLimiter({ perSecond, burst });
      let now = 0;
      let taken = 0;
      for (const gap of gapsMs) {
        now += gap;
        const wait = limiter.take('a', now);
        if (wait === 0) taken += 1;
        else {
          now += wait * 1_000;
          expect(limiter.take('a', now)).toBe(0);
          taken += 1;
        }
      }
      expect(taken).toBeLessThanOrEqual(burst + (now / 1_000) * perSecond + 1e-6);
    }),
  );
});

test('forgets who was not seen longest when there are too many', () => {
  const limiter = new RateLimiter({ perSecond: 1, burst: 1 });
  limiter.take('first', 0);
  for (let i = 0; i < 10_000; i++) limiter.take(`other-${i}`, 0);
  expect(limiter.take('first', 0)).toBe(0);
  expect(limiter.take('other-9999', 0)).toBe(1);
});
