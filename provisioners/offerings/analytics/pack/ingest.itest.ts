// Events: each once, whoever sends it how often; what cannot be read is kept; nobody is passed over.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, waitFor } from '../../../../server/testing/postgres.ts';
import { refusal } from '../../../kit/pack/test-tenant.ts';
import { at, openWarehouse, sale, type Warehouse } from './warehouse-fixture.ts';

let tenant: Warehouse;
beforeAll(async () => {
  tenant = await openWarehouse(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 12 }), {
    params: { event_retention_days: 100 },
  });
});
afterAll(() => tenant.close());

test('an event is taken once: in a batch, in another batch, with another time or another body', async () => {
  const event = sale({ id: 'once' });
  expect(await tenant.send(event, event)).toBe('1/1/0');
  expect(await tenant.send(event)).toBe('0/1/0');
  expect(await tenant.send({ ...event, time: at(5) }, sale({ id: 'once', qty: 9 }))).toBe('0/2/0');
  expect(await tenant.rows("SELECT count(*)::int AS n FROM api.events WHERE id = 'once'")).toEqual([{ n: 1 }]);
});

test('the same id of another source is another event', async () => {
  await tenant.call('register_source', { source: 'till' });
  expect(await tenant.send({ ...sale({ id: 'once' }), source: 'till' })).toBe('1/0/0');
});

const { id: _id, ...nameless } = sale({ id: 'x' });
const order = (data: object) => ({ ...sale({ id: 'bad' }), data });
const LINE = { sku: 'A', qty: 1, unitMinor: '1' };

test.each<[string, unknown, RegExp]>([
  ['no object', 'text', /not an object/],
  ['no id', nameless, /id, source and type/],
  ['an empty id', sale({ id: '' }), /id, source and type/],
  ['version 0.3', { ...sale({ id: 'x' }), specversion: '0.3' }, /specversion/],
  ['an unknown source', { ...sale({ id: 'x' }), source: 'nobody' }, /not registered/],
  ['a time without an offset', { ...sale({ id: 'x' }), time: '2026-01-01T00:00:00' }, /RFC 3339/],
  ['a day that is none', { ...sale({ id: 'x' }), time: '2026-02-30T00:00:00Z' }, /RFC 3339/],
  ['a time long gone', { ...sale({ id: 'x' }), time: '2001-01-01T00:00:00Z' }, /older than the retention/],
  ['a time to come', { ...sale({ id: 'x' }), time: '2999-01-01T00:00:00Z' }, /future/],
  ['binary data', { ...sale({ id: 'x' }), data_base64: 'AA==' }, /must be JSON/],
  ['an attribute in capitals', { ...sale({ id: 'x' }), TraceId: '1' }, /lower-case/],
  ['an order without lines', order({ currency: 'CNY', lines: [] }), /1 to 200 lines/],
  ['an order without a currency', order({ lines: [LINE] }), /ISO 4217/],
  ['a line without a quantity', order({ currency: 'CNY', lines: [{ sku: 'A', unitMinor: '1' }] }), /every line/],
  ['a broken quantity', order({ currency: 'CNY', lines: [{ ...LINE, qty: 1.5 }] }), /every line/],
  ['a price as a number', order({ currency: 'CNY', lines: [{ ...LINE, unitMinor: 1 }] }), /every line/],
  [
    'an order of more money than there is',
    order({ currency: 'CNY', lines: [{ ...LINE, qty: 999_999, unitMinor: '999999999999' }] }),
    /more than any order/,
  ],
  ['lines that are texts', order({ currency: 'CNY', lines: ['A'] }), /every line/],
  ['a change of nobody', { ...nameless, id: 'x', type: 'product.changed', data: {} }, /a change needs/],
])('keeps %s as a reject, with the reason', async (_what, event, reason) => {
  expect(await tenant.send(event)).toBe('0/0/1');
  const [last] = await tenant.rows('SELECT reason, raw FROM api.rejects ORDER BY reject_id DESC LIMIT 1');
  expect(last?.['reason']).toMatch(reason);
  expect(last?.['raw']).toEqual(event);
});

test('one bad event does not hold back the good ones, and types nobody loads are kept', async () => {
  const heartbeat = { specversion: '1.0', id: 'beat', source: 'shop', type: 'till.opened', data: { till: 7 } };
  expect(await tenant.send(sale({ id: 'good' }), nameless, heartbeat)).toBe('2/0/1');
  const [kept] = await tenant.rows("SELECT type, data, time <= now() AS timed FROM api.events WHERE id = 'beat'");
  expect(kept).toEqual({ type: 'till.opened', data: { till: 7 }, timed: true }); // a time is optional
});

test('a rejected event that is mended is taken', async () => {
  expect(await tenant.send(order({}))).toBe('0/0/1');
  expect(await tenant.send(sale({ id: 'bad' }))).toBe('1/0/0');
});

test('batches with the same events in opposite orders neither wait for each other for ever nor take one twice', async () => {
  const events = Array.from({ length: 150 }, (_, n) => sale({ id: `race-${n}` }));
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) => tenant.send(...(n % 2 === 0 ? events : events.toReversed()))),
  );
  const accepted = answers.reduce((sum, answer) => sum + Number(answer.split('/')[0]), 0);
  expect(accepted).toBe(150);
  expect(await tenant.broken()).toEqual({});
});

test('a batch that is still open when models load is not passed over: they wait for it', async () => {
  await tenant.refresh();
  const before = Number((await tenant.ask('order_lines'))['all'] ?? 0);
  const slow = await tenant.admin.connect();
  await slow.query('BEGIN');
  await slow.query('SELECT api.ingest_events($1)', [JSON.stringify({ events: [sale({ id: 'slow' })] })]);
  const loading = tenant.refresh();
  await waitFor(
    async () => {
      const waiting = await tenant.rows(
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
      );
      return waiting.length > 0;
    },
    { what: 'the loader to wait' },
  );
  const behind = tenant.send(sale({ id: 'behind' })); // has a higher number, and may end first or last
  await slow.query('COMMIT');
  slow.release();
  await Promise.all([loading, behind]);
  await tenant.refresh();
  expect(Number((await tenant.ask('order_lines'))['all'])).toBe(before + 2);
  expect(await tenant.broken()).toEqual({});
});

test('a body that is no batch is refused', async () => {
  for (const body of [{}, { events: {} }, { events: [] }, { events: Array.from({ length: 1001 }, () => 1) }]) {
    expect((await refusal(tenant.call('ingest_events', body))).code).toBe('ICA09');
  }
});

test('an event that no model has loaded can be set aside, and sent again mended', async () => {
  await tenant.send(sale({ id: 'wrong', currency: 'XXX' }));
  await tenant.call('set_event_aside', { source: 'shop', id: 'wrong', reason: 'typing error' });
  expect(await tenant.send(sale({ id: 'wrong' }))).toBe('1/0/0');
  await tenant.refresh();
  const late = tenant.call('set_event_aside', { source: 'shop', id: 'wrong', reason: 'too late' });
  expect((await refusal(late)).code).toBe('ICA08');
  const unknown = tenant.call('set_event_aside', { source: 'shop', id: 'never', reason: 'x' });
  expect((await refusal(unknown)).code).toBe('ICA04');
  expect(await tenant.broken()).toEqual({});
});
