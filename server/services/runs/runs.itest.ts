import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../domain/ids.ts';
import { waitFor } from '../../testing/wait-for.ts';
import { faultOf } from '../../testing/fault-of.ts';
import { makeServiceWorld, type Caller, type ServiceWorld } from '../../testing/service-world.ts';

let world: ServiceWorld;
let customer: Caller;
let admin: Caller;
beforeAll(async () => {
  world = await makeServiceWorld();
  customer = world.as('customer_admin');
  admin = world.as('platform_admin');
});
afterAll(async () => {
  await world.close();
});

async function ordered() {
  const { previewId, planHash } = await world.readyPreview();
  const placed = await customer.orders.place({ previewId, idempotencyKey: newId() });
  return { ...placed, runId: placed.runId!, planHash };
}
const stateOf = async (table: 'Order' | 'Run' | 'Tenant', id: string) =>
  (await world.sql<{ state: string }>(`SELECT state FROM "${table}" WHERE id = $1`, [id]))[0]?.state;
const jobsOf = async (tenantId: string) => (await world.boss.findJobs('run', { key: tenantId })).length;

describe('cancelling', () => {
  test('a run that never began ends it, with its order', async () => {
    const { runId, orderId, tenantId } = await ordered();
    expect(await admin.runs.cancel({ runId })).toEqual({ state: 'cancelled' });
    expect([await stateOf('Run', runId), await stateOf('Order', orderId), await stateOf('Tenant', tenantId)]).toEqual([
      'cancelled',
      'cancelled',
      'retired',
    ]);
    expect(await faultOf(admin.runs.cancel({ runId }))).toMatchObject({ code: 'run_state', asked: 'cancel' });
  });

  test('a run under way asks its worker, once', async () => {
    const { runId } = await ordered();
    await world.sql(`UPDATE "Run" SET state = 'running', "startedAt" = now() WHERE id = $1`, [runId]);
    expect(await customer.runs.cancel({ runId })).toEqual({ state: 'running' });
    const run = await customer.runs.byId({ runId });
    expect(run.cancelAskedAt).not.toBeNull();
    expect(run.cancelRefusal).toMatchObject({ code: 'run_state' });
    // An event is read once nothing can precede it any more, which other databases of the cluster can delay.
    const types = async () => (await customer.runs.byId({ runId })).events.map(({ type }) => type);
    const said = await waitFor(async () => (await types()).includes('run.cancel_asked'), { what: 'the wish to stop' });
    expect(said).toBe(true);
  });
});

describe('a failed create', () => {
  const failed = async () => {
    const placed = await ordered();
    await world.sql(`UPDATE "Run" SET state = 'failed', "finishedAt" = now() WHERE id = $1`, [placed.runId]);
    await world.sql(`UPDATE "Tenant" SET state = 'failed' WHERE id = $1`, [placed.tenantId]);
    await world.sql(`UPDATE "Order" SET state = 'failed' WHERE id = $1`, [placed.orderId]);
    return placed;
  };

  test('is asked for again, on the same plan, once', async () => {
    const { runId, orderId, tenantId, planHash } = await failed();
    const idempotencyKey = newId();
    const retried = await admin.runs.retry({ runId, idempotencyKey });
    expect(await admin.runs.retry({ runId, idempotencyKey })).toEqual(retried);
    expect(await world.sql(`SELECT action, number, "approvedHash" FROM "Run" WHERE id = $1`, [retried.runId])).toEqual([
      { action: 'provision', number: 2, approvedHash: planHash },
    ]);
    expect(await stateOf('Order', orderId)).toBe('accepted');
    expect(await jobsOf(tenantId)).toBe(2);
    expect(await faultOf(admin.runs.retry({ runId, idempotencyKey: newId() }))).toMatchObject({
      code: 'run_state',
      asked: 'retry',
    });
  });

  test('can be withdrawn, which frees the name; what it left behind keeps the tenant', async () => {
    const clean = await failed();
    await customer.orders.cancel({ orderId: clean.orderId });
    expect(await stateOf('Tenant', clean.tenantId)).toBe('retired');
    const messy = await failed();
    await world.sql(`UPDATE "Tenant" SET tainted = true WHERE id = $1`, [messy.tenantId]);
    await customer.orders.cancel({ orderId: messy.orderId });
    expect([await stateOf('Order', messy.orderId), await stateOf('Tenant', messy.tenantId)]).toEqual([
      'cancelled',
      'failed',
    ]);
  });
});

describe('a run whose plan changed', () => {
  const waiting = async () => {
    const placed = await ordered();
    const planned = 'a'.repeat(64);
    await world.sql(
      `UPDATE "Run" SET state = 'awaiting_approval', "planHash" = $2, "startedAt" = now() WHERE id = $1`,
      [placed.runId, planned],
    );
    await world.sql(
      `INSERT INTO "RunStep" ("runId", position, name, state) VALUES ($1, 0, 'reserve', 'done'), ($1, 1, 'plan', 'waiting')`,
      [placed.runId],
    );
    await world.sql(`UPDATE "Order" SET state = 'awaiting_approval' WHERE id = $1`, [placed.orderId]);
    const approvalId = newId();
    await world.sql(
      `INSERT INTO "Approval" (id, kind, "runId", "organisationId", "planHash", rule) VALUES ($1, 'run', $2, $3, $4, '{"code":"plan_changed"}')`,
      [approvalId, placed.runId, world.actors.customer_admin.orgId, planned],
    );
    return { ...placed, approvalId, planned };
  };

  test('goes on when the new plan is approved', async () => {
    const { runId, orderId, approvalId, planned, tenantId } = await waiting();
    expect(await admin.approvals.approve({ approvalId, planHash: planned })).toEqual({
      state: 'approved',
      runId,
    });
    expect(await world.sql(`SELECT state, "approvedHash" FROM "Run" WHERE id = $1`, [runId])).toEqual([
      { state: 'queued', approvedHash: planned },
    ]);
    expect(await stateOf('Order', orderId)).toBe('accepted');
    expect(await jobsOf(tenantId)).toBe(2);
  });

  test('is handed to a worker to be taken back when it is rejected', async () => {
    const { runId, approvalId, planned, tenantId } = await waiting();
    await admin.approvals.reject({ approvalId, planHash: planned, reason: 'no' });
    const [run] = await world.sql<{ state: string; asked: boolean }>(
      `SELECT state, "cancelAskedAt" IS NOT NULL AS asked FROM "Run" WHERE id = $1`,
      [runId],
    );
    expect(run).toEqual({ state: 'queued', asked: true });
    expect(await jobsOf(tenantId)).toBe(2);
  });
});
