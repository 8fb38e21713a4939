import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PLATFORM, inScope } from '../db/scope.ts';
import type { RunId } from '../domain/ids.ts';
import { ActionName, LIFECYCLE, type StepName } from '../domain/lifecycle.ts';
import { LARGER_NOTES_QUOTAS } from '../testing/notes-offering.ts';
import { planChange, queueChange } from '../testing/worker-changes.ts';
import { openShop, placeOrder, queueAction, runOutcome, type Ordered, type Shop } from '../testing/worker-orders.ts';
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
afterEach(async () => {
  await mend();
});

const broken = new Error('told to fail');

/** Makes one step of a tenant fail, in a way of its own. */
const BREAK = {
  reserve: async () => void world.faults.target.set('capacity', broken),
  plan: async () => void world.faults.engine.set('preview', broken),
  converge: async () => void world.faults.engine.set('up', broken),
  prove: async () => void (world.notes.smokeFault.error = broken),
  startMetering: () => refuseSubscriptions(),
  closeRoutes: async () => void world.faults.target.set('setRoute', broken),
  openRoutes: async () => void world.faults.target.set('setRoute', broken),
  rest: async () => void world.faults.target.set('rest', broken),
  wake: async () => void world.faults.target.set('wake', broken),
  stopMetering: () => refuseSubscriptions(),
  destroy: async () => void world.faults.engine.set('destroy', broken),
  endSubscription: () => refuseSubscriptions(`WHEN (NEW."endedAt" IS NOT NULL)`),
  assess: async () => void world.faults.target.set('holdings', broken),
  adopt: () => refuseSubscriptions(),
  transfer: async () => void world.faults.engine.set('up', broken),
  settle: async () => void world.faults.engine.set('up', broken),
  rekey: async () => void world.faults.engine.set('up', broken),
} as const satisfies Record<StepName, () => Promise<void>>;

async function refuseSubscriptions(when = ''): Promise<void> {
  await world.sql(`CREATE OR REPLACE FUNCTION test_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'told to fail'; END $$`);
  await world.sql(
    `CREATE TRIGGER test_refuse BEFORE INSERT OR UPDATE ON "Subscription" FOR EACH ROW ${when} EXECUTE FUNCTION test_refuse()`,
  );
}

async function mend(): Promise<void> {
  world.faults.target.clear();
  world.faults.engine.clear();
  world.notes.smokeFault.error = null;
  await world.sql('DROP TRIGGER IF EXISTS test_refuse ON "Subscription"');
}

/** A tenant from which the action may start. */
async function tenantFor(action: ActionName): Promise<Ordered> {
  const ordered = await placeOrder(world, shop);
  await runOutcome(world, ordered.runId);
  if (action === 'resume') await runOutcome(world, await queueAction(world, shop, ordered, 'suspend'));
  return ordered;
}

/** Asks for the action; what must be planned first is planned when this resolves, before any fault begins. */
async function readyToAsk(action: ActionName, ordered: Ordered): Promise<() => Promise<RunId>> {
  if (action !== 'change') return () => queueAction(world, shop, ordered, action);
  const change = await planChange(world, shop, ordered, { plan: 'M', quotas: LARGER_NOTES_QUOTAS, modules: ['tags'] });
  return () => queueChange(world, shop, change);
}

/** What a caller gets from the tenant's API. */
async function answerOf(ref: string): Promise<number> {
  const token = await world.context.signToken({ ref, scope: 'read', purpose: 'kpi', sub: 'test' });
  const url = `${world.gateway.url}/t/${ref}/v1/invariants`;
  return (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status;
}

describe('a create that fails leaves nothing, and may be tried again', () => {
  test.each(LIFECYCLE.provision.steps)('%s', async (step) => {
    // The fault begins once the preview is there: it is the run's step that must meet it.
    const ordered = await placeOrder(world, shop, { beforeRun: BREAK[step] });
    const failed = await runOutcome(world, ordered.runId);
    expect(failed).toMatchObject({
      state: 'failed',
      failure: { step, leftovers: [] },
      tenant: { state: 'failed', tainted: false },
      order: { state: 'failed' },
    });
    expect(failed.steps.find(({ name }) => name === step)?.state).toBe('failed');
    expect(await world.target.leftovers(ordered.ref)).toEqual([]);
    expect(await world.sql('SELECT key FROM pulumi.pulumi_state WHERE key LIKE $1', [`%${ordered.ref}%`])).toEqual([]);
    const traces = await inScope(world.db, PLATFORM, async (tx) => [
      await tx.keyReveal.count({ where: { tenantId: ordered.tenantId } }),
      await tx.endpoint.count({ where: { tenantId: ordered.tenantId } }),
      await tx.subscription.count({ where: { tenantId: ordered.tenantId } }),
    ]);
    expect(traces).toEqual([0, 0, 0]);
    await mend();
    const again = await runOutcome(world, await queueAction(world, shop, ordered, 'provision'));
    expect(again).toMatchObject({ state: 'succeeded', tenant: { state: 'active' }, order: { state: 'fulfilled' } });
  });
});

// A move needs instances, a key has parameters of its own: their failures are in move.itest.ts and rekey.itest.ts.
const elsewhere: readonly ActionName[] = ['move', 'rekey'];
const changes = ActionName.options.filter(
  (name) => LIFECYCLE[name].onFailure === 'back' && !elsewhere.includes(name),
) as Exclude<ActionName, 'move' | 'rekey'>[];
describe.each(changes)('%s that fails', (action) => {
  test.each([...LIFECYCLE[action].steps])('at %s keeps the tenant as it was, tainted', async (step) => {
    const ordered = await tenantFor(action);
    const before = action === 'resume' ? 'suspended' : 'active';
    const ask = await readyToAsk(action, ordered);
    await BREAK[step]();
    const failed = await runOutcome(world, await ask());
    expect(failed).toMatchObject({ state: 'failed', failure: { step }, tenant: { tainted: true } });
    const begunToDestroy = step === 'destroy' || step === 'endSubscription';
    expect(failed.tenant.state).toBe(begunToDestroy ? 'retiring' : before);
    await mend();
    if (!begunToDestroy) expect(await answerOf(ordered.ref)).toBe(before === 'active' ? 200 : 503);
    const again = await runOutcome(world, await ask());
    expect(again).toMatchObject({
      state: 'succeeded',
      failure: {},
      tenant: { state: LIFECYCLE[action].to, tainted: false },
    });
  });
});

test('what a failed create cannot remove is named', async () => {
  const stranger = async (ref: string) => void (await world.sql(`CREATE ROLE ${ref}_bi`, [], world.tenants.url()));
  const ordered = await placeOrder(world, shop, { beforeRun: ({ ref }) => stranger(ref) });
  const failed = await runOutcome(world, ordered.runId);
  expect(failed).toMatchObject({
    state: 'failed',
    failure: { code: 'step_failed', step: 'converge', leftovers: [`role ${ordered.ref}_bi`] },
    tenant: { state: 'failed', tainted: true },
  });
  const { resources } = failed.failure as { resources: { urn: string; message: string }[] };
  expect(resources.some(({ message }) => message.includes('was not made by this resource'))).toBe(true);
});
