/** What the offering says of its pack, against the pack in a real database; and its proof, run without a gateway in between. */
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../server/testing/postgres.ts';
import type { SmokeClient } from '../../kit/offering.ts';
import { stepsFor } from '../../kit/smoke.ts';
import { errors, functions } from './pack/api.ts';
import { openWarehouse, type Warehouse } from './pack/warehouse-fixture.ts';
import { AnalyticsParams } from './parameters.ts';
import { smoke } from './smoke.ts';
import { tryIt } from './try-it.ts';

let tenant: Warehouse;
beforeAll(async () => {
  tenant = await openWarehouse(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 6 }));
});
afterAll(() => tenant.close());

test('defaults of the form are those of the pack', async () => {
  const rows = await tenant.rows('SELECT key, value FROM pack.param');
  const ofPack = new Map(rows.map(({ key, value }) => [key, value]));
  const { sample_data: _, edge_link: __, duckdb_memory_mb: ___, ...defaults } = AnalyticsParams.parse({});
  for (const [name, value] of Object.entries(defaults)) expect(ofPack.get(name), name).toEqual(value);
});

const client: SmokeClient = {
  call: async (fn, body, key) => {
    const spec = functions[fn];
    if (spec === undefined || !spec.body.safeParse(body).success)
      return { status: 400, body: { code: 'body_invalid' } };
    try {
      return { status: spec.status, body: await tenant.call(fn, body, spec.writes ? key : null) };
    } catch (error) {
      const { code = '' } = error as { code?: string };
      const problem = Object.entries(errors).find(([known]) => known === code);
      return { status: problem?.[1].status ?? 500, body: { code } };
    }
  },
  view: async (name) => ({ status: 200, items: await tenant.rows(`SELECT * FROM api.${name}`) }),
};

test.each([1, 2])('the proof passes, time and again (%d)', async () => {
  const memo = {};
  for (const step of stepsFor(smoke, 'public', [])) expect(await step.run(client, memo), step.name).toBeTruthy();
  expect(
    await tenant.rows('SELECT 1 FROM api.events UNION ALL SELECT 1 FROM api.rejects UNION ALL SELECT 1 FROM api.tests'),
  ).toEqual([]);
});

test('what the Try it panel calls is answered, with a person’s figures kept back', async () => {
  for (const call of tryIt) {
    const body = JSON.parse(JSON.stringify(call.body ?? {}).replaceAll('{{random}}', 'abc123')) as Record<
      string,
      unknown
    >;
    const answer = call.kind === 'view' ? await client.view(call.name) : await client.call(call.name, body);
    expect([200, 201], `${call.name} ${JSON.stringify(answer)}`).toContain(answer.status);
  }
  expect(await tenant.ask('orders')).toEqual({ all: '2' });
  expect(await tenant.rows('SELECT 1 FROM api.metric_day')).toEqual([]);
});
