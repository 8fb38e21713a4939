/**
 * The transaction that proves a logistics tenant, through its own API and on service `smoke`, which counts in no figure: about 35 calls, so
 * that they fit the smallest plan's burst. Receipts are proved where the tenant has them. The public
 * side of a hybrid one is proved before the last step, which tidies up; history stays.
 */
import type { SmokeClient, SmokeStep } from '../../kit/offering.ts';
import { text } from '../../kit/offering.ts';
import { expectProblem, expectStatus, expectValue, need, tidyUp } from '../../kit/smoke.ts';
import { edgeSmoke } from './smoke-edge.ts';
import { receiptsStep } from './smoke-receipts.ts';

const SERVICE = 'smoke';
const CONSIGNEE = 'Proof Consignee';
const MINUTE_MS = 60_000;

/** What earlier steps leave for later ones. */
type Body = Record<string, unknown>;

/** The GS1 check digit of the digits before it, reckoned apart from the database. */
function checkDigit(digits: string): number {
  const sum = digits.split('').toReversed().map(Number);
  return (10 - (sum.reduce((all, digit, place) => all + digit * (place % 2 === 0 ? 3 : 1), 0) % 10)) % 10;
}

const placeOf = (gln: string): { id: string } => ({ id: `https://id.gs1.org/414/${gln}` });

/** An event of the standard, `minutesAgo` before now. */
const event = (type: string, action: string, minutesAgo: number, members: Body): Body => ({
  type: `${type}Event`,
  action,
  eventTime: new Date(Date.now() - minutesAgo * MINUTE_MS).toISOString(),
  eventTimeZoneOffset: '+00:00',
  ...members,
});

const documentOf = (eventList: readonly Body[]): Body => ({
  '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
  type: 'EPCISDocument',
  schemaVersion: '2.0',
  creationDate: new Date().toISOString(),
  epcisBody: { eventList },
});

async function expectState(client: SmokeClient, memo: Record<string, unknown>, state: string): Promise<void> {
  const { status, items } = await client.view('parcels', { sscc: need(memo, 'sscc') });
  expectStatus({ status, body: {} }, 200, 'view parcels');
  expectValue(String(items[0]?.['state']), state, 'state of the parcel');
}

async function make(client: SmokeClient, fn: string, body: Body, field: string): Promise<string> {
  const answer = await client.call(fn, body);
  expectStatus(answer, 201, fn);
  return String(answer.body[field]);
}

export const smoke: readonly SmokeStep[] = [
  {
    name: 'network',
    title: text('Two facilities, a lane and a shipper', '建立两个场站、一条线路与一个发货人'),
    run: async (client, memo) => {
      const random = crypto.randomUUID().slice(0, 8);
      const facility = (n: number): Body => ({ name: `smoke-${random}-${n}`, kind: 'hub', city: `City ${n}` });
      const from = await make(client, 'create_facility', facility(1), 'gln');
      const to = await make(client, 'create_facility', facility(2), 'gln');
      const shipper = await make(client, 'create_party', { name: `smoke-${random}`, role: 'shipper' }, 'gln');
      const lane = { from, to, service: SERVICE, transitMinutes: 600, costMinor: '1200' };
      expectStatus(await client.call('set_lane', lane), 200, 'set_lane');
      expectValue(Number(to.at(-1)), checkDigit(to.slice(0, -1)), `check digit of ${to}`);
      Object.assign(memo, { random, from, to, shipper });
      return `${from} to ${to}`;
    },
  },
  {
    name: 'book',
    title: text('Book a parcel', '下单一个包裹'),
    run: async (client, memo) => {
      const body = {
        waybillNo: `SMOKE-${need(memo, 'random')}`,
        shipper: need(memo, 'shipper'),
        origin: need(memo, 'from'),
        destination: need(memo, 'to'),
        service: SERVICE,
        consignee: { name: CONSIGNEE },
      };
      const booked = await client.call('book', body);
      expectStatus(booked, 201, 'book');
      const sscc = String(booked.body['sscc']);
      expectValue(sscc.length, 18, `digits of ${sscc}`);
      expectValue(Number(sscc.at(-1)), checkDigit(sscc.slice(0, -1)), `check digit of ${sscc}`);
      const again = await client.call('book', body);
      expectStatus(again, 201, 'book, again');
      expectValue(String(again.body['sscc']), sscc, 'number of the same waybill sent again');
      Object.assign(memo, {
        sscc,
        epc: `https://id.gs1.org/00/${sscc}`,
        trackToken: String(booked.body['trackToken']),
        deliverAt: String(booked.body['deliverAt']),
      });
      return `SSCC ${sscc}`;
    },
  },
  {
    name: 'wrong-digit',
    title: text('A number with a wrong check digit', '提交校验位错误的编号'),
    run: async (client, memo) => {
      const sscc = need(memo, 'sscc');
      const wrong = `${sscc.slice(0, -1)}${(Number(sscc.at(-1)) + 1) % 10}`;
      expectProblem(await client.call('check_identifier', { id: wrong }), 400, 'ICL07', 'check_identifier');
      return 'refused, ICL07';
    },
  },
  {
    name: 'load',
    title: text('Put it on a pallet', '装上托盘'),
    run: async (client, memo) => {
      const pallet = `urn:uuid:${crypto.randomUUID()}`;
      const packed = event('Aggregation', 'ADD', 50, {
        parentID: pallet,
        childEPCs: [need(memo, 'epc')],
        bizStep: 'packing',
        readPoint: placeOf(need(memo, 'from')),
      });
      const answer = await client.call('capture', documentOf([packed]));
      expectStatus(answer, 200, 'capture');
      expectValue(Number(answer.body['captured']), 1, 'events captured');
      Object.assign(memo, { pallet });
      return 'packing captured';
    },
  },
  {
    name: 'depart',
    title: text('The pallet departs, twice told', '托盘发出（重复提交）'),
    run: async (client, memo) => {
      const departing = event('Object', 'OBSERVE', 40, {
        epcList: [need(memo, 'pallet')],
        bizStep: 'departing',
        disposition: 'in_transit',
        readPoint: placeOf(need(memo, 'from')),
      });
      const first = await client.call('capture_event', departing);
      expectStatus(first, 200, 'capture_event');
      expectValue(String(first.body['status']), 'captured', 'answer');
      const second = await client.call('capture_event', departing);
      expectStatus(second, 200, 'capture_event, again');
      expectValue(String(second.body['status']), 'duplicate', 'answer to the same event');
      expectValue(String(second.body['eventID']), String(first.body['eventID']), 'event id of the same event');
      await expectState(client, memo, 'in_transit');
      return 'parcel in transit, one event';
    },
  },
  {
    name: 'deliver',
    title: text('Arrive, unload, hand over', '到达、卸下并签收'),
    run: async (client, memo) => {
      const here = { readPoint: placeOf(need(memo, 'to')) };
      const [pallet, epc] = [need(memo, 'pallet'), need(memo, 'epc')];
      const answer = await client.call(
        'capture',
        documentOf([
          event('Object', 'OBSERVE', 30, { epcList: [pallet], bizStep: 'arriving', ...here }),
          event('Aggregation', 'DELETE', 20, { parentID: pallet, childEPCs: [epc], bizStep: 'unloading', ...here }),
          event('Object', 'OBSERVE', 10, {
            epcList: [epc],
            bizStep: 'accepting',
            bizLocation: { id: need(memo, 'deliverAt') },
          }),
        ]),
      );
      expectStatus(answer, 200, 'capture');
      expectValue(Number(answer.body['captured']), 3, 'events captured');
      const events = Array.isArray(answer.body['events']) ? (answer.body['events'] as Body[]) : [];
      Object.assign(memo, { accepted: String(events[2]?.['eventID']) });
      await expectState(client, memo, 'delivered');
      return 'delivered';
    },
  },
  {
    name: 'track',
    title: text('Read its public page', '查看公开查询'),
    run: async (client, memo) => {
      const answer = await client.call('track', { trackToken: need(memo, 'trackToken') });
      expectStatus(answer, 200, 'track');
      const steps = Array.isArray(answer.body['steps']) ? answer.body['steps'].length : 0;
      expectValue(steps >= 4, true, 'four steps or more');
      const shown = JSON.stringify(answer.body);
      expectValue(shown.includes(CONSIGNEE), false, 'name of the consignee shown');
      expectValue(shown.includes(need(memo, 'sscc')), false, 'number of the parcel shown');
      return `${steps} steps, no name`;
    },
  },
  {
    name: 'correct',
    title: text('Declare the handing over to be in error', '声明签收有误'),
    run: async (client, memo) => {
      const answer = await client.call('declare_error', { eventID: need(memo, 'accepted') });
      expectStatus(answer, 200, 'declare_error');
      await expectState(client, memo, 'in_transit');
      const found = await client.call('query_events', { EQ_eventID: [need(memo, 'accepted')] });
      expectStatus(found, 200, 'query_events');
      expectValue(JSON.stringify(found.body).includes('errorDeclaration'), true, 'declaration in the history');
      return 'moved back, history kept';
    },
  },
  receiptsStep,
  ...edgeSmoke,
  tidyUp,
];
