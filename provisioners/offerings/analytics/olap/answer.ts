/** Answers the question that has waited longest; what cannot be answered is said so, with a code that is promised. */
import type { Client } from 'pg';
import { z } from 'zod';
import { copyAll, type Copier } from './copy.ts';
import { EngineFailed, quote, TookTooLong } from './engine.ts';
import { missFiles, partsOf, type Part } from './parts.ts';
import { compile, Plan, type Relations } from './plan.ts';

const CELLS_MAX = 20_000;

const Question = z.object({ id: z.uuid(), plan: Plan, fresh: z.boolean() });
type Question = z.infer<typeof Question>;

const NO_SALES =
  '(SELECT NULL::VARCHAR AS source, NULL::VARCHAR AS event_id, NULL::DATE AS d, NULL::BIGINT AS product_key, NULL::BIGINT AS customer_key, NULL::INTEGER AS qty, NULL::BIGINT AS revenue_minor, NULL::VARCHAR AS currency WHERE false)';
const NO_MEMBER =
  '(SELECT NULL::BIGINT AS member_key, NULL::VARCHAR AS id, NULL::MAP(VARCHAR, VARCHAR) AS attributes WHERE false)';

/** @param withinMs that the engine may take
 * @returns whether there was a question */
export async function answerNext(copier: Copier, withinMs: number): Promise<boolean> {
  const { client } = copier;
  const { rows } = await client.query<{ taken: unknown }>('SELECT olap.take() AS taken');
  if (rows[0]?.taken == null) return false;
  const question = Question.parse(rows[0].taken);
  try {
    await answer(copier, question, withinMs);
  } catch (error) {
    if (error instanceof TookTooLong)
      await fail(client, question, 'ICA24', { reason: 'time', seconds: withinMs / 1_000 });
    else if (error instanceof TooManyCells) await fail(client, question, 'ICA23', { reason: 'cells', max: CELLS_MAX });
    else if (error instanceof EngineFailed) await explain(copier, question, error);
    else throw error; // ends the process: the question is taken up again once, then given up
  }
  return true;
}

class TooManyCells extends Error {
  override readonly name = 'TooManyCells';
}

async function answer(copier: Copier, { id, plan, fresh }: Question, withinMs: number): Promise<void> {
  const { client, engine, folder } = copier;
  if (fresh) await copyAll(copier);
  const parts = await partsOf(client, plan.since, plan.until);
  const { sql, values, counted } = compile(plan, relationsOf(parts, folder), CELLS_MAX);
  const rows = await engine.ask(sql, values, withinMs);
  if (rows.length > CELLS_MAX) throw new TooManyCells();
  const cells = rows.map(([key, series, ...rest]) => {
    const counts = Object.fromEntries(counted.map((metric, n) => [metric, rest[n]]));
    return [key, series, counts, rest[counted.length], rest[counted.length + 1]];
  });
  const sales = parts.filter(({ dataset }) => dataset === 'sales');
  const scanned = sales.reduce((all, part) => all + part.rows, 0);
  const copiedAt =
    sales
      .map((part) => part.copiedAt.toISOString())
      .toSorted()
      .at(-1) ?? null;
  await client.query('SELECT olap.finish($1, $2, $3, $4)', [id, JSON.stringify(cells), scanned, copiedAt]);
}

/** A file that is gone is copied anew and the question tried again; otherwise its own SQL over its own files fails for want of room. */
async function explain({ client, folder }: Copier, question: Question, error: EngineFailed): Promise<void> {
  process.stderr.write(`question ${question.id}: ${error.message}\n`);
  if (!(await missFiles(client, folder))) throw error;
  await fail(client, question, 'ICA23', { reason: 'memory' });
}

async function fail(client: Client, { id }: Question, code: string, facts: object): Promise<void> {
  await client.query('SELECT olap.fail($1, $2, $3)', [id, code, JSON.stringify(facts)]);
}

function relationsOf(parts: readonly Part[], folder: string): Relations {
  const relation = (dataset: Part['dataset'], none: string): string => {
    const files = parts.flatMap((part) => (part.dataset === dataset ? [quote(`${folder}/${part.file}`)] : []));
    return files.length === 0 ? none : `read_parquet([${files.join(', ')}])`;
  };
  return { sales: relation('sales', NO_SALES), member: relation('member', NO_MEMBER) };
}
