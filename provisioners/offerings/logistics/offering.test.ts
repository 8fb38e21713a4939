import { describe, expect, test } from 'vitest';
import type { SmokeClient } from '../../kit/offering.ts';
import { blueprint } from './blueprint.ts';
import { installedModules } from './modules.ts';
import offering from './offering.ts';
import { LogisticsParams } from './parameters.ts';
import { plans } from './plans.ts';
import { smoke } from './smoke.ts';

const planOf = (code: string): (typeof plans)[number] => {
  const found = plans.find((plan) => plan.code === code);
  if (found === undefined) throw new Error(`no plan ${code}`);
  return found;
};
const build = (code: string, params: object = {}, modules: readonly string[] = []) =>
  blueprint({ params: LogisticsParams.parse(params), plan: planOf(code), model: 'public', modules });

describe('blueprint', () => {
  test('plan S: one database with its quotas, one API over it', () => {
    expect(build('S')).toEqual([
      expect.objectContaining({
        kind: 'database',
        name: 'network',
        pack: 'logistics',
        modules: [],
        storageGib: 1,
        apiConnections: 5,
        sqlConnections: 0,
        tempFileMib: 64,
        seed: null,
      }),
      { kind: 'api', name: 'v1', of: 'network', rps: 20, burst: 40, connections: 5, storageGib: 1 },
    ]);
  });

  test.each([
    ['S', [], []],
    ['S', ['warehouse-receipts'], ['warehouse-receipts']],
    ['M', [], ['wms']],
    ['M', ['warehouse-receipts', 'customs'], ['wms', 'warehouse-receipts']],
    ['L', [], ['wms', 'warehouse-receipts']],
  ] as const)('plan %s with %j installs %j', (plan, chosen, installed) => {
    expect(build(plan, {}, chosen)[0]).toMatchObject({ modules: installed });
  });

  test('hybrid: the record publishes, the edge has a database and an API of its own, a link is between them', () => {
    const params = LogisticsParams.parse({ edge_link: 'push', services: ['air'] });
    expect(blueprint({ params, plan: planOf('M'), model: 'hybrid', modules: [] })).toMatchObject([
      { name: 'network', side: 'record', modules: ['wms', 'edge'] },
      { name: 'v1', of: 'network' },
      { name: 'edge', side: 'edge', modules: [], params: { services: ['air'] } },
      { kind: 'api', of: 'edge' },
      { kind: 'link', from: 'network', to: 'edge', mode: 'push' },
    ]);
    expect(JSON.stringify(build('M'))).not.toContain('edge');
  });

  test('sample data are the platform’s to make, not the pack’s', () => {
    const [network] = build('M', { sample_data: 'demo' });
    expect(network).toMatchObject({ seed: 'seed_demo' });
    expect(network).not.toHaveProperty('params.sample_data');
  });
});

describe('parameters', () => {
  test.each([
    ['a company prefix of letters', { gs1_company_prefix: 'ABCDEF' }],
    ['a company prefix that leaves no serials', { gs1_company_prefix: '1234567890123' }],
    ['the service of the proof', { services: ['standard', 'smoke'] }],
    ['no service at all', { services: [] }],
    ['a country that is none', { regions: ['China'] }],
    ['a promise kept always', { promise_quantile: 1 }],
    ['events kept for no time', { event_retention_months: 0 }],
    ['a word that is no parameter', { colour: 'red' }],
  ])('refuse %s', (_what, params) => {
    expect(LogisticsParams.safeParse(params).success).toBe(false);
  });
});

test('modules that cannot be had are not installed, whatever was asked', () => {
  expect(installedModules(['customs', 'no-such-module'], 'XL')).toEqual(['wms', 'warehouse-receipts']);
});

test('a module costs 15 to 40 % of plan M', () => {
  for (const currency of ['CNY', 'USD', 'EUR'] as const) {
    const priceOf = (sku: string): number =>
      Number(offering.prices.find((price) => price.sku === sku)?.month[currency]);
    for (const { sku } of offering.manifest.modules) {
      const share = priceOf(sku) / priceOf('logistics.plan.M');
      expect(share, `${sku} in ${currency}`).toBeGreaterThanOrEqual(0.15);
      expect(share, `${sku} in ${currency}`).toBeLessThanOrEqual(0.4);
    }
  }
});

test('modules that can be chosen are those with SQL; the others say why not', () => {
  const { modules } = offering.manifest;
  expect(modules.filter(({ selectable }) => selectable).map(({ code }) => code)).toEqual(['wms', 'warehouse-receipts']);
  expect(modules).toHaveLength(11);
});

describe('the proof', () => {
  const answering = (status: number, body: Record<string, unknown>): SmokeClient => {
    const side = { call: async () => ({ status, body }), view: async () => ({ status, items: [] }) };
    return { ...side, edge: side };
  };
  const memo = (): Record<string, unknown> => ({
    random: 'r',
    shipper: '0614141000012',
    from: '0614141000029',
    to: '0614141000036',
    sscc: '106141412345678908',
    epc: 'https://id.gs1.org/00/106141412345678908',
    trackToken: 't',
    deliverAt: 'https://id.gs1.org/414/0614141000036/254/consignee',
    pallet: 'urn:uuid:0',
    accepted: 'urn:uuid:1',
  });

  test('has ten steps, and four more for a public side', () => {
    expect(smoke.filter(({ models }) => models === undefined)).toHaveLength(10);
    expect(smoke.filter(({ models }) => models?.includes('hybrid'))).toHaveLength(4);
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
  );

  test('a step says what it lacks when the one before it did not run', async () => {
    await expect(smoke[3]?.run(answering(201, {}), {})).rejects.toThrow('step needs epc');
  });

  test('receipts are no part of the proof of a tenant without them', async () => {
    const step = smoke.find(({ name }) => name === 'receipts');
    expect(await step?.run(answering(404, { code: 'view_unknown' }), memo())).toBe('not part of this tenant');
  });

  test('a broken rule fails the last step by its name', async () => {
    const client: SmokeClient = {
      call: async () => ({ status: 200, body: {} }),
      view: async () => ({ status: 200, items: [{ rule: 'routes_join_up', violations: '2' }] }),
    };
    await expect(smoke.at(-1)?.run(client, memo())).rejects.toThrow('got routes_join_up');
  });
});
