// Both sides of a hybrid ledger: files are taken at the edge, settled on the private side, and no account is named outside.
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { edge as edgeApi } from './api.ts';
import { refusal, type Json } from '../../../kit/pack/test-tenant.ts';
import { openBooks, openWallets, type Books } from './books-fixture.ts';
import { initiation } from './iso-fixture.ts';

const IBAN = 'DE89370400440532013000';
let record: Books;
let edge: Books;
let files = 0;

beforeAll(async () => {
  const connect = (url: string) => new Pool({ connectionString: url, max: 4 });
  record = await openBooks(await createTestDatabase(), connect, { modules: ['fx', 'edge'] });
  edge = await openBooks(await createTestDatabase(), connect, { edge: true });
  await openWallets(record, ['A', 'B'], { fundMinor: '1000000' });
  await record.call('open_account', { code: 'IB', name: 'With IBAN', kind: 'L', iban: IBAN });
});
beforeEach(() => carry());
afterAll(async () => {
  await record.close();
  await edge.close();
});

/** What replication does: rows of schema edge outward as they are, new rows of schema intake inward. */
async function carry(): Promise<void> {
  for (const table of ['payment_status', 'initiation_done', 'daily_balance', 'rate', 'pulse']) {
    const rows = await record.rows(`SELECT to_jsonb(t) AS row FROM edge.${table} t`);
    await edge.rows(`DELETE FROM edge.${table}`);
    for (const { row } of rows) {
      await edge.rows(`INSERT INTO edge.${table} SELECT * FROM jsonb_populate_record(NULL::edge.${table}, $1)`, [
        JSON.stringify(row),
      ]);
    }
  }
  for (const { row } of await edge.rows('SELECT to_jsonb(t) AS row FROM intake.initiation t')) {
    await record.rows(
      'INSERT INTO intake.initiation SELECT * FROM jsonb_populate_record(NULL::intake.initiation, $1) ON CONFLICT DO NOTHING',
      [JSON.stringify(row)],
    );
  }
}

const fileOf = (to: string, amount: string, uetr: string): string =>
  initiation(`EDGE-${(files += 1)}`, [{ endToEndId: 'E', from: 'A', to, amount, uetr }]);
const takeIn = () => record.callWithKey('take_in_edge', null, { limit: 100 });
const fileAt = async (books: Books, view: string, id: unknown) =>
  (await books.rows(`SELECT * FROM api.${view} WHERE initiation_id = $1`, [id]))[0];

test('a file is RCVD while the private side is away, and ACSC by its UETR when it has been', async () => {
  const uetr = randomUUID();
  const { initiationId, status } = await edge.call('hand_in', { xml: fileOf('B', '12.00', uetr) });
  expect(status).toBe('RCVD');
  expect(await fileAt(edge, 'initiations', initiationId)).toMatchObject({ status: 'RCVD', uetrs: null });
  expect(await edge.rows('SELECT FROM api.payment_status WHERE uetr = $1', [uetr])).toEqual([]);

  await carry();
  expect(await takeIn()).toMatchObject({ result: { taken: 1, refused: 0 } });
  expect(await takeIn()).toMatchObject({ result: { taken: 0, refused: 0 } });
  await carry();
  expect(await fileAt(edge, 'initiations', initiationId)).toMatchObject({ status: 'ACTC', uetrs: [uetr] });
  expect(await edge.rows('SELECT status, reason FROM api.payment_status WHERE uetr = $1', [uetr])).toEqual([
    { status: 'ACSC', reason: null },
  ]);
  expect([await record.broken(), await edge.broken()]).toEqual([{}, {}]);
});

test('its text goes when it is settled, not before; its id stays for good', async () => {
  const xml = fileOf('B', '1.00', randomUUID());
  const { initiationId, msgId } = await edge.call('hand_in', { xml });
  await edge.callWithKey('forget_files', null, {});
  expect(await edge.rows('SELECT FROM intake.initiation WHERE initiation_id = $1', [initiationId])).toHaveLength(1);
  await carry();
  await takeIn();
  await carry();
  await edge.callWithKey('forget_files', null, {});
  expect(await edge.rows('SELECT FROM intake.initiation')).toEqual([]);
  expect(await refusal(edge.call('hand_in', { xml }))).toMatchObject({
    code: 'ICF21',
    facts: { msgId, messageId: initiationId },
  });
  expect(await edge.broken()).toEqual({});
});

test('what the private side cannot take is refused with its cause, and the next file goes on', async () => {
  const bad = await edge.call('hand_in', {
    xml: fileOf('B', '1.00', randomUUID()).replace('<NbOfTxs>1<', '<NbOfTxs>7<'),
  });
  const good = await edge.call('hand_in', { xml: fileOf('B', '1.00', randomUUID()) });
  await carry();
  expect(await takeIn()).toMatchObject({ result: { taken: 1, refused: 1 } });
  await carry();
  expect(await fileAt(edge, 'initiations', bad['initiationId'])).toMatchObject({ status: 'RJCT', cause: 'ICF20' });
  expect(await fileAt(edge, 'initiations', good['initiationId'])).toMatchObject({ status: 'ACTC' });
  expect(await fileAt(record, 'edge_initiations', bad['initiationId'])).toMatchObject({
    state: 'refused',
    cause: 'ICF20',
  });
  expect(await record.broken()).toEqual({});
});

test.each<[string, (good: string) => string, string]>([
  ['no XML', () => 'hello', 'not_well_formed'],
  ['a document type', (good) => good.replace('?>', '?><!DOCTYPE x>'), 'doctype'],
  ['another message', (good) => good.replace('pain.001.001.09', 'pacs.008.001.08'), 'definition'],
  ['no id', (good) => good.replace(/<MsgId>[^<]*</, '<MsgId><'), 'msg_id'],
])('%s is refused at the edge already', async (_what, spoil, reason) => {
  const call = edge.call('hand_in', { xml: spoil(fileOf('B', '1.00', randomUUID())) });
  expect(await refusal(call)).toMatchObject({ code: 'ICF20', facts: { reason } });
});

test('rates are public; balances are shared in thousands, and only where the tenant agreed', async () => {
  await record.call('set_rate', { base: 'USD', quote: 'CNY', rate: '7.13' });
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  await record.call('transfer', { debit: 'CASH', credit: 'IB', amountMinor: '123456789', businessDate: yesterday });
  const publish = () => record.callWithKey('publish_edge', null, {});
  await publish();
  await carry();
  expect(await edge.rows('SELECT base, rate FROM api.rates')).toEqual([{ base: 'USD', rate: '7.13' }]);
  expect(await edge.rows('SELECT FROM api.daily_balances')).toEqual([]);
  await record.rows(`SELECT pack.set_params('{"edge_share_balances": true}')`);
  await publish();
  await carry();
  expect(
    await edge.rows('SELECT kind, thousands FROM api.daily_balances WHERE business_date = $1', [yesterday]),
  ).toEqual([
    { kind: 'A', thousands: '1235' },
    { kind: 'L', thousands: '1235' },
  ]);
  expect(await publish()).toMatchObject({ result: { rates: 0, balances: 0 } });
  await record.rows(`SELECT pack.set_params('{"edge_share_balances": false}')`);
  await publish();
  expect(await record.rows('SELECT FROM edge.daily_balance')).toEqual([]);
});

test('no account, no name, no amount is in what leaves', async () => {
  const uetr = randomUUID();
  const { payments } = await record.call('initiate_payments', { xml: fileOf(IBAN, '77.31', uetr) });
  expect(payments).toMatchObject([{ status: 'ACSC' }]);
  await carry();
  for (const table of ['payment_status', 'initiation_done', 'daily_balance', 'rate', 'pulse']) {
    const text = JSON.stringify(await edge.rows(`SELECT * FROM edge.${table}`));
    for (const secret of [IBAN, 'Payer', '7731', 'Invoice', 'Wallet']) expect(text).not.toContain(secret);
  }
});

test('the edge does and shows what its description says, for nobody but its API role', async () => {
  const functions = await edge.rows('SELECT name, writes FROM pack.function');
  expect(Object.fromEntries(functions.map(({ name, writes }) => [name, writes]))).toEqual(
    Object.fromEntries(Object.entries(edgeApi.functions).map(([name, { writes }]) => [name, writes])),
  );
  const columns = await edge.rows(
    `SELECT table_name::text AS view, array_agg(column_name::text ORDER BY ordinal_position) AS columns
     FROM information_schema.columns WHERE table_schema = 'api' GROUP BY 1`,
  );
  expect(Object.fromEntries(columns.map((row): [string, unknown] => [String(row['view']), row['columns']]))).toEqual(
    Object.fromEntries(Object.entries(edgeApi.views).map(([name, spec]) => [name, Object.keys(spec.columns)])),
  );
  for (const table of ['edge.payment_status', 'intake.initiation', 'desk.received']) {
    expect((await refusal(edge.api.query(`SELECT * FROM ${table}`))).code).toBe('42501');
  }
  const open = await edge.rows(
    `SELECT oid::regprocedure::text AS name FROM pg_proc WHERE pronamespace::regnamespace::text = ANY ('{pack,api,desk}')
       AND has_function_privilege('public', oid, 'EXECUTE')`,
  );
  expect(open).toEqual([] satisfies Json[]);
});
