/** What the offering says of its pack, against the pack in a real database. */
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../server/testing/postgres.ts';
import { errors, functions } from './pack/api.ts';
import { openBooks, smokeClientOf, type Books } from './pack/books-fixture.ts';
import { FinanceParams } from './parameters.ts';
import { stateMachine } from './processes.ts';
import { smoke } from './smoke.ts';

let books: Books;
beforeAll(async () => {
  books = await openBooks(await createTestDatabase(), (url) => new Pool({ connectionString: url }));
});
afterAll(async () => {
  await books.close();
});

test('defaults of the form are those of the pack', async () => {
  const rows = await books.rows('SELECT key, value FROM pack.param');
  const ofPack = new Map(rows.map(({ key, value }) => [key, value]));
  const { sample_data: _, edge_link: _link, edge_share_balances: _share, ...defaults } = FinanceParams.parse({});
  for (const [name, value] of Object.entries(defaults)) expect(ofPack.get(name), name).toEqual(value);
});

test('every chart and currency of the form is one of the pack', async () => {
  const { base_currency: currency, chart } = FinanceParams.shape;
  const charts = await books.rows('SELECT DISTINCT chart FROM ledger.chart_account ORDER BY 1');
  expect(charts.map((row) => row['chart'])).toEqual(chart.unwrap().options.toSorted());
  const codes = await books.rows('SELECT code FROM ledger.currency');
  expect(codes.map(({ code }) => code)).toEqual(expect.arrayContaining([...currency.unwrap().options]));
});

test('the states that are shown are those that are enforced', async () => {
  const [check] = await books.rows(
    "SELECT pg_get_constraintdef(oid) AS def FROM pg_constraint WHERE conname = 'transfer_state_check'",
  );
  for (const { code } of stateMachine.states) expect(String(check?.['def'])).toContain(`'${code}'`);
});

test('the whole proof passes, twice in a row, and leaves the main book empty', async () => {
  for (let round = 0; round < 2; round += 1) {
    const memo: Record<string, unknown> = {};
    const client = smokeClientOf(books, { functions, errors });
    for (const step of smoke.filter(({ models }) => models === undefined))
      expect(await step.run(client, memo), step.name).not.toBe('');
    expect(client.calls()).toBeLessThanOrEqual(42);
  }
  expect(await books.rows('SELECT FROM api.accounts')).toEqual([]);
  expect(await books.rows('SELECT FROM api.payments')).toEqual([]);
});
