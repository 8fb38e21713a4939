/** What proves the public side of a hybrid tenant: a share is read there, and events that were sent there arrive here, once. */
import type { SmokeStep } from '../../kit/offering.ts';
import { text } from '../../kit/offering.ts';
import { awaitAnswer, checkEdgeRules, edgeOf, expectStatus, expectValue, need } from '../../kit/smoke.ts';
import { smokeEvents } from './smoke-events.ts';

const models = ['hybrid'] as const;

export const edgeSmoke: readonly SmokeStep[] = [
  {
    name: 'edge-shows',
    title: text('Share figures and read them at the edge', '共享数据并在边缘读取'),
    models,
    run: async (client, memo) => {
      const edge = edgeOf(client);
      const until = new Date(Date.now() + 3_600_000).toISOString();
      const share = { metric: 'revenue', by: 'region', grantee: 'proof', source: 'smoke', purpose: 'research', until };
      const granted = await client.call('grant_share', share);
      expectStatus(granted, 201, 'grant_share');
      const { shareId } = granted.body;
      const published = Number(memo['published']);
      const { ms } = await awaitAnswer('the share at the edge', async () => {
        const seen = await edge.call('read_share', { shareId });
        if (seen.status !== 404) expectStatus(seen, 200, 'read_share at the edge');
        const { rows } = seen.body;
        return Array.isArray(rows) && rows.length === published ? rows : undefined;
      });
      return `${published} figures after ${ms} ms`;
    },
  },
  {
    name: 'edge-buffers',
    title: text('Send events to the edge; they arrive here, once', '向边缘发送事件并只接收一次'),
    models,
    run: async (client, memo) => {
      const edge = edgeOf(client);
      const events = smokeEvents(`${need(memo, 'run')}-edge`).slice(0, 3);
      const sent = await edge.call('buffer_events', { events: [...events, ...events] });
      expectStatus(sent, 201, 'buffer_events');
      const batchId = String(sent.body['batchId']);
      const settled = await awaitAnswer('the batch on the private side', async () => {
        expectStatus(await client.call('settle_edge', {}), 200, 'settle_edge');
        const { items } = await edge.view('batches', { batch_id: batchId });
        return items.find(({ state }) => state === 'taken');
      });
      expectValue(Number(settled.answer['accepted']), 3, 'events accepted');
      expectValue(Number(settled.answer['duplicate']), 3, 'events known already');
      expectStatus(await edge.call('forget_taken_batches', {}), 200, 'forget_taken_batches');
      return `3 taken, 3 known, after ${settled.ms} ms`;
    },
  },
  checkEdgeRules(text('Check the rules of the edge; it names no person', '检查边缘不变量，且不含个人信息')),
];
