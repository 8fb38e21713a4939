import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendAudit, type NewAuditEntry } from '../db/audit.ts';
import { PLATFORM, inScope } from '../db/scope.ts';
import { verifyChain, type SealedEntry } from '../domain/audit-chain.ts';
import { waitFor } from '../testing/postgres.ts';
import { openShop, placeOrder, runOutcome, type Ordered, type Shop } from '../testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../testing/worker-world.ts';
import { standForLeader } from './leader.ts';
import { livingTenants } from './living-tenants.ts';
import { checkAllInvariants, checkInvariants } from './schedules/check-invariants.ts';
import { expireThings } from './schedules/expire-things.ts';
import { keepHouse } from './schedules/keep-house.ts';
import { sampleTenants } from './schedules/sample-tenants.ts';
import { sealAudit, type AuditSeal } from './schedules/seal-audit.ts';
import { thinSamples } from './schedules/thin-samples.ts';
import { watchStorage } from './schedules/watch-storage.ts';

let world: WorkerWorld;
let shop: Shop;
let ordered: Ordered;
beforeAll(async () => {
  world = await makeWorkerWorld();
  shop = await openShop(world);
  await world.startWorker();
  ordered = await placeOrder(world, shop);
  await runOutcome(world, ordered.runId);
});
afterAll(async () => {
  await world.close();
});

const read = <T>(work: Parameters<typeof inScope<T>>[2]) => inScope(world.db, PLATFORM, work);
const tenant = () => read((tx) => tx.tenant.findUniqueOrThrow({ where: { id: ordered.tenantId } }));
const inTenant = (sql: string) => world.sql(sql, [], world.tenants.url(ordered.ref));

test('right after it became active, rules and KPIs of a tenant are known', async () => {
  await waitFor(
    async () => {
      const { proof, usage } = await tenant();
      return 'invariants' in (proof as object) && 'storageBytes' in (usage as object);
    },
    { what: 'the first look at the tenant' },
  );
  expect((await tenant()).proof).toMatchObject({ smoke: { calls: 3 }, invariants: { rules: 1, violated: [] } });
  expect(await read((tx) => tx.kpiSample.count({ where: { tenantId: ordered.tenantId, name: 'notes' } }))).toBe(1);
});

test('a broken rule makes a tenant degraded by its name; mended, it is active again', async () => {
  await inTenant('UPDATE notes.note SET broken = true');
  await checkAllInvariants(world.context);
  expect(await tenant()).toMatchObject({
    state: 'degraded',
    stateReason: { code: 'invariants_violated', rules: [{ rule: 'no_broken_note' }] },
    proof: { invariants: { violated: ['no_broken_note'] } },
  });
  await inTenant('UPDATE notes.note SET broken = false');
  await checkAllInvariants(world.context);
  expect(await tenant()).toMatchObject({ state: 'active', stateReason: {} });
});

test('a tenant whose API does not answer is degraded; a run that began meanwhile is left alone', async () => {
  const [living] = await livingTenants(world.context, ordered.tenantId);
  await world.target.setRoute(ordered.ref, 'closed');
  await waitFor(async () => (await fetch(`${world.gateway.url}/t/${ordered.ref}/v1/openapi.json`)).status !== 200, {
    what: 'the route to close',
  });
  await checkInvariants(world.context, living!);
  expect(await tenant()).toMatchObject({ state: 'degraded', stateReason: { code: 'api_unreachable', status: 503 } });
  await world.target.setRoute(ordered.ref, 'open');
  await waitFor(
    async () => {
      await checkInvariants(world.context, living!);
      return (await tenant()).state === 'active';
    },
    { what: 'the tenant to be active again' },
  );
  await read((tx) => tx.tenant.updateMany({ where: { id: ordered.tenantId }, data: { state: 'suspending' } }));
  await inTenant('UPDATE notes.note SET broken = true');
  await checkInvariants(world.context, living!);
  expect((await tenant()).state).toBe('suspending');
  await inTenant('UPDATE notes.note SET broken = false');
  await read((tx) => tx.tenant.updateMany({ where: { id: ordered.tenantId }, data: { state: 'active' } }));
});

test('samples carry KPIs and usage, and old ones become fewer', async () => {
  await sampleTenants(world.context);
  expect((await tenant()).usage).toMatchObject({ rpsPeak: expect.any(Number) as number });
  const { tenantId } = ordered;
  const hourAgo = Date.now() - 2 * 3_600_000;
  const at = (i: number) => new Date(Math.floor(hourAgo / 300_000) * 300_000 + i * 15_000);
  const old = Array.from({ length: 20 }, (_, i) => ({ tenantId, name: 'old', value: i, at: at(i) }));
  const ancient = { tenantId, name: 'old', value: 0, at: new Date(Date.now() - 40 * 24 * 3_600_000) };
  await read((tx) => tx.kpiSample.createMany({ data: [...old, ancient] }));
  await thinSamples(world.context);
  const left = await read((tx) => tx.kpiSample.findMany({ where: { tenantId, name: 'old' } }));
  expect(left.map(({ value }) => value)).toEqual([0]);
});

test('housekeeping calls what the offering declares, when it is due', async () => {
  const duty = { function: 'tidy_up', everySeconds: 60, body: {} };
  const offering = { ...world.notes.definition, housekeeping: [duty] };
  let now = Date.now();
  const context = { ...world.context, offerings: new Map([['notes', offering]]), clock: () => new Date(now) };
  const house = keepHouse(context);
  const stale = () => inTenant(`SELECT count(*)::int AS n FROM notes.note WHERE body = 'stale'`);
  await inTenant(`INSERT INTO notes.note (body) VALUES ('stale')`);
  await house.keep();
  expect(await stale()).toEqual([{ n: 0 }]);
  await inTenant(`INSERT INTO notes.note (body) VALUES ('stale')`);
  await house.keep();
  expect(await stale()).toEqual([{ n: 1 }]);
  now += 61_000;
  await house.keep();
  expect(await stale()).toEqual([{ n: 0 }]);
});

test('a tenant that fills its storage is told to the portal', async () => {
  await world.sql(
    `UPDATE route SET limits = jsonb_set(limits, '{storageBytesMax}', '1000000') WHERE ref = $1`,
    [ordered.ref],
    world.tenants.url('registry'),
  );
  await watchStorage(world.context);
  expect((await tenant()).usage).toMatchObject({ storageLevel: 'full' });
  const events = await read((tx) =>
    tx.event.findMany({ where: { tenantId: ordered.tenantId, type: 'tenant.storage' } }),
  );
  expect(events).toHaveLength(1);
  expect(events[0]?.data).toMatchObject({ level: 'full', before: 'ok' });
  await watchStorage(world.context);
  expect(await read((tx) => tx.event.count({ where: { tenantId: ordered.tenantId, type: 'tenant.storage' } }))).toBe(1);
});

test('what nobody decided in time ends', async () => {
  const waiting = await placeOrder(world, shop, { approvedHash: 'another plan' });
  await runOutcome(world, waiting.runId);
  const idle = await placeOrder(world, shop, { withoutRun: true });
  const longAgo = new Date(Date.now() - 20 * 24 * 3_600_000);
  await read((tx) =>
    tx.order.updateMany({
      where: { id: { in: [waiting.orderId, idle.orderId] } },
      data: { createdAt: longAgo, state: 'awaiting_approval' },
    }),
  );
  await expireThings(world.context);
  const orders = await read((tx) =>
    tx.order.findMany({ where: { id: { in: [waiting.orderId, idle.orderId] } }, include: { tenant: true } }),
  );
  const stateOf = (id: string) => orders.find((order) => order.id === id);
  expect(stateOf(idle.orderId)).toMatchObject({ state: 'expired', tenant: { state: 'retired' } });
  expect(stateOf(waiting.orderId)?.state).toBe('awaiting_approval'); // its run is for an approver to end
});

test('audit entries are chained in commit order, checkpoints are signed and kept outside', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'industry-audit-'));
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const seal: AuditSeal = {
    keyId: 'test',
    file: path.join(directory, 'checkpoints.jsonl'),
    sign: async (statement) => sign(null, Buffer.from(statement), privateKey).toString('base64'),
  };
  const entry = (action: string): NewAuditEntry => ({
    organisationId: shop.organisationId,
    actorKind: 'system',
    actorId: 'test',
    actorName: 'test',
    rightUsed: 'system',
    action,
    subjectKind: 'tenant',
    subjectId: ordered.tenantId,
    subjectName: 'notes',
    before: {},
    after: { n: 1.5, text: 'ü', nested: [1, null] },
    requestId: 'r',
    ip: '',
  });
  // An open transaction holds its entry back, and everything that might come after it.
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  const { promise: written, resolve: hasWritten } = Promise.withResolvers<void>();
  const slow = read(async (tx) => {
    await appendAudit(tx, entry('first'));
    hasWritten();
    await held;
  });
  await written;
  await read((tx) => appendAudit(tx, entry('second')));
  await sealAudit(world.context, seal);
  const unsealed = () =>
    read((tx) =>
      tx.auditEntry.findMany({ where: { chainSeq: null }, select: { action: true }, orderBy: { txid: 'asc' } }),
    );
  expect(await unsealed()).toEqual([{ action: 'second' }]);
  letGo();
  await slow;
  await waitFor(
    async () => {
      await sealAudit(world.context, seal);
      return (await unsealed()).length === 0;
    },
    { what: 'all entries to be sealed' },
  );
  const entries = (await read((tx) => tx.auditEntry.findMany({ orderBy: { chainSeq: 'asc' } }))) as SealedEntry[];
  expect(entries.slice(-2).map(({ action }) => action)).toEqual(['first', 'second']);
  const checkpoints = await read((tx) => tx.auditCheckpoint.findMany({ orderBy: { chainSeq: 'asc' } }));
  const check = async (statement: string, signature: string) =>
    verify(null, Buffer.from(statement), publicKey, Buffer.from(signature, 'base64'));
  expect(await verifyChain(entries, checkpoints, check)).toMatchObject({ ok: true, checked: entries.length });
  const lines = (await readFile(seal.file, 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { hash: string }).hash)).toEqual(checkpoints.map(({ hash }) => hash));
  // A full disk left a line half written.
  const whole = await readFile(seal.file);
  await truncate(seal.file, whole.length - 40);
  await sealAudit(world.context, seal);
  expect(await readFile(seal.file, 'utf8')).toBe(whole.toString('utf8'));
  await rm(directory, { recursive: true });
});

test('one worker leads; when it goes, another does', async () => {
  const url = world.platform.applicationUrl;
  const first = standForLeader(url, world.context.log);
  await waitFor(() => first.held(), { what: 'a leader' });
  const second = standForLeader(url, world.context.log);
  expect(second.held()).toBe(false);
  await first.close();
  await waitFor(() => second.held(), { what: 'another leader' });
  await second.close();
});
