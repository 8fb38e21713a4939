/**
 * The queue (pg-boss, schema `pgboss`): what kinds of jobs there are, how they are made ready, and how a job is sent within the
 * transaction of the change it follows from, so that neither exists without the other. The worker consumes.
 */
import { PgBoss } from 'pg-boss';
import type { Transaction } from './client.ts';

export const QUEUE_SCHEMA = 'pgboss';

/** Jobs name rows; all else is read from them. */
export interface JobData {
  readonly preview: { readonly previewId: string };
  readonly run: { readonly runId: string; readonly tenantId: string };
}
export type QueueName = keyof JobData;

/** Runs of one tenant go in order: `key_strict_fifo` by tenant. Previews have a queue of their own, so that they never wait for runs. */
const QUEUES = {
  preview: { policy: 'standard', options: { notify: true, heartbeatSeconds: 10, retryLimit: 2, expireInSeconds: 300 } },
  run: {
    policy: 'key_strict_fifo',
    options: { notify: true, heartbeatSeconds: 10, retryLimit: 100, expireInSeconds: 86_000 },
  },
} as const satisfies Record<QueueName, object>;

/** Runs SQL: a pg-boss database, or a transaction made to look like one. */
interface SqlRunner {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

const singletonKey = {
  preview: ({ previewId }) => previewId,
  run: ({ tenantId }) => tenantId,
} as const satisfies { [Q in QueueName]: (data: JobData[Q]) => string };

/** Make the queues, and let the application role send to them. Idempotent.
 * @param boss started, as the owner of the schema
 * @param owner runs SQL as the owner */
export async function prepareQueues(boss: PgBoss, owner: SqlRunner): Promise<void> {
  for (const [name, { policy, options }] of Object.entries(QUEUES)) {
    await boss.createQueue(name, { policy, ...options });
    await boss.updateQueue(name, options);
  }
  await owner.executeSql(`GRANT USAGE ON SCHEMA ${QUEUE_SCHEMA} TO industry_cloud_app`);
  await owner.executeSql(`GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA ${QUEUE_SCHEMA} TO industry_cloud_app`);
  await owner.executeSql(`GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${QUEUE_SCHEMA} TO industry_cloud_app`);
}

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
