import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PLATFORM, inScope } from '../db/scope.ts';
import { launchComposedWorker } from '../testing/composed-worker.ts';
import { waitFor } from '../testing/postgres.ts';
import { openPublishedShop, placeOrder, runOutcome } from '../testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../testing/worker-world.ts';

let world: WorkerWorld;
let dataDir: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  world = await makeWorkerWorld();
  dataDir = await mkdtemp(path.join(tmpdir(), 'industry-worker-'));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await world.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function startProcess(change: Record<string, string> = {}): Promise<ChildProcess> {
  const child = await launchComposedWorker(world, dataDir, change, 'pipe');
  children.push(child);
  return child;
}

/** What it says first, or that it ended. */
async function firstWord(child: ChildProcess): Promise<unknown> {
  const [word] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as unknown[];
  return word;
}

test(
  'the process publishes the catalogue, builds a shop, seals the audit trail and ends in order',
  { timeout: 240_000 },
  async () => {
    const child = await startProcess();
    expect(await firstWord(child)).toEqual({ type: 'ready', ready: true });
    const slugs = await inScope(world.db, PLATFORM, (tx) => tx.offeringVersion.findMany({ select: { slug: true } }));
    expect(slugs.map(({ slug }) => slug)).toContain('ecommerce');

    const shop = await openPublishedShop(world.db, 'ecommerce', {});
    const ordered = await placeOrder(world, shop);
    const run = await runOutcome(world, ordered.runId);
    expect(run).toMatchObject({ state: 'succeeded', failure: {}, tenant: { state: 'active' } });

    const checkpoints = path.join(dataDir, 'audit-checkpoints.jsonl');
    await waitFor(async () => (await readFile(checkpoints, 'utf8')).length > 0, {
      what: 'a checkpoint outside the database',
    });
    const first = await waitFor(
      () =>
        inScope(world.db, PLATFORM, (tx) =>
          tx.tenant.findFirstOrThrow({ where: { proof: { path: ['invariants', 'violated'], equals: [] } } }),
        ),
      { what: 'the first look at the invariants' },
    );
    expect(first.id).toBe(ordered.tenantId);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  },
);

test('a variable that is missing is named, and nothing starts', async () => {
  const child = await startProcess({ PULUMI_PASSPHRASE: 'short' });
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(complaint).toContain('PULUMI_PASSPHRASE');
  expect(complaint).not.toContain('short');
});
