import { PgBoss } from 'pg-boss';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMigratedDatabase, type MigratedDatabase } from '../testing/postgres.ts';
import { createDatabase, type Database } from './client.ts';
import { createJobSender, type JobSender } from './queue.ts';

let database: MigratedDatabase;
let boss: PgBoss;
let db: Database;
let sender: JobSender;

beforeAll(async () => {
  database = await createMigratedDatabase();
  boss = new PgBoss({ connectionString: database.ownerUrl, schema: 'pgboss', supervise: false, schedule: false });
  await boss.start();
  await boss.createQueue('run', { policy: 'key_strict_fifo', notify: true });
  db = createDatabase(database.applicationUrl);
  sender = createJobSender(database.applicationUrl);
});
afterAll(async () => {
  await sender.close();
  await db.$disconnect();
  await boss.stop({ graceful: false });
  await database.drop();
});

const jobs = async (tenantId: string) => {
  const found = await boss.findJobs<{ tenantId: string; runId: string }>('run', { key: tenantId });
  return found.map((job) => job.data.runId);
};

test('a job exists when its transaction commits, and not before', async () => {
  await db.$transaction(async (tx) => {
    await sender.send(tx, 'run', { runId: 'r1', tenantId: 't1' });
    expect(await jobs('t1')).toEqual([]);
  });
  expect(await jobs('t1')).toEqual(['r1']);
});

test('a transaction that rolls back leaves no job', async () => {
  const failing = db.$transaction(async (tx) => {
    await sender.send(tx, 'run', { runId: 'r2', tenantId: 't2' });
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  expect(await jobs('t2')).toEqual([]);
});

test('runs of one tenant are handed out in order, one at a time', async () => {
  for (const runId of ['r3', 'r4']) {
    await db.$transaction(async (tx) => sender.send(tx, 'run', { runId, tenantId: 't3' }));
  }
  const first = await boss.fetch<{ runId: string; tenantId: string }>('run', { batchSize: 10 });
  expect(first.filter((job) => job.data.tenantId === 't3').map((job) => job.data.runId)).toEqual(['r3']);
  for (const job of first) await boss.complete('run', job.id);
  const second = await boss.fetch<{ runId: string }>('run', { batchSize: 10 });
  expect(second.map((job) => job.data.runId)).toEqual(['r4']);
});
