import { afterAll, beforeAll, expect, test } from 'vitest';
import { get } from './testing/call.ts';
import { makeWorld, type TestTenant, type World } from './testing/world.ts';

let world: World;
let tenant: TestTenant;

beforeAll(async () => {
  world = await makeWorld();
  tenant = await world.makeTenant({ connections: 1 });
});
afterAll(() => world.close());

test('a read goes on when the pack is upgraded under its prepared statement', async () => {
  const first = await get(world.gateway, tenant, 'shelves?limit=1');
  expect(first.status).toBe(200);
  await world.sql(
    `DROP VIEW api.shelves;
     CREATE VIEW api.shelves AS SELECT shelf::varchar AS shelf, at::text AS at, id, text FROM app.note;
     GRANT SELECT ON api.shelves TO ${tenant.ref}_api`,
    [],
    tenant.ref,
  );
  expect(await get(world.gateway, tenant, 'shelves?limit=1')).toMatchObject({ status: 200, body: { items: [] } });
  expect((await get(world.gateway, tenant, 'shelves?limit=1')).status).toBe(200);
});

test('however many ways a view is asked, a connection holds a bounded number of statements', async () => {
  const columns = ['id', 'shelf', 'text', 'amount_minor', 'at'];
  const values: Record<string, string> = { id: '1', shelf: 'A', text: 'x', amount_minor: '0', at: '2026-11-22' };
  const orders = columns.flatMap((a) => columns.flatMap((b) => columns.map((c) => [...new Set([a, b, c])])));
  const searches = new Set(orders.map((names) => names.map((name) => `${name}=${values[name] ?? ''}`).join('&')));
  expect(searches.size).toBeGreaterThan(80);
  for (const search of searches) expect((await get(world.gateway, tenant, `notes?${search}`)).status).toBe(200);
  await world.sql(
    `CREATE OR REPLACE VIEW api.shelves AS SELECT 'A'::varchar AS shelf, 'now' AS at,
       0::bigint AS id, (SELECT count(*) FROM pg_prepared_statements)::text AS text`,
    [],
    tenant.ref,
  );
  const [held] = (await get(world.gateway, tenant, 'shelves')).body.items as { text: string }[];
  expect(Number(held?.text)).toBeLessThanOrEqual(66);
  expect(Number(held?.text)).toBeGreaterThan(30);
});
