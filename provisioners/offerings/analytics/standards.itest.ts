// Events as other systems send them: the CNCF's own SDK as the client in all three modes, and tables of orders, through the gateway.
import { CloudEvent, HTTP, type Message } from 'cloudevents';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { send, type Reply } from '../../../server/gateway/testing/call.ts';
import { makeWorld, type TestTenant, type World } from '../../../server/gateway/testing/world.ts';
import { installPack } from '../../kit/pack/test-tenant.ts';
import { apiDescription, edgeApiDescription } from './api.ts';
import { at, PACK, sale } from './pack/warehouse-fixture.ts';

type Json = Record<string, unknown>;

let world: World;
let tenant: TestTenant;
let edge: TestTenant;

beforeAll(async () => {
  world = await makeWorld();
  tenant = await world.makeTenant({}, apiDescription, (database, owner) => installPack(PACK, database, owner));
  edge = await world.makeTenant({}, edgeApiDescription, (database, owner) =>
    installPack(PACK, database, owner, { edge: true }),
  );
});
afterAll(() => world.close());

const post = (path: string, body: string, headers: Record<string, string>, of = tenant): Promise<Reply> =>
  send(world.gateway, `/t/${of.ref}/${path}`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${of.key}`, ...headers },
  });
const emit = ({ headers, body }: Message, of = tenant): Promise<Reply> =>
  post(
    'events',
    String(body),
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    of,
  );
const batchOf = (events: readonly unknown[]): Message => ({
  headers: { 'content-type': 'application/cloudevents-batch+json; charset=UTF-8' },
  body: JSON.stringify(events),
});
const stored = (id: string) => world.sql('SELECT * FROM api.events WHERE id = $1', [id], tenant.ref);

/** A paid order as the SDK makes it. */
function paid(id: string, over: Json = {}): CloudEvent<unknown> {
  const { data, ...attributes } = sale({ id, customer: 'customer-7', region: 'East' });
  return new CloudEvent({ ...(attributes as { id: string; source: string; type: string }), data, ...over });
}

describe('CloudEvents of the CNCF’s SDK', () => {
  test.each([
    ['structured', (event: CloudEvent<unknown>) => HTTP.structured(event)],
    ['binary', (event: CloudEvent<unknown>) => HTTP.binary(event)],
    ['batched', (event: CloudEvent<unknown>) => batchOf([event])],
  ])('are taken in %s mode, once, with nothing lost', async (mode, write) => {
    const event = paid(`sdk-${mode}`, { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
    expect(await emit(write(event))).toMatchObject({ status: 200, body: { accepted: 1, duplicate: 0, rejected: 0 } });
    expect(await emit(write(event))).toMatchObject({ status: 200, body: { accepted: 0, duplicate: 1, rejected: 0 } });
    const [kept] = await stored(event.id);
    expect(kept).toMatchObject({ source: event.source, type: event.type, subject: 'customer-7', data: event.data });
    expect(new Date(kept?.['time'] as string).toISOString()).toBe(new Date(event.time ?? '').toISOString());
  });

  test('the same event in another mode is the same event', async () => {
    const event = paid('sdk-again');
    const answers = [HTTP.binary(event), HTTP.structured(event), batchOf([event, event])];
    const counts = [];
    for (const message of answers) counts.push((await emit(message)).body.duplicate);
    expect(counts).toEqual([0, 1, 2]);
    expect(await stored('sdk-again')).toHaveLength(1);
  });

  test('what cannot be read is kept with its reason, and the rest of the batch is taken', async () => {
    const { id: _id, ...nameless } = sale({ id: 'x' });
    const reply = await emit(batchOf([sale({ id: 'beside-bad' }), nameless, 'odd']));
    expect(reply.body).toEqual({ accepted: 1, duplicate: 0, rejected: 2 });
    const bytes = HTTP.binary(paid('sdk-bytes'));
    bytes.headers['content-type'] = 'application/octet-stream';
    expect((await emit(bytes)).body).toMatchObject({ rejected: 1 });
    const [last] = await world.sql('SELECT reason FROM api.rejects ORDER BY reject_id DESC LIMIT 1', [], tenant.ref);
    expect(last).toEqual({ reason: 'data must be JSON' });
  });

  test.each([
    ['an event in no mode', 'application/json', '{}', 415, 'media_type'],
    ['a batch that is no list', 'application/cloudevents-batch+json', '{}', 400, 'body_invalid'],
    ['half an event', 'application/cloudevents+json', '{"id":', 400, 'json_invalid'],
    ['1,001 events', 'application/cloudevents-batch+json', JSON.stringify(Array(1_001).fill(1)), 413, 'too_many_items'],
  ])('%s is refused', async (_what, type, body, status, code) => {
    expect(await post('events', body, { 'content-type': type })).toMatchObject({ status, body: { code } });
  });

  test('are buffered at the edge, in every mode', async () => {
    const event = paid('at-the-edge');
    for (const message of [HTTP.structured(event), HTTP.binary(event), batchOf([event])]) {
      expect(await emit(message, edge)).toMatchObject({ status: 202, body: { state: 'buffered', events: 1 } });
    }
    const kept = await world.sql('SELECT events FROM intake.batch', [], edge.ref);
    expect(kept.map(({ events }) => (events as Json[])[0]?.['data'])).toEqual([event.data, event.data, event.data]);
  });
});

describe('a table of orders', () => {
  const csv = (text: string): Promise<Reply> => post('orders.csv', text, { 'content-type': 'text/csv; charset=utf-8' });
  let run = 0;
  beforeEach(() => (run += 1));

  test('becomes orders of several lines, each once, with figures to the cent', async () => {
    const table = [
      'source,id,time,subject,currency,region,sku,name,category,qty,unitMinor',
      `shop,t${run}-1,${at(1)},customer-1,CNY,East,MUG,"Mug, enamel",Kitchen,2,1999`,
      `shop,t${run}-2,${at(1)},customer-2,CNY,West,LAMP,Lamp,Living,1,12900`,
      `shop,t${run}-1,${at(1)},customer-1,CNY,East,LAMP,Lamp,Living,1,12900`,
    ].join('\r\n');
    expect(await csv(table)).toMatchObject({
      status: 200,
      body: { events: 2, accepted: 2, duplicate: 0, rejected: 0, rejects: [] },
    });
    expect((await csv(table)).body).toMatchObject({ accepted: 0, duplicate: 2 });
    const [order] = await stored(`t${run}-1`);
    expect(order).toMatchObject({
      type: 'order.paid',
      subject: 'customer-1',
      data: { currency: 'CNY', region: 'East', lines: [{ sku: 'MUG', name: 'Mug, enamel', qty: 2 }, { sku: 'LAMP' }] },
    });
    const [sums] = await world.sql(
      'SELECT lines, revenue_minor::text AS revenue FROM ingest.event WHERE id = $1',
      [`t${run}-1`],
      tenant.ref,
    );
    expect(sums).toEqual({ lines: 2, revenue: '16898' });
  });

  test('keeps what cannot be taken, with its rows and the reason, and takes the rest', async () => {
    const reply = await csv(
      [
        'source,id,subject,currency,sku,qty,unitMinor',
        `shop,t${run}-1,customer-9,CNY,MUG,many,1999`,
        `shop,t${run}-2,,CNY,MUG,1,1999`,
        `nobody,t${run}-3,,CNY,MUG,1,1999`,
        `shop,t${run}-4,,CNY,MUG,1,19.99`,
        `shop,t${run}-5,,CNY,MUG,1,1999`,
        `shop,t${run}-5,,USD,MUG,1,1999`,
        `shop,t${run}-6,,CNY,MUG,1`,
        '',
      ].join('\n'),
    );
    expect(reply.body).toMatchObject({ events: 6, accepted: 1, duplicate: 0, rejected: 5 });
    const rejects = (reply.body.rejects as { rows: number[]; reason: string }[]).map(({ rows, reason }) => [
      rows,
      reason,
    ]);
    expect(rejects).toEqual([
      [[2], 'row 2: qty is not a whole number'],
      [[4], 'source is not registered'],
      [[5], expect.stringContaining('every line needs')],
      [[6, 7], 'row 7: not as the first row of this id'],
      [[8], 'row 8: 6 fields, the header has 7'],
    ]);
    const kept = await world.sql(
      'SELECT reason, raw FROM api.rejects WHERE event_id LIKE $1 ORDER BY reject_id',
      [`t${run}-%`],
      tenant.ref,
    );
    expect(kept).toHaveLength(5);
    expect(kept[1]).toMatchObject({ reason: 'row 4: source is not registered', raw: { rows: [4], source: 'nobody' } });
    expect(kept[0]).toMatchObject({ raw: { rows: [2], subject: 'customer-9', fields: [{ qty: 'many' }] } });
  });

  test('lets a person be forgotten in what it had to reject', async () => {
    await csv(
      `source,id,subject,currency,sku,qty,unitMinor\nshop,t${run},forget-me,CNY,MUG,many,1\nnobody,t${run},forget-me,CNY,MUG,1,1\n`,
    );
    const naming = () => world.sql("SELECT 1 FROM api.rejects WHERE raw::text LIKE '%forget-me%'", [], tenant.ref);
    expect(await naming()).toHaveLength(2);
    await post('v1/erase_person', '{"subject":"forget-me"}', {
      'content-type': 'application/json',
      'idempotency-key': `forget-${run}`,
    });
    expect(await naming()).toEqual([]);
  });

  test.each([
    ['source,id,currency,sku,qty,unitMinor,colour\n', 'no column is called "colour"'],
    ['source,currency,sku,qty,unitMinor\n', 'column id is missing'],
    ['', 'there is no header row'],
  ])('%j is refused as a whole', async (text, why) => {
    expect(await csv(text)).toMatchObject({ status: 400, body: { code: 'table_invalid', facts: { why } } });
  });
});
