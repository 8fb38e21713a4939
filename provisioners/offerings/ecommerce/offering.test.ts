import { describe, expect, test } from 'vitest';
import type { SmokeClient } from '../../kit/offering.ts';
import { blueprint } from './blueprint.ts';
import { installedModules } from './modules.ts';
import offering from './offering.ts';
import { ShopParams } from './parameters.ts';
import { plans } from './plans.ts';
import { smoke } from './smoke.ts';

const planOf = (code: string): (typeof plans)[number] => {
  const found = plans.find((plan) => plan.code === code);
  if (found === undefined) throw new Error(`no plan ${code}`);
  return found;
};
const build = (code: string, params: object = {}, modules: readonly string[] = []) =>
  blueprint({ params: ShopParams.parse(params), plan: planOf(code), model: 'public', modules });

describe('blueprint', () => {
  test('plan S: one database with its quotas, one API over it', () => {
    expect(build('S')).toEqual([
      expect.objectContaining({
        kind: 'database',
        name: 'shop',
        pack: 'ecommerce',
        modules: [],
        storageGib: 1,
        apiConnections: 5,
        sqlConnections: 0,
        tempFileMib: 64,
        seed: null,
      }),
      { kind: 'api', name: 'v1', of: 'shop', rps: 20, burst: 40, connections: 5, storageGib: 1 },
    ]);
  });

  test.each([
    ['S', [], [], 4],
    ['S', ['flash-sale'], ['flash-sale'], 16],
    ['M', [], ['flash-sale', 'returns'], 16],
    ['L', ['marketplace'], ['flash-sale', 'returns', 'search', 'marketplace'], 16],
  ] as const)('plan %s with %j installs %j on %d stripes', (plan, chosen, installed, stripes) => {
    const [shop] = build(plan, {}, chosen);
    expect(shop).toMatchObject({ modules: installed, params: { stock_buckets: stripes } });
  });

  test('more stripes than a flash sale needs stay; sample data are the platform’s to make, not the pack’s', () => {
    const [shop] = build('M', { stock_buckets: 32, sample_data: 'demo' });
    expect(shop).toMatchObject({ params: { stock_buckets: 32 }, seed: 'seed_demo' });
    expect(shop).not.toHaveProperty('params.sample_data');
  });

  test('hybrid: the record publishes, the edge has a database and an API of its own, a link is between them', () => {
    const plan = planOf('M');
    const hybrid = blueprint({ params: ShopParams.parse({ edge_link: 'push' }), plan, model: 'hybrid', modules: [] });
    expect(hybrid.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'database shop',
      'api v1',
      'database edge',
      'api edge-api',
      'link link',
    ]);
    expect(hybrid).toMatchObject([
      { side: 'record', modules: ['flash-sale', 'returns', 'edge'], params: { edge_allotment_percent: 30 } },
      { of: 'shop' },
      { side: 'edge', modules: [], params: { currencies: ['CNY'], channels: ['web'] } },
      { of: 'edge' },
      { from: 'shop', to: 'edge', mode: 'push', keepWalMib: 1_024 },
    ]);
    expect(JSON.stringify(build('M'))).not.toContain('edge');
  });

  test('the same input gives the same components', () => {
    expect(build('M', { hold_minutes: 20 })).toEqual(build('M', { hold_minutes: 20 }));
  });
});

describe('parameters', () => {
  test.each([
    ['a hold of no time', { hold_minutes: 0 }],
    ['more stripes than there are', { stock_buckets: 65 }],
    ['the channel of the proof', { channels: ['web', 'smoke'] }],
    ['an unknown currency', { currencies: ['XXX'] }],
    ['no currency at all', { currencies: [] }],
    ['a word that is no parameter', { colour: 'red' }],
  ])('refuse %s', (_what, params) => {
    expect(ShopParams.safeParse(params).success).toBe(false);
  });
});

test('modules that cannot be had are not installed, whatever was asked', () => {
  expect(installedModules(['graphql', 'no-such-module'], 'M')).toEqual(['flash-sale', 'returns']);
});

test('a module costs 15 to 40 % of plan M', () => {
  for (const currency of ['CNY', 'USD', 'EUR'] as const) {
    const priceOf = (sku: string): number =>
      Number(offering.prices.find((price) => price.sku === sku)?.month[currency]);
    for (const { sku } of offering.manifest.modules) {
      const share = priceOf(sku) / priceOf('ecommerce.plan.M');
      expect(share, `${sku} in ${currency}`).toBeGreaterThanOrEqual(0.15);
      expect(share, `${sku} in ${currency}`).toBeLessThanOrEqual(0.4);
    }
  }
});

test('every model can be ordered, and the modules that are built can be chosen', () => {
  const { models, modules } = offering.manifest;
  expect(models.filter(({ available }) => available).map(({ model }) => model)).toEqual([
    'public',
    'private',
    'hybrid',
  ]);
  expect(modules.filter(({ selectable }) => selectable).map(({ code }) => code)).toEqual([
    'flash-sale',
    'returns',
    'search',
    'marketplace',
    'o2o-pickup',
  ]);
});

describe('the proof', () => {
  const answering = (status: number, body: Record<string, unknown>): SmokeClient => {
    const client = { call: async () => ({ status, body }), view: async () => ({ status, items: [] }) };
    return { ...client, edge: client };
  };
  const memo = (): Record<string, unknown> => {
    return { slug: 's', sku: 'S', orderKey: 'k', orderNo: 'O1', edgeSku: 'E', requestId: 'r' };
  };

  test('has ten steps for every model, and five for the edge of a hybrid shop', () => {
    expect(smoke.filter(({ models }) => models === undefined)).toHaveLength(10);
    expect(smoke.filter(({ models }) => models?.join() === 'hybrid')).toHaveLength(5);
  });

  test.each(smoke.map((step) => [step.name, step] as const))('%s fails when the API is down', async (_name, step) => {
    await expect(step.run(answering(503, { code: 'tenant_unavailable' }), memo())).rejects.toThrow(
      /expected .*, got 503/,
    );
  });

  test.each(smoke.map((step) => [step.name, step] as const))(
    '%s fails when the API says yes to all',
    async (_name, step) => {
      await expect(step.run(answering(201, {}), memo())).rejects.toThrow(/expected/);
    },
    20_000,
  );

  test('a step says what it lacks when the one before it did not run', async () => {
    await expect(smoke[1]?.run(answering(201, {}), {})).rejects.toThrow('step needs sku');
  });

  test('a broken rule fails the last step by its name', async () => {
    const client: SmokeClient = {
      call: async () => ({ status: 200, body: {} }),
      view: async () => ({ status: 200, items: [{ rule: 'reserved_matches_held', violations: '2' }] }),
    };
    await expect(smoke.at(-1)?.run(client, memo())).rejects.toThrow('got reserved_matches_held');
  });
});
