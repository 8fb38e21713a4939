/** What proves the public side of a hybrid network: a parcel is tracked there, scanned there, and a booking asked for there. */
import type { SmokeStep } from '../../kit/offering.ts';
import { text } from '../../kit/offering.ts';
import { awaitAnswer, awaitRow, checkEdgeRules, edgeOf, expectStatus, expectValue, need } from '../../kit/smoke.ts';

const models = ['hybrid'] as const;

export const edgeSmoke: readonly SmokeStep[] = [
  {
    name: 'edge-tracks',
    title: text('Track the parcel at the edge', '在边缘查询包裹'),
    models,
    run: async (client, memo) => {
      const edge = edgeOf(client);
      const { ms } = await awaitAnswer('the parcel at the edge', async () => {
        const { status, body } = await edge.call('track', { trackToken: need(memo, 'trackToken') });
        if (status !== 404) expectStatus({ status, body }, 200, 'track at the edge');
        return Array.isArray(body['steps']) && body['steps'].length >= 4 ? body : undefined;
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
      const arrived = await awaitRow(
        client,
        'edge_scan_batches',
        { batch_id: batchId },
        'the batch on the private side',
      );
      expectStatus(await client.call('settle_edge', {}), 200, 'settle_edge');
      const { status, items } = await client.view('parcels', { sscc: need(memo, 'sscc') });
      expectStatus({ status, body: {} }, 200, 'view parcels');
      expectValue(String(items[0]?.['state']), 'out_for_delivery', 'state of the parcel');
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
      await awaitRow(client, 'edge_bookings', query, 'the request on the private side');
      expectStatus(await client.call('settle_edge', {}), 200, 'settle_edge');
      const { row } = await awaitRow(
        edge,
        'booking_requests',
        query,
        'the answer at the edge',
        ({ state }) => state !== 'accepted',
      );
      expectValue(String(row['state']), 'booked', 'state of the request');
      return String(row['waybill_no']);
    },
  },
  checkEdgeRules(text('Check the rules of the edge; it names no person', '检查边缘不变量，且不含个人信息')),
];
