/** What proves the public side of a hybrid network: a parcel is tracked there, scanned there, and a booking asked for there. */
import { setTimeout as delay } from 'node:timers/promises';
import type { SmokeClient, SmokeStep } from '../../kit/offering.ts';
import { text } from '../../kit/offering.ts';
import { expectStatus, expectValue } from '../../kit/smoke.ts';

/** What is published is promised to be seen within this time; a scan may take as long on its way back. */
const SEEN_WITHIN_MS = 10_000;
const ASK_EVERY_MS = 150;

const models = ['hybrid'] as const;

function edgeOf(client: SmokeClient): SmokeClient {
  if (client.edge === undefined) throw new Error('expected a public side, got none');
  return client.edge;
}

function need(memo: Record<string, unknown>, name: string): string {
  const value = memo[name];
  if (typeof value !== 'string') throw new Error(`step needs ${name}, which an earlier step makes`);
  return value;
}

/** Asks until `ask` answers. @returns what it answered, and after how many milliseconds
 * @throws Error naming what was expected when it does not come in time */
async function awaited<T>(
  what: string,
  ask: () => Promise<T | null>,
): Promise<{ readonly found: T; readonly ms: number }> {
  const startedAt = performance.now();
  for (;;) {
    const found = await ask();
    const ms = Math.round(performance.now() - startedAt);
    if (found !== null) return { found, ms };
    if (ms > SEEN_WITHIN_MS) throw new Error(`${what}: expected within ${SEEN_WITHIN_MS} ms, got nothing`);
    await delay(ASK_EVERY_MS);
  }
}

type Row = Readonly<Record<string, unknown>>;

async function rowOf(client: SmokeClient, view: string, query: Readonly<Record<string, string>>): Promise<Row | null> {
  const { status, items } = await client.view(view, query);
  expectStatus({ status, body: {} }, 200, `view ${view}`);
  return items[0] ?? null;
}

export const edgeSmoke: readonly SmokeStep[] = [
  {
    name: 'edge-tracks',
    title: text('Track the parcel at the edge', '在边缘查询包裹'),
    models,
    run: async (client, memo) => {
      const edge = edgeOf(client);
      const { ms } = await awaited('the parcel at the edge', async () => {
        const { status, body } = await edge.call('track', { trackToken: need(memo, 'trackToken') });
        if (status !== 404) expectStatus({ status, body }, 200, 'track at the edge');
        return Array.isArray(body['steps']) && body['steps'].length >= 4 ? body : null;
      });
      return `seen after ${ms} ms`;
    },
  },
  {
    name: 'edge-scans',
    title: text('Scan it there, twice told, and see it move here', '在边缘扫描（重复提交）并在私有侧更新'),
    models,
    run: async (client, memo) => {
      const edge = edgeOf(client);
      const batchId = crypto.randomUUID();
      const scan = {
        type: 'ObjectEvent',
        action: 'OBSERVE',
        eventTime: new Date().toISOString(),
        eventTimeZoneOffset: '+00:00',
        epcList: [need(memo, 'epc')],
        bizStep: 'staging_outbound',
      };
      const batch = { batchId, events: [scan] };
      expectStatus(await edge.call('submit_scans', batch), 201, 'submit_scans');
      expectStatus(await edge.call('submit_scans', batch), 201, 'submit_scans, again');
      const arrived = await awaited('the batch on the private side', () =>
        rowOf(client, 'edge_scan_batches', { batch_id: batchId }),
      );
      expectStatus(await client.call('settle_edge', {}), 200, 'settle_edge');
      const parcel = await rowOf(client, 'parcels', { sscc: need(memo, 'sscc') });
      expectValue(String(parcel?.['state']), 'out_for_delivery', 'state of the parcel');
      return `out for delivery, on its way for ${arrived.ms} ms`;
    },
  },
  {
    name: 'edge-books',
    title: text('Ask for a booking there and get a waybill', '在边缘预约并获得运单'),
    models,
    run: async (client, memo) => {
      const edge = edgeOf(client);
      const asked = await edge.call('request_booking', {
        shipper: need(memo, 'shipper'),
        origin: need(memo, 'from'),
        destination: need(memo, 'to'),
        service: 'smoke',
        consigneeToken: 'c_proof',
      });
      expectStatus(asked, 201, 'request_booking');
      const query = { request_id: String(asked.body['requestId']) };
      await awaited('the request on the private side', () => rowOf(client, 'edge_bookings', query));
      expectStatus(await client.call('settle_edge', {}), 200, 'settle_edge');
      const { found } = await awaited('the answer at the edge', async () => {
        const row = await rowOf(edge, 'booking_requests', query);
        return row !== null && row['state'] !== 'accepted' ? row : null;
      });
      expectValue(String(found['state']), 'booked', 'state of the request');
      return String(found['waybill_no']);
    },
  },
  {
    name: 'edge-rules',
    title: text('Check the rules of the edge; it names no person', '检查边缘不变量，且不含个人信息'),
    models,
    run: async (client) => {
      const { status, items } = await edgeOf(client).view('invariants');
      expectStatus({ status, body: {} }, 200, 'view invariants of the edge');
      const broken = items.filter((item) => Number(item['violations']) !== 0).map((item) => item['rule']);
      expectValue(items.length > 0, true, 'rules to check');
      expectValue(broken.join(', '), '', 'broken rules');
      return `${items.length} rules hold`;
    },
  },
];
