import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlanSpec, SizingSpec } from './manifest.ts';
import { sizeVolume } from './sizing.ts';

const GIB = 2 ** 30;
const quotas = (apiConnections: number, storageGib: number, rps: number, cpu: number): PlanSpec['quotas'] => ({
  apiConnections,
  storageGib,
  rps,
  cpu,
  sqlConnections: 0,
  burst: rps * 2,
  tempFileMib: 64,
  replicas: 0,
});
const PLANS = [
  { code: 'S' as const, quotas: quotas(5, 1, 20, 0.25) },
  { code: 'M' as const, quotas: quotas(15, 10, 100, 0.5) },
  { code: 'L' as const, quotas: quotas(40, 50, 300, 1) },
  { code: 'XL' as const, quotas: quotas(200, 500, 3_000, 32) },
];
const order: SizingSpec = {
  transaction: { en: 'order', zh: '订单' },
  transactionsPerDayDefault: 1_000,
  tpcbPerTransaction: 1.8,
  readsPerWrite: 20,
  bytesPerTransaction: 2_000,
  keepDaysDefault: 365,
};
const transfer: SizingSpec = { ...order, tpcbPerTransaction: 1.5, readsPerWrite: 2, bytesPerTransaction: 800 };

describe('worked examples', () => {
  test('20,000 orders a day with an event: L by storage, M when orders are archived after 150 days', () => {
    const sized = sizeVolume(order, { transactionsPerDay: 20_000, peakFactor: 3 * 3.23, keepDays: 365 }, PLANS);
    expect(sized.averagePerSecond).toBeCloseTo(0.231, 3);
    expect(sized.peakPerSecond).toBeCloseTo(2.24, 2);
    expect(sized.writeCores).toBeCloseTo(0.007, 3);
    expect(Math.round(sized.requestsPerSecond)).toBe(47);
    expect(sized.dataBytes / 1e9).toBeCloseTo(18.98, 2);
    expect(sized.plan).toBe('L');
    expect(sized.shortages.map(({ plan, resource }) => `${plan} ${resource}`)).toEqual([
      'S storage',
      'S rps',
      'M storage',
    ]);
    expect(sized.remedy).toEqual({ keepDays: 150, plan: 'M' });
    const archived = sizeVolume(order, { transactionsPerDay: 20_000, peakFactor: 9.69, keepDays: 150 }, PLANS);
    expect((archived.dataBytes * 1.25) / GIB).toBeCloseTo(9.1, 1);
    expect(archived.plan).toBe('M');
  });

  test('583,000 orders a second: 55 shards and never a plan', () => {
    const sized = sizeVolume(order, { transactionsPerDay: 583_000 * 86_400, peakFactor: 1, keepDays: 1 }, PLANS);
    expect(sized.writeCores).toBeCloseTo(1_749, 0);
    expect(sized.shards).toBe(55);
    expect(sized.hotBuckets).toBe(41);
    expect(sized.plan).toBeNull();
  });

  test('100 transfers a second, kept 400 days: retention is the driver', () => {
    const sized = sizeVolume(transfer, { transactionsPerDay: 100 * 86_400, peakFactor: 1, keepDays: 400 }, PLANS);
    expect(sized.writeCores).toBeCloseTo(0.25, 2);
    expect(sized.connections).toBe(2);
    expect(sized.dataBytes / 1e12).toBeCloseTo(3.6, 1);
    expect(sized.shortages.filter(({ plan }) => plan === 'XL').map(({ resource }) => resource)).toEqual(['storage']);
  });
});

test('more business never needs a smaller plan, and the plan found has no shortage', () => {
  const volume = fc.record({
    transactionsPerDay: fc.integer({ min: 1, max: 100_000_000 }),
    peakFactor: fc.integer({ min: 1, max: 100 }),
    keepDays: fc.integer({ min: 1, max: 3_650 }),
  });
  const rank = (plan: string | null) => (plan === null ? PLANS.length : PLANS.findIndex(({ code }) => code === plan));
  fc.assert(
    fc.property(volume, fc.integer({ min: 1, max: 20 }), (input, times) => {
      const small = sizeVolume(order, input, PLANS);
      const large = sizeVolume(order, { ...input, transactionsPerDay: input.transactionsPerDay * times }, PLANS);
      expect(rank(large.plan)).toBeGreaterThanOrEqual(rank(small.plan));
      expect(small.shortages.some(({ plan }) => plan === small.plan)).toBe(false);
    }),
  );
});
