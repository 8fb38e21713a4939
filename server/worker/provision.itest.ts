import { afterAll, beforeAll, expect, test } from 'vitest';
import { PLATFORM, inScope } from '../db/scope.ts';
import { LIFECYCLE } from '../domain/lifecycle.ts';
import { openSecret } from '../registry/seal.ts';
import { waitFor } from '../testing/postgres.ts';
import {
  openShop,
  placeOrder,
  queueAction,
  runOutcome,
  askPreview,
  previewAnswer,
  type Shop,
} from '../testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../testing/worker-world.ts';

let world: WorkerWorld;
let shop: Shop;
beforeAll(async () => {
  world = await makeWorkerWorld();
  shop = await openShop(world);
  await world.startWorker();
});
afterAll(async () => {
  await world.close();
});

const read = <T>(work: Parameters<typeof inScope<T>>[2]) => inScope(world.db, PLATFORM, work);

async function callApi(ref: string, key: string): Promise<Response> {
  return fetch(`${world.gateway.url}/t/${ref}/v1/invariants`, { headers: { authorization: `Bearer ${key}` } });
}

test('an order becomes an active tenant that answers; retired, it leaves nothing but its history', async () => {
  const ordered = await placeOrder(world, shop);
  const provisioned = await runOutcome(world, ordered.runId);
  expect(provisioned).toMatchObject({
    state: 'succeeded',
    failure: {},
    tenant: { state: 'active' },
    order: { state: 'fulfilled' },
  });
  expect(provisioned.steps.map(({ name, state }) => [name, state])).toEqual(
    LIFECYCLE.provision.steps.map((name) => [name, 'done']),
  );
  expect(provisioned.steps.find(({ name }) => name === 'prove')?.detail).toMatchObject({
    smoke: [{ name: 'write_note' }, { name: 'read_note', fact: '1 notes' }],
  });

  const { tenantId, ref } = ordered;
  const made = await read((tx) =>
    tx.tenant.findUniqueOrThrow({
      where: { id: tenantId },
      include: { endpoints: true, resources: true, keyReveals: true, subscriptions: true },
    }),
  );
  expect(made.resources.length).toBeGreaterThan(7);
  expect(made.endpoints[0]?.url).toBe(`${world.gateway.url}/t/${ref}/v1`);
  expect(made.subscriptions).toMatchObject([{ endedAt: null, meteringPausedAt: null, termMonths: 1 }]);
  const key = openSecret(made.keyReveals[0]!.sealed, world.secrets.envelopeKey, ref);
  expect(key.startsWith(made.endpoints[0]!.keyPrefix)).toBe(true);
  expect((await callApi(ref, key)).status).toBe(200);

  const retired = await runOutcome(world, await queueAction(world, shop, ordered, 'retire'));
  expect(retired).toMatchObject({ state: 'succeeded', failure: {}, tenant: { state: 'retired' } });
  expect(await world.target.leftovers(ref)).toEqual([]);
  await waitFor(async () => (await callApi(ref, key)).status === 404 || (await callApi(ref, key)).status === 401, {
    what: 'the route to be gone',
  });
  const kept = await read((tx) =>
    tx.tenant.findUniqueOrThrow({
      where: { id: tenantId },
      include: { endpoints: true, resources: true, keyReveals: true, subscriptions: true, runs: true },
    }),
  );
  expect([kept.endpoints, kept.resources, kept.keyReveals]).toEqual([[], [], []]);
  expect(kept.subscriptions).toMatchObject([{ endedAt: expect.any(Date) as Date }]);
  expect(kept.runs).toHaveLength(2);
  const states = await world.sql(`SELECT key FROM pulumi.pulumi_state WHERE key LIKE $1`, [`%${ref}%`]);
  expect(states).toEqual([]);
});

test('events tell the whole run in order, with enough to draw it', async () => {
  const ordered = await placeOrder(world, shop);
  await runOutcome(world, ordered.runId);
  const events = await read((tx) =>
    tx.event.findMany({
      where: { subjectKind: 'run', subjectId: ordered.runId },
      orderBy: [{ txid: 'asc' }, { seq: 'asc' }],
    }),
  );
  const types = events.map(({ type }) => type);
  expect(types[0]).toBe('run.started');
  expect(types.at(-1)).toBe('run.succeeded');
  const steps = events
    .filter(({ type }) => type === 'step.done')
    .map(({ data }) => (data as { step: { name: string } }).step.name);
  expect(steps).toEqual([...LIFECYCLE.provision.steps]);
  const started = types.filter((type) => type === 'resource.started').length;
  expect(started).toBeGreaterThan(6);
  const rows = await read((tx) => tx.runResource.findMany({ where: { runId: ordered.runId } }));
  expect(rows.filter(({ state }) => state !== 'done')).toEqual([]);
});

test('a suspended tenant refuses calls and counts no time; resumed, it is proved again', async () => {
  const ordered = await placeOrder(world, shop);
  await runOutcome(world, ordered.runId);
  const suspended = await runOutcome(world, await queueAction(world, shop, ordered, 'suspend'));
  expect(suspended).toMatchObject({ state: 'succeeded', tenant: { state: 'suspended' } });
  const paused = await read((tx) => tx.subscription.findFirstOrThrow({ where: { tenantId: ordered.tenantId } }));
  expect(paused.meteringPausedAt).toBeInstanceOf(Date);
  const resumed = await runOutcome(world, await queueAction(world, shop, ordered, 'resume'));
  expect(resumed).toMatchObject({ state: 'succeeded', failure: {}, tenant: { state: 'active', tainted: false } });
  const running = await read((tx) => tx.subscription.findFirstOrThrow({ where: { tenantId: ordered.tenantId } }));
  expect(running.meteringPausedAt).toBeNull();
});

test('runs of one tenant wait for each other, and are judged when they start', async () => {
  const ordered = await placeOrder(world, shop);
  const suspend = await queueAction(world, shop, ordered, 'suspend');
  const again = await queueAction(world, shop, ordered, 'suspend');
  const retire = await queueAction(world, shop, ordered, 'retire');
  const outcomes = [];
  for (const runId of [ordered.runId, suspend, again, retire]) outcomes.push(await runOutcome(world, runId));
  expect(outcomes.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'failed', 'succeeded']);
  expect(outcomes[2]?.failure).toMatchObject({
    code: 'refused',
    fault: { code: 'action_refused', state: 'suspended' },
  });
  for (let i = 1; i < outcomes.length; i++) {
    const [before, after] = [outcomes[i - 1]!, outcomes[i]!];
    if (after.startedAt) expect(after.startedAt.getTime()).toBeGreaterThanOrEqual(before.finishedAt!.getTime());
  }
});

test('a preview shows what would be built, and the run finds the same plan', async () => {
  const preview = await askPreview(world, shop);
  const answer = await previewAnswer(world, preview.id);
  expect(answer).toMatchObject({ state: 'ready', failure: null });
  const plan = answer.plan as { resources: { operation: string; type: string }[]; counts: object };
  expect(plan.resources.every(({ operation }) => operation === 'create')).toBe(true);
  const kinds = plan.resources.map(({ type }) => type.split(':').at(-1) ?? '').filter((type) => type !== 'Stack');
  expect(kinds.toSorted()).toEqual(
    ['ApiKey', 'Database', 'Pack', 'Role', 'Role', 'Role', 'Route', 'TenantApi', 'TenantDatabase'].toSorted(),
  );
  expect(Object.keys(plan.counts)).toEqual(['create']);
  const ordered = await placeOrder(world, shop);
  const run = await runOutcome(world, ordered.runId);
  expect(run.planHash).toBe(run.approvedHash);
});

test('a preview with parameters that do not fit says which', async () => {
  const preview = await askPreview(world, shop);
  await previewAnswer(world, preview.id);
  await read((tx) =>
    tx.planPreview.updateMany({
      where: { id: preview.id },
      data: {
        state: 'queued',
        planHash: null,
        plan: {},
        configuration: { ...preview.configuration, params: { greeting: 7 } },
      },
    }),
  );
  await read((tx) => world.sender.send(tx, 'preview', { previewId: preview.id }));
  expect(await previewAnswer(world, preview.id)).toMatchObject({
    state: 'failed',
    failure: { code: 'params_invalid', issues: [{ path: 'greeting' }] },
  });
});

test('another plan than the approved one waits for a person, and goes on when it is approved', async () => {
  const ordered = await placeOrder(world, shop, { approvedHash: 'another plan' });
  const waiting = await runOutcome(world, ordered.runId);
  expect(waiting).toMatchObject({
    state: 'awaiting_approval',
    waitsFor: { code: 'approval' },
    order: { state: 'awaiting_approval' },
  });
  expect(await world.target.leftovers(ordered.ref)).toEqual([]);
  const behind = await queueAction(world, shop, ordered, 'suspend');
  await waitFor(
    () =>
      read(
        async (tx) => ((await tx.run.findUniqueOrThrow({ where: { id: behind } })).waitsFor as { code?: string }).code,
      ),
    { what: 'the next run to say what it waits for' },
  );
  const approval = await read((tx) =>
    tx.approval.findFirstOrThrow({ where: { runId: ordered.runId, state: 'pending' } }),
  );
  expect(approval.planHash).toBe(waiting.planHash);
  await read(async (tx) => {
    await tx.approval.updateMany({
      where: { id: approval.id },
      data: { state: 'approved', decidedAt: new Date(), decidedById: shop.userId },
    });
    await tx.run.updateMany({
      where: { id: ordered.runId },
      data: { state: 'queued', approvedHash: approval.planHash },
    });
    await tx.order.updateMany({ where: { id: ordered.orderId }, data: { state: 'accepted', waitsFor: {} } });
    await world.sender.send(tx, 'run', { runId: ordered.runId, tenantId: ordered.tenantId });
  });
  expect(await runOutcome(world, ordered.runId)).toMatchObject({ state: 'succeeded', order: { state: 'fulfilled' } });
  expect(await runOutcome(world, behind)).toMatchObject({ state: 'succeeded', tenant: { state: 'suspended' } });
});

test('no secret is in rows, events, state or logs', async () => {
  const ordered = await placeOrder(world, shop);
  await runOutcome(world, ordered.runId);
  const reveal = await read((tx) => tx.keyReveal.findFirstOrThrow({ where: { tenantId: ordered.tenantId } }));
  const key = openSecret(reveal.sealed, world.secrets.envelopeKey, ordered.ref);
  const canaries = [...Object.values(world.secrets), key];
  const tables = await world.sql<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'pulumi', 'pgboss')`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const text = JSON.stringify(await world.sql(`SELECT to_jsonb(t) AS row FROM ${name} t`));
    for (const state of decodedStates(text))
      for (const canary of canaries) if (state.includes(canary)) found.push(`${name} (state)`);
    for (const canary of canaries) if (text.includes(canary)) found.push(name);
  }
  for (const canary of canaries) if (world.logged.some((line) => line.includes(canary))) found.push('log');
  expect(found).toEqual([]);
});

/** Engine states are base64 inside JSON. */
const decodedStates = (text: string): string[] =>
  [...text.matchAll(/"data": ?"([A-Za-z0-9+/=]{40,})"/g)].map((match) => Buffer.from(match[1]!, 'base64').toString());
