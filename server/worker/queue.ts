/** The worker's side of the queue: one boss with its queues, and consumers that hand jobs to functions. */
import { PgBoss, type JobWithMetadata, type Queue } from 'pg-boss';
import { z } from 'zod';
import type { JobData } from '../db/queue.ts';
import type { Log } from './context.ts';

const QUEUE_SCHEMA = 'pgboss';
const CONNECTIONS_MAX = 6;
/** How often dead workers are looked for; a job is another's after `heartbeatSeconds` and one such look. */
const SUPERVISE_SECONDS = 2;
/** Only a net under the notifications. */
const POLL_SECONDS = 1;
const DAY_SECONDS = 24 * 3_600;

type QueueName = keyof JobData;
const QUEUES: Readonly<Record<QueueName, Omit<Queue, 'name'> & { readonly policy: string }>> = {
  /** Runs of one tenant (the key) one after another. A job fails only when its worker could not go on, so it is repeated. */
  run: {
    policy: 'key_strict_fifo',
    notify: true,
    heartbeatSeconds: 10,
    expireInSeconds: DAY_SECONDS - 1,
    retryLimit: 1_000,
    deleteAfterSeconds: DAY_SECONDS,
  },
  preview: {
    policy: 'standard',
    notify: true,
    heartbeatSeconds: 10,
    expireInSeconds: 120,
    retryLimit: 5,
    deleteAfterSeconds: 3_600,
  },
};

const RunJob = z.object({ runId: z.uuid() });
const PreviewJob = z.union([z.object({ previewId: z.uuid() }), z.object({ changeId: z.uuid() })]);

export interface Consumers {
  /** @throws HandOver or an error of the platform's database: the job is repeated */
  readonly run: (runId: string, attempt: number) => Promise<void>;
  readonly preview: (plan: JobData['preview']) => Promise<void>;
}

/** Connects to the queue as its owner, making schema and queues where they are missing. */
export async function openQueue(ownerUrl: string, log: Log): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: ownerUrl,
    schema: QUEUE_SCHEMA,
    max: CONNECTIONS_MAX,
    application_name: 'industry-cloud-queue',
    useListenNotify: true,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    schedule: false,
  });
  boss.on('error', (error) => log.error({ err: error }, 'queue'));
  boss.on('warning', (warning) => log.warn({ warning }, 'queue'));
  await boss.start();
  await prepareQueues(boss);
  return boss;
}

/** Makes the queues, or brings them up to date, and lets the application role send to them. Idempotent.
 * @param boss started, as the owner of the schema */
export async function prepareQueues(boss: PgBoss): Promise<void> {
  for (const [name, queue] of Object.entries(QUEUES)) {
    const { policy: _policy, ...options } = queue; // a queue keeps its policy for life
    await boss.createQueue(name, queue);
    await boss.updateQueue(name, options);
  }
  const owner = boss.getDb();
  for (const grant of GRANTS) await owner.executeSql(grant);
}

const GRANTS = [
  `GRANT USAGE ON SCHEMA ${QUEUE_SCHEMA} TO industry_cloud_app`,
  `GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA ${QUEUE_SCHEMA} TO industry_cloud_app`,
  `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${QUEUE_SCHEMA} TO industry_cloud_app`,
];

/** Starts taking jobs. Runs and previews have workers of their own, so that neither waits for the other. */
export async function consume(
  boss: PgBoss,
  consumers: Consumers,
  concurrency: Readonly<Record<QueueName, number>>,
): Promise<void> {
  const polling = { pollingIntervalSeconds: POLL_SECONDS, notifyPollingIntervalSeconds: POLL_SECONDS };
  const options = (queue: QueueName) =>
    ({ ...polling, localConcurrency: concurrency[queue], includeMetadata: true }) as const;
  await boss.work('run', options('run'), async ([job]: JobWithMetadata<unknown>[]) => {
    if (job) await consumers.run(RunJob.parse(job.data).runId, job.retryCount);
  });
  await boss.work('preview', options('preview'), async ([job]: JobWithMetadata<unknown>[]) => {
    if (job) await consumers.preview(PreviewJob.parse(job.data));
  });
}
