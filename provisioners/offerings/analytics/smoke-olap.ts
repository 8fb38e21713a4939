/** The part of the proof that tenants with module olap-duckdb have: the engine and the database come to the same figures. */
import type { SmokeClient, SmokeStep } from '../../kit/offering.ts';
import { text } from '../../kit/offering.ts';
import { awaitAnswer, expectProblem, expectStatus, expectValue } from '../../kit/smoke.ts';
import { OLAP } from './modules.ts';

type Question = Readonly<Record<string, unknown>>;

/** Rows as text, to be compared as they are. */
const rowsOf = (body: Record<string, unknown>): string => JSON.stringify(body['rows'] ?? 'no rows');

/** Puts a question to the fast engine and waits for its answer. */
async function scan(client: SmokeClient, question: Question): Promise<Record<string, unknown>> {
  const asked = await client.call('olap_query', question);
  expectStatus(asked, 200, 'olap_query');
  const { queryId } = asked.body;
  const { answer } = await awaitAnswer('the answer of the fast engine', async () => {
    const got = await client.call('olap_result', { queryId, waitMs: 2_000 });
    expectStatus(got, 200, 'olap_result');
    return got.body['state'] === 'done' ? got.body : undefined;
  });
  return answer;
}

export const olapSmoke: readonly SmokeStep[] = [
  {
    name: 'scan',
    title: text('The fast engine and the database come to the same figures', '高速引擎与数据库结果一致'),
    module: OLAP,
    run: async (client) => {
      const scope = { source: 'smoke', currency: 'CNY' };
      const unknown = await client.call('olap_query', { metric: 'no_such_metric' });
      expectProblem(unknown, 400, 'ICA01', 'olap_query of an unknown metric');
      const questions = [
        { metric: 'revenue', by: ['category'], ...scope },
        { metric: 'average_order_value', by: ['region'], ...scope },
      ];
      let ms = 0;
      for (const question of questions) {
        const known = await client.call('query_metric', question);
        expectStatus(known, 200, `query_metric ${question.metric}`);
        const scanned = await scan(client, { ...question, fresh: true });
        expectValue(rowsOf(scanned), rowsOf(known.body), `${question.metric} by ${question.by.join()}`);
        ms = Math.max(ms, Number(scanned['ms']));
      }
      return `${questions.length} figures equal to the cent, within ${ms} ms`;
    },
  },
];
