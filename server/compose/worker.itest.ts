import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PLATFORM, inScope } from '../db/scope.ts';
import { newTokenKeyPair } from '../domain/access-token.ts';
import { childEnv } from '../start/child-env.ts';
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
  const { settings } = world;
  const audit = await newTokenKeyPair();
  const env = childEnv({
    PORTAL_URL: 'http://127.0.0.1:1',
    GATEWAY_URL: settings.gatewayUrl,
    PLATFORM_OWNER_URL: settings.platformOwnerUrl,
    PLATFORM_APP_URL: settings.platformAppUrl,
    TENANTS_ADMIN_URL: settings.tenantsUrl,
    REGISTRY_URL: settings.registryUrl,
    ENVELOPE_KEY: settings.envelopeKey,
    PULUMI_PASSPHRASE: settings.passphrase,
    TOKEN_PRIVATE_KEY: settings.tokenPrivateKey,
    TOKEN_PUBLIC_KEY: settings.tokenPrivateKey,
    AUDIT_PRIVATE_KEY: audit.privateKey,
    AUDIT_PUBLIC_KEY: audit.publicKey,
    DATA_DIR: dataDir,
    REGION: 'local',
    PROVISIONING_ENGINE: 'embedded',
    LOG_LEVEL: 'warn',
    ...change,
  });
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'worker.ts')], {
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
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
