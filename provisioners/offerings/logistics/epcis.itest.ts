// EPCIS 2.0 as a partner's program speaks it: through the gateway, against the pack in a real database. npm epcis2.js is the independent
// implementation: it captures as a client, and holds what we answer against the JSON schema of the standard.
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send, type Reply } from '../../../server/gateway/testing/call.ts';
import { makeWorld, type TestTenant, type World } from '../../../server/gateway/testing/world.ts';
import { installPack } from '../../kit/pack/test-tenant.ts';
import { apiDescription, edgeApiDescription } from './api.ts';
import { aggregated, at, documentOf, observed, PACK } from './pack/tenant-fixture.ts';

type Json = Record<string, unknown>;

/** What is used of npm epcis2.js, which comes without types. */
interface Epcis2 {
  readonly EPCISDocument: new (document: Json) => { isValid(): boolean };
  /** Checks the document against the schema, then sends it. */
  capture(document: object, options: { apiUrl: string; headers: Record<string, string> }): Promise<Response>;
  validateEpcisDocument(document: Json): { readonly success: boolean; readonly errors: readonly string[] };
}
const require = createRequire(import.meta.url);
const epcis2 = require('epcis2.js') as Epcis2;

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

const call = (
  path: string,
  init: { method?: string; body?: string; headers?: Record<string, string> } = {},
  of = tenant,
): Promise<Reply> =>
  send(world.gateway, `/t/${of.ref}/epcis/v2/${path}`, {
    ...init,
    headers: { authorization: `Bearer ${of.key}`, ...init.headers },
  });
const capture = (document: Json, headers: Record<string, string> = {}, of = tenant): Promise<Reply> =>
  call(
    'capture',
    { method: 'POST', body: JSON.stringify(document), headers: { 'content-type': 'application/ld+json', ...headers } },
    of,
  );
const postEvent = (event: Json): Promise<Reply> =>
  call('events', { method: 'POST', body: JSON.stringify(event), headers: { 'content-type': 'application/json' } });
const pathOf = (url: string | null): string => /\/epcis\/v2\/(.+)$/.exec(url ?? '')?.[1] ?? 'nowhere';
const eventsIn = ({ body }: Reply): Json[] =>
  (body as { epcisBody: { queryResults: { resultsBody: { eventList: Json[] } } } }).epcisBody.queryResults.resultsBody
    .eventList;
const find = async (query: Record<string, string>, path = 'events'): Promise<Json[]> => {
  const reply = await call(`${path}?${new URLSearchParams(query)}`);
  expect(reply.status, reply.text).toBe(200);
  return eventsIn(reply);
};
const timesOf = (events: readonly Json[]): unknown[] => events.map(({ eventTime }) => eventTime);

const GTIN = '0614141.107346';
const sgtin = (serial: string): string => `urn:epc:id:sgtin:${GTIN}.${serial}`;

describe('capture', () => {
  test('answers 202 with the address of a job that says what became of each event', async () => {
    const document = documentOf([
      observed([sgtin('c1')], 0, { bizStep: 'departing' }),
      aggregated('ADD', 'urn:epc:id:grai:0614141.12345.c1', [sgtin('c1')], 1),
    ]);
    const reply = await capture(document, { 'gs1-epcis-version': '2.0.0' });
    expect(reply).toMatchObject({
      status: 202,
      body: { running: false, success: true, errors: [], events: [{ status: 'captured' }, { status: 'captured' }] },
    });
    expect(reply.headers.get('gs1-epcis-version')).toBe('2.0.0');
    const job = await call(pathOf(reply.headers.get('location')));
    expect(job).toMatchObject({
      status: 200,
      body: { captureID: reply.body.captureID, captureErrorBehaviour: 'rollback', success: true, running: false },
    });
    const again = await capture(document);
    expect(again.body).toMatchObject({ success: true, captured: 0, duplicates: 2 });
    const [first, second] = JSON.parse((await call('capture?perPage=1')).text) as Json[];
    expect([first?.captureID, second]).toEqual([again.body.captureID, undefined]);
  });

  test('rolls a document with a bad event back, or proceeds when asked', async () => {
    const bad = documentOf([observed([sgtin('r1')], 3), observed([sgtin('r2')], 4, { bizStep: 'teleporting' })]);
    const refused = await capture(bad);
    expect(refused).toMatchObject({
      status: 202,
      body: {
        success: false,
        captured: 0,
        events: [{ status: 'rolled_back' }, { status: 'rejected' }],
        errors: [{ type: 'epcisException:ValidationException', status: 400, index: 1, field: 'bizStep' }],
      },
    });
    expect((await call(pathOf(refused.headers.get('location')))).body).toMatchObject({ success: false });
    expect(await find({ MATCH_epc: sgtin('r1') })).toEqual([]);
    const proceeded = await capture(bad, { 'gs1-capture-error-behaviour': 'proceed' });
    expect(proceeded.body).toMatchObject({ success: false, captured: 1, captureErrorBehaviour: 'proceed' });
    expect(await find({ MATCH_epc: sgtin('r1') })).toHaveLength(1);
  });

  test('takes a query document, and keeps the prefixes of the document with the event', async () => {
    const event = { ...observed([sgtin('q1')], 5), 'example:seal': 'S-1' };
    const context = [
      'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld',
      { example: 'https://ns.example.com/' },
    ];
    const body = { queryResults: { queryName: 'SimpleEventQuery', resultsBody: { eventList: [event] } } };
    const reply = await capture({
      '@context': context,
      type: 'EPCISQueryDocument',
      schemaVersion: '2.0',
      epcisBody: body,
    });
    expect(reply.body).toMatchObject({ success: true, captured: 1 });
    expect(await find({ MATCH_epc: sgtin('q1') })).toMatchObject([{ 'example:seal': 'S-1', '@context': context }]);
  });

  test.each<[string, Json, Record<string, string>, number, string]>([
    ['what is no document', { type: 'Other', epcisBody: { eventList: [{}] } }, {}, 400, 'ValidationException'],
    [
      'another version',
      documentOf([observed(['urn:x:1'], 0)]),
      { 'gs1-epcis-version': '1.2' },
      406,
      'NotAcceptableException',
    ],
    ['XML', documentOf([]), { 'content-type': 'application/xml' }, 415, 'UnsupportedMediaTypeException'],
    ['1,001 events', documentOf(Array.from({ length: 1_001 }, () => ({}))), {}, 413, 'CaptureLimitExceededException'],
    ['a key of nobody', documentOf([]), { authorization: 'Bearer ick_nobody_nobody' }, 401, 'SecurityException'],
  ])('refuses %s', async (_what, document, headers, status, type) => {
    const reply = await capture(document, headers);
    expect(reply).toMatchObject({ status, body: { type: `epcisException:${type}`, status } });
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
    expect(reply.body.requestId).toBe(reply.headers.get('x-request-id'));
  });

  test('says what it supports', async () => {
    const reply = await call('capture', { method: 'OPTIONS' });
    expect([reply.status, reply.headers.get('allow')]).toEqual([204, 'POST, GET, OPTIONS']);
    expect(reply.headers.get('gs1-epcis-capture-limit')).toBe('1000');
    expect(reply.headers.get('gs1-capture-error-behaviour')).toBe('all');
  });
});

describe('one event', () => {
  test('is created at an address of its own, once, and read there', async () => {
    const event = observed([sgtin('e1')], 10, { eventID: 'urn:uuid:831c0292-4de1-430a-8255-2aca821abaab' });
    const created = await postEvent(event);
    expect(created).toMatchObject({ status: 201, body: event });
    expect(created.headers.get('content-type')).toBe('application/ld+json; charset=utf-8');
    const where = created.headers.get('location');
    const again = await postEvent(event);
    expect([again.status, again.headers.get('location'), again.body]).toEqual([201, where, created.body]);
    expect(await postEvent({ ...event, bizStep: 'holding' })).toMatchObject({
      status: 409,
      body: { type: 'epcisException:ResourceAlreadyExistsException', code: 'ICL09' },
    });
    const read = await call(pathOf(where));
    expect(read).toMatchObject({ status: 200, body: { type: 'EPCISQueryDocument' } });
    expect(eventsIn(read)).toMatchObject([{ eventID: event.eventID }]);
  });

  test('without an id has its hash as one, which is an address, too', async () => {
    const created = await postEvent(observed([sgtin('e2')], 11));
    expect(created.body.eventID).toMatch(/^ni:\/\/\/sha-256;[0-9a-f]{64}\?ver=CBV2\.0$/);
    expect(eventsIn(await call(pathOf(created.headers.get('location'))))).toHaveLength(1);
  });

  test('that is wrong is refused by its field; one that is not there is not found', async () => {
    expect(await postEvent(observed(['parcel 7'], 12))).toMatchObject({
      status: 400,
      body: { type: 'epcisException:ValidationException', facts: { field: 'epcList' } },
    });
    expect(await call('events/urn:uuid:nobody')).toMatchObject({
      status: 404,
      body: { type: 'epcisException:NoSuchResourceException' },
    });
    expect(await call('capture/nobody')).toMatchObject({ status: 404 });
  });
});

describe('events', () => {
  const here = { id: 'urn:epc:id:sgln:0614141.00001.0' };
  const pallet = 'urn:epc:id:grai:0614141.12345.q9';
  beforeAll(async () => {
    const captured = await capture(
      documentOf([
        observed([sgtin('q10')], 100, { bizStep: 'departing', disposition: 'in_transit', readPoint: here }),
        observed([sgtin('q11')], 101, { bizStep: 'arriving', disposition: 'in_transit', bizLocation: here }),
        observed(['urn:epc:id:sscc:0614141.1234567890'], 102, { bizStep: 'arriving' }),
        aggregated('ADD', pallet, [sgtin('q10')], 103, { bizStep: 'packing' }),
        {
          type: 'TransformationEvent',
          eventTime: at(104),
          eventTimeZoneOffset: '+08:00',
          inputEPCList: [sgtin('q11')],
          outputEPCList: ['urn:epc:id:sgtin:0614141.207346.1'],
          transformationID: 'urn:uuid:transformation-1',
          inputQuantityList: [{ epcClass: 'urn:epc:idpat:sgtin:0614141.107346.*', quantity: 0.1, uom: 'KGM' }],
        },
        {
          ...observed([], 105, { bizStep: 'storing' }),
          quantityList: [{ epcClass: 'urn:epc:class:lgtin:0614141.107346.LOT7', quantity: 12 }],
        },
      ]),
    );
    expect(captured.body).toMatchObject({ success: true });
  });
  const window = { GE_eventTime: at(100), LT_eventTime: at(106) };
  const minutes = async (query: Record<string, string>, path = 'events'): Promise<number[]> => {
    const times = timesOf(await find({ ...window, ...query }, path)) as string[];
    return times.map((time) => (Date.parse(time) - Date.parse(at(0))) / 60_000);
  };

  test.each<[Record<string, string>, number[]]>([
    [{}, [100, 101, 102, 103, 104, 105]],
    [{ eventType: 'AggregationEvent|TransformationEvent' }, [103, 104]],
    [{ EQ_action: 'ADD' }, [103]],
    [{ EQ_bizStep: 'https://ref.gs1.org/cbv/BizStep-arriving|packing' }, [101, 102, 103]],
    [{ EQ_disposition: 'in_transit' }, [100, 101]],
    [{ EQ_readPoint: here.id }, [100]],
    [{ EQ_bizLocation: 'https://id.gs1.org/414/0614141000012' }, [101]],
    [{ EQ_transformationID: 'urn:uuid:transformation-1' }, [104]],
    [{ MATCH_epc: sgtin('q10') }, [100, 103]],
    [{ MATCH_epc: 'https://id.gs1.org/01/10614141073464/21/q11' }, [101]],
    [{ MATCH_anyEPC: sgtin('q11') }, [101, 104]],
    [{ MATCH_inputEPC: sgtin('q11') }, [104]],
    [{ MATCH_outputEPC: 'urn:epc:idpat:sgtin:0614141.207346.*' }, [104]],
    [{ MATCH_epc: `urn:epc:idpat:sgtin:${GTIN}.*` }, [100, 101, 103]],
    [{ MATCH_epc: 'urn:epc:idpat:sgtin:0614141.*.*' }, [100, 101, 103]],
    [{ MATCH_epc: 'urn:epc:idpat:sgtin:*.*.*' }, [100, 101, 103]],
    [{ MATCH_epc: 'urn:epc:idpat:sgtin:0614142.*.*' }, []],
    [{ MATCH_epc: 'urn:epc:idpat:sscc:0614141.*' }, [102]],
    [{ MATCH_epc: `urn:epc:idpat:sscc:*.*|${sgtin('q11')}` }, [101, 102]],
    [{ MATCH_parentID: 'urn:epc:idpat:grai:0614141.12345.*' }, [103]],
    [{ MATCH_parentID: 'urn:epc:idpat:grai:0614141.*.*' }, [103]],
    [{ MATCH_epcClass: 'https://id.gs1.org/01/10614141073464/10/LOT7' }, [105]],
    [{ MATCH_epcClass: 'urn:epc:class:lgtin:0614141.107346.LOT7' }, [105]],
    [{ MATCH_anyEPCClass: 'urn:epc:idpat:sgtin:0614141.107346.*' }, [104]],
    [{ orderBy: 'eventTime' }, [105, 104, 103, 102, 101, 100]],
    [{ orderBy: 'eventTime', orderDirection: 'ASC', eventCountLimit: '2' }, [100, 101]],
    [{ GE_recordTime: '2999-01-01T00:00:00Z' }, []],
    [{ EXISTS_errorDeclaration: 'true' }, []],
    [{ MATCH_epc: "urn:x:o'\\x') OR (true", MATCH_anyEPC: "urn:epc:idpat:gid:1'2.*" }, []],
  ])('%j finds %j', async (query, expected) => {
    expect(await minutes(query)).toEqual(expected);
  });

  test.each<[string, number[]]>([
    ['eventTypes/TransformationEvent', [104]],
    [`epcs/${encodeURIComponent('https://id.gs1.org/01/10614141073464/21/q10')}`, [100, 103]],
    [`epcs/${encodeURIComponent(pallet)}`, [103]],
    ['bizSteps/arriving', [101, 102]],
    [`bizLocations/${here.id}`, [101]],
    [`readPoints/${encodeURIComponent('https://id.gs1.org/414/0614141000012')}`, [100]],
    ['dispositions/in_transit', [100, 101]],
  ])('%s/events finds %j', async (path, expected) => {
    expect(await minutes({}, `${path}/events`)).toEqual(expected);
  });

  test('page by Link, with the same question, to the last', async () => {
    const seen: unknown[] = [];
    let path: string | null = `bizSteps/arriving/events?${new URLSearchParams({ ...window, perPage: '1' })}`;
    while (path !== null) {
      const reply: Reply = await call(path);
      expect(reply.body).not.toHaveProperty('nextPageToken');
      seen.push(...timesOf(eventsIn(reply)));
      const next = /^<([^>]+)>; rel="next"$/.exec(reply.headers.get('link') ?? '')?.[1];
      path = next === undefined ? null : pathOf(next);
    }
    expect(seen).toEqual([at(101), at(102)]);
    const latest = await call(`events?${new URLSearchParams({ ...window, orderBy: 'eventTime', perPage: '4' })}`);
    const next = /^<([^>]+)>/.exec(latest.headers.get('link') ?? '')?.[1] ?? '';
    expect(timesOf(eventsIn(await call(pathOf(next))))).toEqual([at(101), at(100)]);
  });

  test.each([
    ['WD_readPoint=urn:x:1', 'WD_readPoint'],
    ['maxEventCount=3', 'maxEventCount'],
    ['EQ_example:seal=1', 'EQ_example:seal'],
    ['perPage=0', '/perPage'],
    ['GE_eventTime=yesterday', '/GE_eventTime'],
    ['orderBy=quantity', '/orderBy'],
    ['eventCountLimit=3', 'eventCountLimit'],
    ['orderDirection=ASC', 'orderDirection'],
    ['MATCH_epc=urn:epc:idpat:sgtin:*.107346.*', 'MATCH_epc'],
    ['nextPageToken=nonsense', 'nextPageToken'],
  ])('?%s is refused by its name', async (query, name) => {
    const reply = await call(`events?${query}`);
    expect(reply.status).toBe(400);
    expect(reply.body.type).toMatch(/^epcisException:(QueryParameterException|ValidationException)$/);
    expect(JSON.stringify(reply.body.facts)).toContain(`"${name}"`);
  });

  test('come in the order in which they were recorded when that is asked', async () => {
    for (const minute of [302, 301]) await postEvent(observed([sgtin('late')], minute));
    const found = await find({ MATCH_epc: sgtin('late'), orderBy: 'recordTime', orderDirection: 'ASC' });
    expect(timesOf(found)).toEqual([at(302), at(301)]);
  });

  test('are written with Digital Links, or as they came when that is asked', async () => {
    const [linked] = await find({ EQ_transformationID: 'urn:uuid:transformation-1' });
    expect(linked).toMatchObject({
      inputEPCList: ['https://id.gs1.org/01/10614141073464/21/q11'],
      inputQuantityList: [{ epcClass: 'https://id.gs1.org/01/10614141073464', quantity: 0.1, uom: 'KGM' }],
    });
    const asSent = await call('events?EQ_transformationID=urn:uuid:transformation-1', {
      headers: { 'gs1-epc-format': 'Never_Translates' },
    });
    expect(eventsIn(asSent)).toMatchObject([{ inputEPCList: [sgtin('q11')] }]);
    expect(await call('events', { headers: { 'gs1-epc-format': 'Always_EPC_URN' } })).toMatchObject({
      status: 406,
      body: { type: 'epcisException:NotAcceptableException' },
    });
    expect((await call('events', { headers: { accept: 'application/xml' } })).status).toBe(406);
    expect((await call('events', { headers: { 'gs1-epcis-min': '3.0' } })).status).toBe(406);
  });

  test('pass the JSON schema of the standard', async () => {
    const reply = await call(`events?${new URLSearchParams({ perPage: '100' })}`);
    expect(Object.keys(reply.body).toSorted()).toEqual([
      '@context',
      'creationDate',
      'epcisBody',
      'schemaVersion',
      'type',
    ]);
    const { epcisBody, ...envelope } = reply.body;
    expect(epcisBody).toEqual({
      queryResults: { queryName: 'SimpleEventQuery', resultsBody: { eventList: eventsIn(reply) } },
    });
    const document = { ...envelope, type: 'EPCISDocument', epcisBody: { eventList: eventsIn(reply) } };
    expect(epcis2.validateEpcisDocument(structuredClone(document))).toMatchObject({ success: true, errors: [] });
    const spoiled = { ...document, epcisBody: { eventList: [{ ...eventsIn(reply)[0], action: 'MAYBE' }] } };
    expect(() => {
      const { success, errors } = epcis2.validateEpcisDocument(spoiled);
      if (!success) throw new Error(errors.join());
    }).toThrow();
    expect(eventsIn(reply).length).toBeGreaterThan(10);
  });
});

test('another implementation captures, and finds what it captured', async () => {
  const eventID = 'urn:uuid:0b1b4d4a-2d6c-4f7e-9d1a-5f0c6a9c7e11';
  const document = new epcis2.EPCISDocument(
    documentOf([observed([sgtin('sdk')], 200, { bizStep: 'shipping', eventID })]),
  );
  const response = await epcis2.capture(document, {
    apiUrl: `${world.gateway.url}/t/${tenant.ref}/epcis/v2`,
    headers: { authorization: `Bearer ${tenant.key}`, 'content-type': 'application/json' },
  });
  expect(response.status).toBe(202);
  const job = await fetch(response.headers.get('location') ?? '', {
    headers: { authorization: `Bearer ${tenant.key}` },
  });
  expect(await job.json()).toMatchObject({ success: true, captured: 1 });
  expect(await find({ MATCH_epc: sgtin('sdk') })).toMatchObject([{ eventID }]);
});

test('at the edge a document is kept, and its job runs until the private side has answered', async () => {
  const reply = await capture(documentOf([observed([sgtin('edge')], 0)]), {}, edge);
  expect(reply).toMatchObject({
    status: 202,
    body: { running: true, success: true, captureErrorBehaviour: 'proceed' },
  });
  const where = pathOf(reply.headers.get('location'));
  await world.sql(
    'INSERT INTO edge.scan_batch_done (batch_id, captured, duplicates, rejected) VALUES ($1, 0, 0, 1)',
    [reply.body.captureID],
    edge.ref,
  );
  expect((await call(where, {}, edge)).body).toMatchObject({
    running: false,
    success: false,
    errors: [{ detail: '1 of 1 events' }],
  });
  expect((await capture(documentOf([{}]), { 'gs1-capture-error-behaviour': 'rollback' }, edge)).status).toBe(406);
  expect((await call('events', {}, edge)).status).toBe(404);
});
