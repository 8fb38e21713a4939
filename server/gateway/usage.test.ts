import { expect, test } from 'vitest';
import { Usage, type CallFact } from './usage.ts';

const T0 = Date.UTC(2026, 10, 22, 12);
const fact = (over: Partial<CallFact> = {}): CallFact => ({
  kind: 'function',
  name: 'place_order',
  status: 201,
  code: null,
  ms: 5,
  identified: true,
  ...over,
});

test('counts by status, code and name, and knows the busiest second', () => {
  const usage = new Usage();
  for (let i = 1; i <= 100; i++) usage.add(fact({ ms: i }), T0);
  usage.add(fact({ status: 409, code: 'ICO04' }), T0 + 1_000);
  usage.add(fact({ kind: 'view', name: 'orders', status: 200, ms: 2 }), T0 + 1_500);
  usage.add(fact({ kind: null, name: null, status: 429, code: 'rate_limited' }), T0 + 1_600);
  usage.add(fact({ kind: null, name: null, status: 401, code: 'unauthorized', identified: false }), T0 + 1_700);
  expect(usage.facts(T0 + 2_000)).toEqual({
    windowSeconds: 300,
    requests: 103,
    rps: { current: 3, peak: 100 },
    statuses: { 200: 1, 201: 100, 401: 1, 409: 1, 429: 1 },
    errors: { ICO04: 1, rate_limited: 1, unauthorized: 1 },
    functions: { place_order: { count: 101, p50Ms: 50, p95Ms: 95 } },
    views: { orders: { count: 1, p50Ms: 2, p95Ms: 2 } },
  });
});

test('forgets what is older than the window', () => {
  const usage = new Usage();
  usage.add(fact(), T0);
  expect(usage.facts(T0 + 280_000).requests).toBe(1);
  const later = usage.facts(T0 + 310_000);
  expect(later).toMatchObject({ requests: 0, rps: { current: 0, peak: 0 }, statuses: {}, functions: {} });
  usage.add(fact(), T0 + 600_000); // the same places of the rings
  expect(usage.facts(T0 + 600_000).requests).toBe(1);
});
