// Events in, state out: containment, duplicates, corrections, any order.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal, type Json } from '../../../kit/pack/test-tenant.ts';
import {
  aggregated,
  at,
  bookParcels,
  documentOf,
  linkOf,
  observed,
  openNetwork,
  openTenant,
  type Network,
  type Tenant,
} from './tenant-fixture.ts';

let tenant: Tenant;
let network: Network;

beforeAll(async () => {
  tenant = await openTenant(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 8 }));
  network = await openNetwork(tenant);
});
afterAll(() => tenant.close());

let pallets = 0;
/** A pallet of another company, with a number of its own. */
async function newPallet(): Promise<string> {
  const digits = `30614141${String((pallets += 1)).padStart(9, '0')}`;
  const { rows } = await tenant.admin.query('SELECT core.with_digit($1) AS sscc', [digits]);
  return `https://id.gs1.org/00/${String(rows[0]?.['sscc'])}`;
}

const capture = (...events: Json[]): Promise<Json> => tenant.call('capture', documentOf(events));
const statesOf = async (waybillNo: string): Promise<unknown[]> =>
  (await tenant.rows('SELECT state FROM api.parcels WHERE waybill_no = $1 ORDER BY seq', [waybillNo])).map(
    ({ state }) => state,
  );

test('an event on a pallet moves its parcels, and no other', async () => {
  const [first, second, third] = await bookParcels(tenant, network, 3);
  if (!first || !second || !third) throw new Error('three parcels were booked');
  const pallet = await newPallet();
  const here = { readPoint: { id: linkOf(network.from) } };
  expect(
    await capture(
      aggregated('ADD', pallet, [first.epc, second.epc], 0, { bizStep: 'packing', ...here }),
      observed([pallet], 10, { bizStep: 'departing', disposition: 'in_transit', ...here }),
    ),
  ).toMatchObject({
    success: true,
    captured: 2,
    duplicates: 0,
    rejected: 0,
    events: [
      { index: 0, status: 'captured' },
      { index: 1, status: 'captured' },
    ],
  });
  expect(await statesOf(first.waybillNo)).toEqual(['in_transit', 'in_transit', 'created']);
  await capture(
    aggregated('DELETE', pallet, [], 700, { bizStep: 'unloading', readPoint: { id: linkOf(network.to) } }),
    observed([pallet], 710, { bizStep: 'storing', disposition: 'damaged' }),
    observed([first.epc], 720, { bizStep: 'accepting', bizLocation: { id: first.deliverAt } }),
  );
  expect(await statesOf(first.waybillNo)).toEqual(['delivered', 'in_transit', 'created']);
  expect(await tenant.call('track', { trackToken: first.trackToken })).toMatchObject({
    state: 'delivered',
    steps: [
      { step: 'packing', city: 'Beijing' },
      { step: 'departing', city: 'Beijing' },
      { step: 'unloading', city: 'Shenzhen' },
      { step: 'accepting', city: 'Shenzhen' },
    ],
  });
  expect(await tenant.broken()).toEqual({});
});

test('events told late, twice and over two containers lead where they would have led in time', async () => {
  const [parcel] = await bookParcels(tenant, network, 1);
  if (!parcel) throw new Error('a parcel was booked');
  const [pallet, truck] = [await newPallet(), await newPallet()];
  const arriving = observed([truck], 300, { bizStep: 'arriving', readPoint: { id: linkOf(network.via) } });
  await capture(arriving);
  await capture(aggregated('ADD', truck, [pallet], 200, { bizStep: 'loading' }));
  expect(await statesOf(parcel.waybillNo)).toEqual(['created']);
  await capture(aggregated('ADD', pallet, [parcel.epc], 100, { bizStep: 'packing' }));
  expect(await statesOf(parcel.waybillNo)).toEqual(['in_transit']);
  const [seen] = await tenant.rows('SELECT city, inside FROM api.parcels WHERE sscc = $1', [parcel.sscc]);
  expect(seen).toEqual({ city: 'Wuhan', inside: pallet });
  expect(await capture(arriving, arriving)).toMatchObject({ captured: 0, duplicates: 2 });
  const path = await tenant.rows('SELECT biz_step, via FROM api.parcel_path WHERE sscc = $1 ORDER BY event_time', [
    parcel.sscc,
  ]);
  expect(path).toEqual([
    { biz_step: 'packing', via: null },
    { biz_step: 'loading', via: pallet },
    { biz_step: 'arriving', via: truck },
  ]);
  expect(await tenant.call('contents_of', { id: truck })).toMatchObject({
    things: [
      { id: truck, parent: null, kind: 'container' },
      { id: pallet, parent: truck },
      { id: parcel.epc, parent: pallet, kind: 'parcel', state: 'in_transit' },
    ],
  });
  const way = await tenant.call('path_of', { sscc: parcel.sscc });
  expect((way['steps'] as Json[]).map(({ step, at: when }) => [step, when === null])).toEqual([
    ['packing', false],
    ['loading', false],
    ['arriving', false],
    ['accepting', true],
  ]);
});

test('a declared error moves back what the event moved, and both stay in the history', async () => {
  const [parcel] = await bookParcels(tenant, network, 1);
  if (!parcel) throw new Error('a parcel was booked');
  const pallet = await newPallet();
  const packed = aggregated('ADD', pallet, [parcel.epc], 0, { bizStep: 'packing' });
  const answer = await capture(packed, observed([pallet], 10, { bizStep: 'departing' }));
  const [{ eventID } = {}] = answer['events'] as Json[];
  const declaration = {
    declarationTime: at(60),
    reason: 'incorrect_data',
    correctiveEventIDs: ['urn:uuid:corrective'],
  };
  expect(await capture({ ...packed, errorDeclaration: declaration })).toMatchObject({
    events: [{ eventID, status: 'declared' }],
  });
  expect(await statesOf(parcel.waybillNo)).toEqual(['created']);
  expect(await tenant.rows('SELECT * FROM api.contents WHERE child = $1', [parcel.epc])).toEqual([]);
  const found = await tenant.call('query_events', { EQ_eventID: [eventID], EXISTS_errorDeclaration: true });
  expect(found).toMatchObject({
    type: 'EPCISQueryDocument',
    epcisBody: { queryResults: { resultsBody: { eventList: [{ ...packed, errorDeclaration: declaration }] } } },
  });
  expect(await tenant.broken()).toEqual({});

  // The declaration may come first: then the event never moves anything.
  const early = { ...observed([parcel.epc], 20, { bizStep: 'collecting' }), eventID: 'urn:uuid:declared-first' };
  await capture({ ...early, errorDeclaration: declaration });
  expect(await capture(early)).toMatchObject({ captured: 0, duplicates: 1 });
  expect(await statesOf(parcel.waybillNo)).toEqual(['created']);
});

const refused: readonly [string, Json, string][] = [
  ['no type', { type: 'Event' }, 'type'],
  ['a time without an offset', { eventTime: '2026-11-20T10:00:00' }, 'eventTime'],
  ['a time before the retention', { eventTime: '2001-01-01T00:00:00Z' }, 'eventTime'],
  ['a time far ahead', { eventTime: '2999-01-01T00:00:00Z' }, 'eventTime'],
  ['an offset that is none', { eventTimeZoneOffset: '8' }, 'eventTimeZoneOffset'],
  ['a step that CBV does not know', { bizStep: 'teleporting' }, 'bizStep'],
  ['a disposition that CBV does not know', { disposition: 'bored' }, 'disposition'],
  ['an action that is none', { action: 'MAYBE' }, 'action'],
  ['nothing observed', { epcList: [] }, 'epcList'],
  ['an identifier that is no URI', { epcList: ['parcel 7'] }, 'epcList'],
  ['a wrong check digit', { epcList: ['https://id.gs1.org/00/106141412345678907'] }, 'epcList'],
  ['a place that is no URI', { readPoint: { id: 'the dock' } }, 'readPoint.id'],
  ['an id that is no URI', { eventID: '7' }, 'eventID'],
  ['a container without a name', { type: 'AggregationEvent', action: 'ADD' }, 'parentID'],
  ['nothing to put in', { type: 'AggregationEvent', action: 'ADD', parentID: 'urn:x:1' }, 'childEPCs'],
  [
    'a thing in itself',
    { type: 'AggregationEvent', action: 'ADD', parentID: 'urn:x:1', childEPCs: ['urn:x:1'] },
    'childEPCs',
  ],
  ['a transaction of nothing', { type: 'TransactionEvent' }, 'bizTransactionList'],
  ['a transformation with an action', { type: 'TransformationEvent' }, 'action'],
  ['an error declared at no time', { errorDeclaration: { reason: 'x' } }, 'errorDeclaration.declarationTime'],
];

test.each(refused)('%s is refused by its field', async (_what, members, field) => {
  const event = { ...observed(['urn:uuid:thing'], 5), ...members };
  expect(await refusal(tenant.call('capture_event', event))).toMatchObject({ code: 'ICL07', facts: { field } });
});

test('one bad event refuses the document, or itself alone when that is asked', async () => {
  const [good, bad] = [observed(['urn:uuid:good'], 5), { ...observed(['urn:uuid:bad'], 5), bizStep: 'teleporting' }];
  expect(await refusal(tenant.call('capture', documentOf([good, bad, good])))).toMatchObject({
    code: 'ICL11',
    facts: { errors: [{ index: 1, field: 'bizStep' }] },
  });
  const answer = await tenant.call('capture', documentOf([good, bad, good], { captureErrorBehaviour: 'proceed' }));
  expect(answer).toMatchObject({
    success: false,
    captured: 1,
    duplicates: 1,
    rejected: 1,
    events: [{ status: 'captured' }, { status: 'rejected', error: { field: 'bizStep' } }, { status: 'duplicate' }],
  });
  const [job] = await tenant.rows('SELECT rejected, behaviour FROM api.capture_jobs WHERE capture_id = $1', [
    answer['captureID'],
  ]);
  expect(job).toEqual({ rejected: 1, behaviour: 'proceed' });
  for (const wrong of [{ type: 'Other' }, { schemaVersion: '1.2' }, { epcisBody: { eventList: [] } }]) {
    expect((await refusal(tenant.call('capture', documentOf([good], wrong)))).code).toBe('ICL07');
  }
});

test('an event id belongs to one event', async () => {
  const event = { ...observed(['urn:uuid:mine'], 5), eventID: 'urn:uuid:taken' };
  await capture(event);
  expect(await refusal(capture({ ...event, bizStep: 'holding' }))).toMatchObject({
    code: 'ICL11',
    facts: { errors: [{ field: 'eventID' }] },
  });
  expect(await refusal(capture({ ...event, eventTime: at(6) }))).toMatchObject({ code: 'ICL11' });
});

const listOf = (answer: Json): Json[] =>
  (answer as { epcisBody: { queryResults: { resultsBody: { eventList: Json[] } } } }).epcisBody.queryResults.resultsBody
    .eventList;

test('queries page through what matches, by any form of an identifier', async () => {
  const epcs = ['urn:epc:id:sscc:0614141.1234567890', 'https://id.gs1.org/00/106141412345678908'];
  await capture(
    ...Array.from({ length: 7 }, (_, n) => observed([epcs[n % 2] ?? ''], 1_000 + n, { bizStep: 'storing' })),
  );
  const seen: unknown[] = [];
  let page: Json = {};
  do {
    const { nextPageToken } = page;
    page = await tenant.call('query_events', {
      MATCH_epc: ['https://id.gs1.org/00/106141412345678908'],
      EQ_bizStep: ['https://ref.gs1.org/cbv/BizStep-storing'],
      perPage: 3,
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
    });
    seen.push(...listOf(page).map(({ eventTime }) => eventTime));
  } while (page['nextPageToken'] !== undefined);
  expect(seen).toEqual(Array.from({ length: 7 }, (_, n) => at(1_000 + n)));
  expect(listOf(await tenant.call('query_events', { MATCH_parentID: epcs, perPage: 5 }))).toEqual([]);
  expect(
    listOf(await tenant.call('query_events', { MATCH_anyEPC: epcs, GE_eventTime: at(1_002), LT_eventTime: at(1_004) })),
  ).toHaveLength(2);
  expect(await refusal(tenant.call('query_events', { nextPageToken: 'nonsense' }))).toMatchObject({ code: 'ICL07' });
  expect(await refusal(tenant.call('query_events', { EQ_bizStep: [] }))).toMatchObject({ code: 'ICL07' });
});

test('the vocabulary is the whole of CBV 2.0', async () => {
  const [sizes] = await tenant.rows(
    `SELECT (SELECT count(*)::int FROM api.business_steps) AS steps, (SELECT count(*)::int FROM api.dispositions) AS dispositions`,
  );
  expect(sizes).toEqual({ steps: 41, dispositions: 33 });
  expect(
    await tenant.call(
      'capture_event',
      observed(['urn:uuid:own'], 5, { bizStep: 'https://ns.example.com/steps/dancing' }),
    ),
  ).toMatchObject({ status: 'captured' });
});
