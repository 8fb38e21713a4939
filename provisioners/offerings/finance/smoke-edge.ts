/** What proves the public side of a hybrid ledger: a file is taken there as received, settled here, and its status is read there again. */
import type { SmokeStep } from '../../kit/offering.ts';
import { text } from '../../kit/offering.ts';
import { awaitRow, checkEdgeRules, edgeOf, expectProblem, expectStatus, expectValue, need } from '../../kit/smoke.ts';

const models = ['hybrid'] as const;

/** @param fileOf makes a payment file of this run, from wallet A to wallet B */
export const edgeSmoke = (fileOf: (memo: Record<string, unknown>, msgId: string) => string): readonly SmokeStep[] => [
  {
    name: 'edge-takes',
    title: text('Hand in a payment file at the edge', '在边缘提交支付文件'),
    models,
    run: async (client, memo) => {
      const msgId = `EDGE-${crypto.randomUUID().slice(0, 8)}`;
      const body = { xml: fileOf(memo, msgId) };
      const answer = await edgeOf(client).call('hand_in', body);
      expectStatus(answer, 201, 'hand_in');
      expectValue(answer.body['status'], 'RCVD', 'status of the file');
      expectProblem(await edgeOf(client).call('hand_in', body), 409, 'ICF21', 'the same file again');
      memo['initiationId'] = String(answer.body['initiationId']);
      return 'RCVD; no money has moved';
    },
  },
  {
    name: 'edge-settles',
    title: text('Settle it on the private side, and read its status at the edge', '在私有侧结清，并在边缘查询状态'),
    models,
    run: async (client, memo) => {
      const id = need(memo, 'initiationId');
      const edge = edgeOf(client);
      const arrived = await awaitRow(client, 'edge_initiations', { initiation_id: id }, 'the file on the private side');
      expectStatus(await client.call('take_in_edge', { limit: 100 }), 200, 'take_in_edge');
      const { row } = await awaitRow(
        edge,
        'initiations',
        { initiation_id: id },
        'the answer at the edge',
        (file) => file['status'] !== 'RCVD',
      );
      expectValue(row['status'], 'ACTC', 'status of the file');
      const [uetr] = Array.isArray(row['uetrs']) ? row['uetrs'].map(String) : [];
      const shown = await awaitRow(edge, 'payment_status', { uetr: uetr ?? '' }, 'the status by UETR');
      expectValue(shown.row['status'], 'ACSC', 'status of the payment');
      return `ACSC by UETR, on its way for ${arrived.ms} ms`;
    },
  },
  checkEdgeRules(text('Drop the file there; the edge names no account', '清除边缘文件，且不含账号'), async (edge) => {
    expectStatus(await edge.call('forget_files', {}), 200, 'forget_files');
  }),
];
