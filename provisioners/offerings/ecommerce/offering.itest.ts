/** What the offering says of its pack, against the pack in a real database. */
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../server/testing/postgres.ts';
import { ShopParams } from './parameters.ts';
import { openShop, type Shop } from './pack/shop-fixture.ts';
import { stateMachine } from './processes.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop(await createTestDatabase(), (url) => new Pool({ connectionString: url }));
});
afterAll(async () => {
  await shop.close();
});

test('the state machine that is shown is the one that is enforced', async () => {
  const transitions = await shop.rows('SELECT from_state AS "from", to_state AS "to" FROM sales.order_transition');
  const byName = (a: object, b: object): number => JSON.stringify(a).localeCompare(JSON.stringify(b));
  expect(stateMachine.transitions.toSorted(byName)).toEqual(transitions.toSorted(byName));
  const terminal = await shop.rows('SELECT state FROM sales.order_state WHERE terminal ORDER BY state');
  const shown = stateMachine.states.filter((state) => state.terminal).map(({ code }) => ({ state: code }));
  expect(shown.toSorted(byName)).toEqual(terminal);
});

test('defaults of the form are those of the pack', async () => {
  const rows = await shop.rows('SELECT key, value FROM pack.param');
  const ofPack = new Map(rows.map(({ key, value }) => [key, value]));
  // Sample data are sown by the target; the edge's parameters are given to the sides of a hybrid shop.
  const { sample_data: _, edge_link: __, edge_allotment_percent: ___, ...defaults } = ShopParams.parse({});
  for (const [name, value] of Object.entries(defaults)) expect(ofPack.get(name), name).toEqual(value);
});
