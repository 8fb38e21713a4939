import { describe, expect, test } from 'vitest';
import type { SmokeClient } from '../../kit/offering.ts';
import { standardPlans } from '../../kit/plans.ts';
import { blueprint } from './blueprint.ts';
import offering from './offering.ts';
import { edge, functions } from './pack/api.ts';
import { ParkParams } from './parameters.ts';
import { smoke } from './smoke.ts';

const planOf = (code: string) => {
  const found = standardPlans('zero-carbon-park', []).find((plan) => plan.code === code);
  if (found === undefined) throw new Error(`no plan ${code}`);
  return found;
};

test('plan S is one database with its quotas and one API over it', () => {
  const params = ParkParams.parse({ sample_data: 'demo' });
  const components = blueprint({ params, plan: planOf('S'), model: 'public', modules: [] });
  expect(components).toEqual([
    expect.objectContaining({ kind: 'database', name: 'metering', storageGib: 1, seed: 'seed_demo' }),
    { kind: 'api', name: 'v1', of: 'metering', rps: 20, burst: 40, connections: 5, storageGib: 1 },
  ]);
  expect(JSON.stringify(components)).not.toContain('edge');
});

test('hybrid: the record publishes, the edge has a database and an API of its own, a link is between them', () => {
  const params = ParkParams.parse({ edge_link: 'push', interval_minutes: 5 });
  const hybrid = blueprint({ params, plan: planOf('M'), model: 'hybrid', modules: [] });
  expect(hybrid).toMatchObject([
    { kind: 'database', name: 'metering', side: 'record', modules: ['edge'] },
    { kind: 'api', name: 'v1', of: 'metering' },
    { kind: 'database', name: 'edge', side: 'edge', modules: [], params: { interval_minutes: 5 } },
    { kind: 'api', name: 'edge-api', of: 'edge' },
    { kind: 'link', name: 'link', from: 'metering', to: 'edge', mode: 'push' },
  ]);
});

test('all three models can be ordered, hybrid from plan M on', () => {
  const { models, plans } = offering.manifest;
  expect(models.filter(({ available }) => available).map(({ model }) => model)).toEqual([
    'public',
    'private',
    'hybrid',
  ]);
  expect(plans.filter((plan) => plan.models.includes('hybrid')).map(({ code }) => code)).toEqual(['M', 'L', 'XL']);
});

test.each([
  ['the zone of the proof', { zone: 'smoke' }],
  ['an interval of seven minutes', { interval_minutes: 7 }],
  ['a target of nothing', { target_percent: 0 }],
])('parameters refuse %s', (_what, params) => {
  expect(ParkParams.safeParse(params).success).toBe(false);
});

test.each([...Object.entries(functions), ...Object.entries(edge.functions)])(
  '%s: its example passes its schema, a field nobody knows does not',
  (_name, spec) => {
    expect(spec.body.safeParse(spec.example).success).toBe(true);
    expect(spec.body.safeParse({ ...spec.example, nobodyKnowsThis: 1 }).success).toBe(false);
  },
);

describe('the proof', () => {
  const answering = (status: number, body: Record<string, unknown>): SmokeClient => {
    const client: SmokeClient = { call: async () => ({ status, body }), view: async () => ({ status, items: [] }) };
    return { ...client, edge: client };
  };
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
