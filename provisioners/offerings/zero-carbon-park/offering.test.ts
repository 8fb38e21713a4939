import { describe, expect, test } from 'vitest';
import type { SmokeClient } from '../../kit/offering.ts';
import { standardPlans } from '../../kit/plans.ts';
import offering from './offering.ts';
import { functions } from './pack/api.ts';
import { ParkParams } from './parameters.ts';
import { smoke } from './smoke.ts';

test('plan S is one database with its quotas and one API over it', () => {
  const plan = standardPlans('zero-carbon-park', []).find(({ code }) => code === 'S');
  if (plan === undefined || offering.blueprint === null) throw new Error('no plan S, or no blueprint');
  const params = ParkParams.parse({ sample_data: 'demo' });
  expect(offering.blueprint({ params, plan, model: 'public', modules: [] })).toEqual([
    expect.objectContaining({ kind: 'database', name: 'metering', storageGib: 1, seed: 'seed_demo' }),
    { kind: 'api', name: 'v1', of: 'metering', rps: 20, burst: 40, connections: 5, storageGib: 1 },
  ]);
});

test.each([
  ['the zone of the proof', { zone: 'smoke' }],
  ['an interval of seven minutes', { interval_minutes: 7 }],
  ['a target of nothing', { target_percent: 0 }],
])('parameters refuse %s', (_what, params) => {
  expect(ParkParams.safeParse(params).success).toBe(false);
});

test.each(Object.entries(functions))(
  '%s: its example passes its schema, a field nobody knows does not',
  (_name, spec) => {
    expect(spec.body.safeParse(spec.example).success).toBe(true);
    expect(spec.body.safeParse({ ...spec.example, nobodyKnowsThis: 1 }).success).toBe(false);
  },
);

describe('the proof', () => {
  const answering = (status: number, body: Record<string, unknown>): SmokeClient => ({
    call: async () => ({ status, body }),
    view: async () => ({ status, items: [] }),
  });
  const memo = (): Record<string, unknown> => ({ meter: 'm', certificate: 'c' });

  test.each(smoke.map((step) => [step.name, step] as const))('%s fails when the API is down', async (_name, step) => {
    await expect(step.run(answering(503, { code: 'tenant_unavailable' }), memo())).rejects.toThrow(
      /expected .*, got 503/,
    );
  });

  test.each(smoke.map((step) => [step.name, step] as const))(
    '%s fails when the API says yes to all',
    async (_name, step) => {
      await expect(step.run(answering(200, {}), memo())).rejects.toThrow(/expected/);
    },
  );
});
