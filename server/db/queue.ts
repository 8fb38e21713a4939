/**
 * Sending to the queue (pg-boss, schema `pgboss`): a job goes within the transaction of the change it follows from, so that neither exists
 * without the other. The worker makes the queues and consumes.
 */
import { PgBoss } from 'pg-boss';
import type { Transaction } from './client.ts';

const QUEUE_SCHEMA = 'pgboss';

/** Jobs name rows; all else is read from them. */
export interface JobData {
  /** Plans to compute: of an order to come, or of a change of a tenant. */
  readonly preview: { readonly previewId: string } | { readonly changeId: string };
  readonly run: { readonly runId: string; readonly tenantId: string };
}
type QueueName = keyof JobData;

/** Runs SQL: a pg-boss database, or a transaction made to look like one. */
interface SqlRunner {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** Runs of one tenant go in order, by this key. */
const singletonKey = {
  preview: (data) => ('previewId' in data ? data.previewId : data.changeId),
  run: ({ tenantId }) => tenantId,
} as const satisfies { [Q in QueueName]: (data: JobData[Q]) => string };

export interface JobSender {
  /** Send within a transaction: the job exists if and when it commits. */
  send<Q extends QueueName>(tx: Transaction, queue: Q, data: JobData[Q]): Promise<void>;
  close(): Promise<void>;
}

/** Sends jobs and nothing else: no maintenance, no schedule. Starts at the first job, because the worker that makes the queues may come
 * up later; one connection reads what queues there are.
 * @param url of the application role */
export function createJobSender(url: string): JobSender {
  let starting: Promise<PgBoss> | null = null;
  const start = async (): Promise<PgBoss> => {
    const boss = new PgBoss({
      connectionString: url,
      max: 1,
      schema: QUEUE_SCHEMA,
      migrate: false,
      createSchema: false,
      supervise: false,
      schedule: false,
      registerInstance: false,
    });
    // Without a listener a failing refresh of the queue cache would end the process; the next send says what is wrong.
    boss.on('error', () => undefined);
    return boss.start();
  };
  const started = (): Promise<PgBoss> => {
    starting ??= start().catch((error: unknown) => {
      starting = null;
      throw error;
    });
    return starting;
  };
  return {
    async send(tx, queue, data) {
      const boss = await started();
      const id = await boss.send(queue, data, { db: through(tx), singletonKey: singletonKey[queue](data as never) });
      if (id === null) throw new Error(`the queue ${queue} took no job`);
    },
    async close() {
      const boss = await starting?.catch(() => null);
      await boss?.stop({ graceful: false, close: false });
    },
  };
}

function through(client: Pick<Transaction, '$queryRawUnsafe'>): SqlRunner {
  return {
    async executeSql(text, values = []) {
      const rows: unknown = await client.$queryRawUnsafe(text, ...values);
      return { rows: Array.isArray(rows) ? rows : [] };
    },
  };
}
