/**
 * The transaction that proves a data-analysis tenant: 100 events through its own API, of source `smoke`, which counts in no figure. About 30
 * calls, so that they fit the smallest plan's burst. The last step takes all of it away.
 */
import type { SmokeClient, SmokeStep } from '../../kit/offering.ts';
import { text } from '../../kit/offering.ts';
import { expectProblem, expectStatus, expectValue, need, tidyUp } from '../../kit/smoke.ts';
import { edgeSmoke } from './smoke-edge.ts';
import { olapSmoke } from './smoke-olap.ts';
import { smokeEvents, smokeSku, EXPECTED } from './smoke-events.ts';

const SOURCE = 'smoke';
const CURRENCY = 'CNY';

/** Value of a metric over the proof's own events, by key. */
async function ask(
  client: SmokeClient,
  metric: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<ReadonlyMap<string, string>> {
  const answer = await client.call('query_metric', { metric, source: SOURCE, currency: CURRENCY, ...more });
  expectStatus(answer, 200, `query_metric ${metric}`);
  const rows = Array.isArray(answer.body['rows']) ? (answer.body['rows'] as Record<string, unknown>[]) : [];
  return new Map(rows.map(({ key, value }) => [String(key), String(value)]));
}

/** States of the models after a refresh; where others' events wait before the proof's own, as many as it takes. */
async function refresh(client: SmokeClient, again = 10): Promise<ReadonlyMap<string, string>> {
  const answer = await client.call('refresh', {});
  expectStatus(answer, 200, 'refresh');
  const { more, state, runs } = answer.body;
  if (more === true && state === 'ok' && again > 0) return refresh(client, again - 1);
  const rows = Array.isArray(runs) ? (runs as Record<string, unknown>[]) : [];
  return new Map(rows.map((run) => [String(run['model']), String(run['state'])]));
}

async function ingest(
  client: SmokeClient,
  memo: Record<string, unknown>,
  expected: readonly number[],
): Promise<string> {
  const answer = await client.call('ingest_events', { events: smokeEvents(need(memo, 'run')) });
  expectStatus(answer, 200, 'ingest_events');
  const { accepted, duplicate, rejected } = answer.body;
  const counts = [accepted, duplicate, rejected].join('/');
  expectValue(counts, expected.join('/'), 'accepted/duplicate/rejected');
  return counts;
}

export const smoke: readonly SmokeStep[] = [
  {
    name: 'ingest',
    title: text('Send 100 events: 3 twice, 1 malformed', '发送 100 条事件：3 条重复，1 条格式错误'),
    run: async (client, memo) => {
      expectStatus(await client.call('smoke_cleanup', {}), 200, 'smoke_cleanup'); // of a proof that broke off
      memo['run'] = crypto.randomUUID().slice(0, 8);
      return `${await ingest(client, memo, [96, 3, 1])}: accepted, duplicate, rejected`;
    },
  },
  {
    name: 'again',
    title: text('Send them all again', '全部重新发送'),
    run: async (client, memo) => `${await ingest(client, memo, [0, 99, 1])}: nothing is counted twice`,
  },
  {
    name: 'load',
    title: text('Load them: 96 facts', '加载：96 条事实'),
    run: async (client) => {
      const runs = await refresh(client);
      expectValue(runs.get('fact_sales'), 'ok', 'state of fact_sales');
      expectValue((await ask(client, 'order_lines')).get('all'), '96', 'facts');
      return '96 facts';
    },
  },
  {
    name: 'revenue',
    title: text('Revenue to the cent', '营收精确到分'),
    run: async (client) => {
      expectValue((await ask(client, 'revenue')).get('all'), EXPECTED.revenueMinor, 'revenue');
      return `revenue ${EXPECTED.revenueMinor}`;
    },
  },
  {
    name: 'by-category',
    title: text('By category it adds up to the total', '按类目相加等于总额'),
    run: async (client) => {
      const cells = await ask(client, 'revenue', { by: ['category'] });
      const sum = [...cells.values()].reduce((total, value) => total + BigInt(value), 0n);
      expectValue(cells.size, 3, 'categories');
      expectValue(String(sum), EXPECTED.revenueMinor, 'sum of the categories');
      return `${cells.size} categories, sum ${sum}`;
    },
  },
  {
    name: 'unknown-metric',
    title: text('Ask for what nobody has defined', '查询未定义的指标'),
    run: async (client) => {
      const metric = await client.call('query_metric', { metric: 'no_such_metric' });
      expectProblem(metric, 400, 'ICA01', 'query_metric of an unknown metric');
      const dimension = await client.call('query_metric', { metric: 'revenue', by: ['no_such_dimension'] });
      expectProblem(dimension, 400, 'ICA02', 'query_metric by an unknown dimension');
      return 'refused, ICA01 and ICA02';
    },
  },
  {
    name: 'history',
    title: text('Move a product to another category from a day on', '自某日起将商品移至另一类目'),
    run: async (client, memo) => {
      const answer = await client.call('change_member', {
        of: 'product',
        id: smokeSku(need(memo, 'run'), 0),
        attributes: { name: 'Mug', category: 'Outdoor' },
        validFrom: EXPECTED.changeAt(),
      });
      expectStatus(answer, 200, 'change_member');
      const cells = await ask(client, 'revenue', { by: ['category'] });
      expectValue(cells.get('Kitchen'), EXPECTED.kitchenBeforeMinor, 'revenue of the old category');
      expectValue(cells.get('Outdoor'), EXPECTED.outdoorAfterMinor, 'revenue of the new category');
      return `${EXPECTED.kitchenBeforeMinor} before, ${EXPECTED.outdoorAfterMinor} after`;
    },
  },
  {
    name: 'failing-test',
    title: text('A failing test blocks what depends on it', '测试不通过则阻止下游'),
    run: async (client, memo) => {
      const test = `smoke-${need(memo, 'run')}`;
      const rule = { test, model: 'fact_sales', kind: 'accepted_values', column: 'currency', argument: ['XXX'] };
      expectStatus(await client.call('create_test', rule), 201, 'create_test');
      const blocked = await refresh(client);
      expectStatus(await client.call('drop_test', { test }), 200, 'drop_test');
      expectValue(blocked.get('fact_sales'), 'failed', 'state of fact_sales');
      expectValue(blocked.get('sales_daily'), 'blocked', 'state of sales_daily');
      expectValue((await refresh(client)).get('sales_daily'), 'ok', 'state of sales_daily without the test');
      return 'failed, blocked, then ok';
    },
  },
  {
    name: 'anonymous',
    title: text('Nothing about fewer than 10 people leaves', '少于 10 人的数据不对外共享'),
    run: async (client, memo) => {
      const question = { metric: 'revenue', by: 'region', source: SOURCE, currency: CURRENCY };
      const answer = await client.call('export_metric', question);
      expectStatus(answer, 200, 'export_metric');
      const published = EXPECTED.cellsPublished(Number(answer.body['k']));
      expectValue(answer.body['published'], published, 'cells published');
      expectValue(answer.body['suppressed'], EXPECTED.cells - published, 'cells suppressed');
      memo['published'] = published;
      return `${published} cells may leave, ${EXPECTED.cells - published} stay`;
    },
  },
  {
    name: 'share',
    title: text('Share it, end the share, read again', '共享、终止共享后再次读取'),
    run: async (client, memo) => {
      const share = { metric: 'revenue', by: 'region', grantee: 'proof', source: SOURCE };
      const until = new Date(Date.now() + 3_600_000).toISOString();
      const unfit = await client.call('grant_share', { ...share, purpose: 'curiosity', until });
      expectProblem(unfit, 422, 'ICA11', 'grant_share for an unregistered purpose');
      const granted = await client.call('grant_share', { ...share, purpose: 'benchmarking', until });
      expectStatus(granted, 201, 'grant_share');
      const { shareId } = granted.body;
      const seen = await client.call('read_share', { shareId });
      expectStatus(seen, 200, 'read_share');
      const { rows } = seen.body;
      expectValue(Array.isArray(rows) ? rows.length : -1, Number(memo['published']), 'cells shared');
      expectStatus(await client.call('end_share', { shareId }), 200, 'end_share');
      expectProblem(await client.call('read_share', { shareId }), 410, 'ICA07', 'read_share after its end');
      return 'read, then gone: ICA07';
    },
  },
  ...olapSmoke,
  ...edgeSmoke,
  tidyUp,
];
