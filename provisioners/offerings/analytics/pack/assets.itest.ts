// The register, lineage without circles, and nothing about too few people.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal, type Json } from '../../../kit/pack/test-tenant.ts';
import { dayOf, openWarehouse, sale, type Warehouse } from './warehouse-fixture.ts';

let tenant: Warehouse;
let number = 0;

/** One order each of this many customers. */
const crowd = (day: number, region: string, people: number): Json[] =>
  Array.from({ length: people }, (_, n) =>
    sale({ id: `${(number += 1)}`, day, region, customer: `${day}-${region}-${n}`, unitMinor: '100' }),
  );

beforeAll(async () => {
  tenant = await openWarehouse(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 4 }));
  const crowds = [
    crowd(1, 'East', 30), // on day 1 the west would give the north away
    crowd(1, 'West', 12),
    crowd(1, 'North', 4),
    crowd(2, 'East', 20), // all of day 2 may leave
    crowd(2, 'West', 10),
    crowd(3, 'East', 9), // nothing of day 3 may
    crowd(3, 'West', 9),
    crowd(4, 'East', 15), // 11 hidden together on day 4 tell nobody apart
    crowd(4, 'West', 6),
    crowd(4, 'North', 5),
  ];
  await tenant.send(...crowds.flat());
  // Twenty orders of one person are not twenty people.
  await tenant.send(
    ...Array.from({ length: 20 }, (_, n) => sale({ id: `one-${n}`, day: 5, region: 'East', customer: 'same' })),
  );
  await tenant.refresh();
});
afterAll(() => tenant.close());

const leaving = async (by: string) => {
  const rows = await tenant.rows(
    'SELECT day, cell, people::int AS people FROM api.metric_day WHERE "by" = $1 ORDER BY day, cell',
    [by],
  );
  return rows.map(({ day, cell, people }) => [day, cell, people].join(' '));
};

test('a figure leaves only with enough people behind it, and with it none that gives a hidden one away', async () => {
  expect(await tenant.call('export_metric', { metric: 'revenue', by: 'region' })).toEqual({
    metric: 'revenue',
    by: 'region',
    k: 10,
    cells: 11,
    published: 4,
    suppressed: 7,
  });
  expect(await leaving('region')).toEqual([
    `${dayOf(1)} East 30`,
    `${dayOf(2)} East 20`,
    `${dayOf(2)} West 10`,
    `${dayOf(4)} East 15`,
  ]);
  await tenant.call('export_metric', { metric: 'revenue' });
  expect(await leaving('all')).toEqual([
    `${dayOf(1)} all 46`,
    `${dayOf(2)} all 30`,
    `${dayOf(3)} all 18`,
    `${dayOf(4)} all 26`,
  ]);
});

test('a tenant may ask for more people, never for fewer', async () => {
  await tenant.rows(`SELECT pack.set_params('{"k_anonymity": 15}')`);
  await tenant.call('export_metric', { metric: 'revenue', by: 'region' });
  expect(await leaving('region')).toEqual([`${dayOf(1)} East 30`]);
  await tenant.rows(`SELECT pack.set_params('{"k_anonymity": 1}')`);
  expect(await tenant.call('export_metric', { metric: 'revenue', by: 'region' })).toMatchObject({
    k: 10,
    published: 4,
  });
});

test('the database itself keeps small cells out, whoever writes them', async () => {
  const attempt = tenant.rows(
    "INSERT INTO asset.metric_day (metric, d, dimension, cell, value, n, unit) VALUES ('x', now(), 'all', 'all', 1, 9, '1')",
  );
  expect((await refusal(attempt)).code).toBe('23514');
});

test('nobody exports by customer', async () => {
  expect((await refusal(tenant.call('export_metric', { metric: 'revenue', by: 'customer' }))).code).toBe('ICA09');
});

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const grant = (more: Json = {}) =>
  tenant.call('grant_share', {
    metric: 'revenue',
    by: 'region',
    grantee: 'Chamber',
    purpose: 'research',
    until: inAnHour(),
    ...more,
  });

test('a share shows what was exported, until its end', async () => {
  const { shareId } = await grant();
  const seen = await tenant.call('read_share', { shareId }, null);
  expect(seen['rows']).toHaveLength(4);
  expect(seen).toMatchObject({ purpose: 'research', by: 'region' });
  await tenant.rows("UPDATE asset.share SET until = now() - interval '1 second'");
  expect((await refusal(tenant.call('read_share', { shareId }, null))).code).toBe('ICA07');
});

test('a share needs a registered purpose, an end in the future, a metric, and a dataset that may be shared', async () => {
  expect((await refusal(grant({ purpose: 'curiosity' }))).facts).toMatchObject({ reason: 'purpose' });
  expect((await refusal(grant({ until: '2020-01-01T00:00:00Z' }))).code).toBe('ICA09');
  expect((await refusal(grant({ until: '2999-01-01T00:00:00Z' }))).code).toBe('ICA09');
  expect((await refusal(grant({ metric: 'nothing' }))).code).toBe('ICA01');
  await tenant.call('register_dataset', { dataset: 'metric_day', classification: 'restricted' });
  expect((await refusal(grant())).facts).toMatchObject({ reason: 'restricted' });
  await tenant.call('register_dataset', { dataset: 'metric_day', classification: 'internal', purposes: ['curiosity'] });
  expect(await grant({ purpose: 'curiosity' })).toMatchObject({ metric: 'revenue' });
});

test('ending a share ends it now, once', async () => {
  const { shareId } = await grant({ purpose: 'curiosity' });
  const { until } = await tenant.call('end_share', { shareId });
  expect((await refusal(tenant.call('read_share', { shareId }, null))).code).toBe('ICA07');
  expect(await tenant.call('end_share', { shareId })).toMatchObject({ until });
});

test('a dataset is registered, changed in what is named, and more than internal when it is about persons', async () => {
  const dataset = 'loyalty';
  await tenant.call('register_dataset', {
    dataset,
    description: 'Points',
    owner: 'marketing',
    purposes: ['reporting'],
  });
  await tenant.call('register_dataset', { dataset, retentionDays: 30 });
  expect(
    await tenant.rows('SELECT owner, classification, retention_days FROM api.datasets WHERE dataset = $1', [dataset]),
  ).toEqual([{ owner: 'marketing', classification: 'internal', retention_days: 30 }]);
  expect((await refusal(tenant.call('register_dataset', { dataset, personal: true }))).code).toBe('ICA09');
  await tenant.call('register_dataset', { dataset, personal: true, classification: 'confidential' });
});

test('lineage has no circles, however long', async () => {
  for (const dataset of ['a', 'b', 'c']) await tenant.call('register_dataset', { dataset });
  await tenant.call('link_datasets', { child: 'b', parent: 'a', via: 'x' });
  await tenant.call('link_datasets', { child: 'c', parent: 'b', via: 'x' });
  await tenant.call('link_datasets', { child: 'c', parent: 'a', via: 'x' });
  expect((await refusal(tenant.call('link_datasets', { child: 'a', parent: 'c', via: 'x' }))).code).toBe('ICA10');
  expect((await refusal(tenant.call('link_datasets', { child: 'a', parent: 'a', via: 'x' }))).code).toBe('ICA10');
  expect((await refusal(tenant.call('link_datasets', { child: 'a', parent: 'z', via: 'x' }))).code).toBe('ICA04');
  expect(await tenant.rows("SELECT path FROM api.lineage_tree WHERE path LIKE 'a%' ORDER BY path")).toEqual(
    ['a', 'a/b', 'a/b/c', 'a/c'].map((path) => ({ path })),
  );
});
