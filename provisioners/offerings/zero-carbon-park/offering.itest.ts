/** What the offering says of its pack, against the pack in a real database; its proof and its Try it calls, without a gateway in between. */
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../server/testing/postgres.ts';
import type { SmokeClient } from '../../kit/offering.ts';
import { refusal, type TestTenant } from '../../kit/pack/test-tenant.ts';
import { invariants, kpis } from './measures.ts';
import { errors, functions, views } from './pack/api.ts';
import { openPark } from './pack/park-fixture.ts';
import { ParkParams } from './parameters.ts';
import { smoke } from './smoke.ts';
import { tryIt } from './try-it.ts';

let park: TestTenant;
beforeAll(async () => {
  park = await openPark(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 4 }));
});
afterAll(() => park.close());

/** Without what only a hybrid park has. */
const core = <S extends { readonly module: string | null }>(specs: Readonly<Record<string, S>>): [string, S][] =>
  Object.entries(specs).filter(([, { module }]) => module === null);

test('functions, views, columns, rules, figures and defaults are those of the SQL', async () => {
  const named = await park.rows('SELECT name, writes FROM pack.function');
  expect(Object.fromEntries(named.map(({ name, writes }) => [name, writes]))).toEqual(
    Object.fromEntries(core(functions).map(([name, { writes }]) => [name, writes])),
  );
  const columns = await park.rows(
    `SELECT table_name::text AS view, array_agg(column_name::text ORDER BY ordinal_position) AS columns
     FROM information_schema.columns WHERE table_schema = 'api' GROUP BY 1`,
  );
  expect(Object.fromEntries(columns.map((row) => [row['view'], row['columns']]))).toEqual(
    Object.fromEntries(core(views).map(([name, view]) => [name, Object.keys(view.columns)])),
  );
  const rules = await park.rows('SELECT rule FROM api.invariants');
  expect(rules.map(({ rule }) => String(rule)).toSorted()).toEqual(
    Object.keys(invariants)
      .filter((rule) => !rule.startsWith('edge_')) // of a hybrid park
      .toSorted(),
  );
  const figures = await park.rows('SELECT name, unit FROM api.kpis');
  expect(Object.fromEntries(figures.map(({ name, unit }) => [name, unit]))).toEqual(
    Object.fromEntries(kpis.map(({ name, unit }) => [name, unit])),
  );
  const set = new Map((await park.rows('SELECT key, value FROM pack.param')).map(({ key, value }) => [key, value]));
  const { sample_data: _, edge_link: __, ...defaults } = ParkParams.parse({});
  for (const [name, value] of Object.entries(defaults)) expect(set.get(name), name).toEqual(value);
});

test('nothing of the pack is for everybody', async () => {
  const rows = await park.rows(
    `SELECT oid::regprocedure::text AS name FROM pg_proc
     WHERE pronamespace::regnamespace::text = ANY ('{pack,api,park}') AND has_function_privilege('public', oid, 'EXECUTE')`,
  );
  expect(rows).toEqual([]);
  expect((await refusal(park.api.query('SELECT * FROM park.reading'))).code).toBe('42501');
});

const client: SmokeClient = {
  call: async (fn, body, key) => {
    const spec = functions[fn];
    if (spec === undefined || !spec.body.safeParse(body).success)
      return { status: 400, body: { code: 'body_invalid' } };
    try {
      return { status: spec.status, body: await park.call(fn, body, key) };
    } catch (error) {
      const { code = '' } = error as { code?: string };
      return { status: Object.entries(errors).find(([known]) => known === code)?.[1].status ?? 500, body: { code } };
    }
  },
  view: async (name, query = {}) => {
    const items = await park.rows(`SELECT * FROM api.${name}`);
    return {
      status: 200,
      items: items.filter((item) => Object.entries(query).every(([key, value]) => item[key] === value)),
    };
  },
};

test.each([1, 2])('the proof passes, counts nowhere and leaves nothing (%d)', async () => {
  const memo = {};
  const before = await park.rows('SELECT * FROM api.kpis ORDER BY name');
  for (const step of smoke.filter(({ models }) => models === undefined)) {
    expect(await step.run(client, memo), step.name).toBeTruthy();
    expect(await park.rows('SELECT * FROM api.kpis ORDER BY name')).toEqual(before);
  }
  expect(await park.rows('SELECT 1 FROM park.meter UNION ALL SELECT 1 FROM park.certificate')).toEqual([]);
});

test('what the Try it panel calls is answered', async () => {
  for (const call of tryIt) {
    const body = JSON.parse(JSON.stringify(call.body ?? {}).replaceAll('{{random}}', 'abc123')) as Record<
      string,
      unknown
    >;
    const answer = call.kind === 'view' ? await client.view(call.name) : await client.call(call.name, body);
    expect([200, 201], `${call.name} ${JSON.stringify(answer)}`).toContain(answer.status);
  }
});

test('the demo is the same every time, keeps every rule, and comes once', async () => {
  const until = new Date(Date.now() - 60_000).toISOString();
  await park.call('seed_demo', { until });
  const other = await openPark(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 2 }));
  try {
    await other.call('seed_demo', { until });
    const digest = (tenant: TestTenant) =>
      tenant.rows(
        "SELECT md5(string_agg(concat(meter, at, wh), ',' ORDER BY meter, at)) AS hash, count(*)::int AS n FROM api.readings WHERE meter LIKE 'demo-%'",
      );
    expect(await digest(other)).toEqual(await digest(park));
    expect(await other.broken()).toEqual({});
    for (const [name, { key }] of core(views)) {
      const clash = await other.rows(
        `SELECT 1 FROM api.${name} GROUP BY ${key.join(', ')} HAVING count(*) > 1 OR num_nulls(${key.join(', ')}) > 0`,
      );
      expect(clash, name).toEqual([]);
    }
    expect((await refusal(other.call('seed_demo', {}))).code).toBe('ICZ05');
  } finally {
    await other.close();
  }
});
