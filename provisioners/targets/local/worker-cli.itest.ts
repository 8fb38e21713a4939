/** The whole worker on the CLI: an order becomes a tenant that answers, and goes again, as under the embedded engine. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PLATFORM, inScope } from '../../../server/db/scope.ts';
import { LIFECYCLE } from '../../../server/domain/lifecycle.ts';
import { launchComposedWorker } from '../../../server/testing/composed-worker.ts';
import { openPublishedShop, placeOrder, queueAction, runOutcome } from '../../../server/testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../../../server/testing/worker-world.ts';
import { CLI, WITH_CLI } from '../../engine/cli/testing/real-cli.ts';

const TIMEOUT_MS = 600_000;
const RUN_MS = 240_000;

describe.skipIf(CLI === null)(WITH_CLI, { timeout: TIMEOUT_MS }, () => {
  let world: WorkerWorld;
  let dataDir: string;
  let worker: ChildProcess | undefined;
  beforeAll(async () => {
    world = await makeWorkerWorld();
    dataDir = await mkdtemp(path.join(tmpdir(), 'industry-worker-'));
  }, TIMEOUT_MS);
  afterAll(async () => {
    worker?.kill('SIGKILL');
    await world.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  test('an order is provisioned by the CLI, and retired', async () => {
    worker = await launchComposedWorker(world, dataDir, { PROVISIONING_ENGINE: 'pulumi', PULUMI_CLI: CLI ?? '' });
    const [word] = (await once(worker, 'message')) as unknown[];
    expect(word).toEqual({ type: 'ready', ready: true });
    const shop = await openPublishedShop(world.db, 'ecommerce', {});
    const ordered = await placeOrder(world, shop);
    const run = await runOutcome(world, ordered.runId, RUN_MS);
    expect(run).toMatchObject({ state: 'succeeded', failure: {}, tenant: { state: 'active' } });
    expect(run.steps.map(({ name, state }) => [name, state])).toEqual(
      LIFECYCLE.provision.steps.map((name) => [name, 'done']),
    );
    const read = <T>(work: Parameters<typeof inScope<T>>[2]) => inScope(world.db, PLATFORM, work);
    const made = await read((tx) => tx.tenantResource.findMany({ where: { tenantId: ordered.tenantId } }));
    expect(made.length).toBeGreaterThan(7);
    // It was the CLI: its history and its backups lie beside the state.
    const kept = await world.sql(`SELECT key FROM pulumi.pulumi_state WHERE key LIKE $1`, [
      `%/.pulumi/history/%/${ordered.ref}/%`,
    ]);
    expect(kept.length).toBeGreaterThan(0);

    const retired = await runOutcome(world, await queueAction(world, shop, ordered, 'retire'), RUN_MS);
    expect(retired).toMatchObject({ state: 'succeeded', failure: {}, tenant: { state: 'retired' } });
    expect(await world.target.leftovers(ordered.ref)).toEqual([]);
    const left = await world.sql('SELECT key FROM pulumi.pulumi_state WHERE key LIKE $1', [`%${ordered.ref}%`]);
    expect(left).toEqual([]);
    worker.kill('SIGTERM');
    expect(await once(worker, 'exit')).toEqual([0, null]);
  });
});
