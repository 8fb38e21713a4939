/** How the latest runs of each stack ended: rows beside the state, newest first. */
import type { Fence, HistoryEntry } from '../port.ts';
import { stackKey, type StackName } from './keys.ts';
import type { StateStore } from './store.ts';

/** Runs that are kept for each stack. */
const KEPT = 100;

/** Note the end of a run, unless the stack belongs to somebody else by then. */
export async function recordRun(
  store: StateStore,
  name: StackName,
  { operation, fence, startedAt, ok, counts, resources, errors }: Omit<HistoryEntry, 'endedAt'>,
): Promise<void> {
  await store.pool.query({
    name: 'engine-run-record',
    text: `WITH held AS (
             SELECT 1 FROM pulumi.stack_fence WHERE stack = $1 AND fence = $3 AND holder = $9
           ), told AS (
             INSERT INTO pulumi.stack_run (stack, operation, fence, started_at, ok, counts, resources, errors)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8 FROM held
           )
           DELETE FROM pulumi.stack_run WHERE stack = $1 AND number <= (
             SELECT number FROM pulumi.stack_run WHERE stack = $1 ORDER BY number DESC OFFSET ${KEPT - 1} LIMIT 1
           )`,
    values: [
      stackKey(name),
      operation,
      fence.toString(),
      startedAt,
      ok,
      JSON.stringify(counts),
      JSON.stringify(resources),
      JSON.stringify(errors),
      store.holder,
    ],
  });
}

interface Row {
  readonly operation: HistoryEntry['operation'];
  readonly fence: string;
  readonly started_at: Date;
  readonly ended_at: Date;
  readonly ok: boolean;
  readonly counts: HistoryEntry['counts'];
  readonly resources: HistoryEntry['resources'];
  readonly errors: HistoryEntry['errors'];
}

export async function readHistory(store: StateStore, name: StackName, limit = KEPT): Promise<readonly HistoryEntry[]> {
  const { rows } = await store.pool.query<Row>(
    'SELECT * FROM pulumi.stack_run WHERE stack = $1 ORDER BY number DESC LIMIT $2',
    [stackKey(name), limit],
  );
  return rows.map(({ started_at: startedAt, ended_at: endedAt, fence, operation, ok, counts, resources, errors }) => {
    const taken: Fence = BigInt(fence);
    return { operation, fence: taken, startedAt, endedAt, ok, counts, resources, errors };
  });
}
