import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../domain/ids.ts';
import { faultOf } from '../../testing/fault-of.ts';
import { plannedChange, subscribe } from '../../testing/service-changes.ts';
import { makeServiceWorld, type ServiceWorld } from '../../testing/service-world.ts';

let world: ServiceWorld;
beforeAll(async () => {
  world = await makeServiceWorld();
});
afterAll(async () => {
  await world.close();
});

const customer = () => world.as('customer_admin').tenants;

async function runningTenant(change: Parameters<ServiceWorld['readyPreview']>[0] = {}): Promise<string> {
  const { previewId } = await world.readyPreview(change);
  const { tenantId } = await world.as('customer_admin').orders.place({ previewId, idempotencyKey: newId() });
  await subscribe(world, tenantId);
  return tenantId;
}

const wish = (change: object = {}) => ({ plan: 'S' as const, modules: [], params: { holdMinutes: 15 }, ...change });
const plan = (tenantId: string, change: object) => customer().planChange({ tenantId, wish: wish(change) });
const ask = ({ changeId, changeHash: planHash }: { changeId: string; changeHash: string }, idempotencyKey = newId()) =>
  customer().change({ changeId, planHash, idempotencyKey });

describe('what a change costs', () => {
  test('is told before it is asked for, beside what the tenant costs now', async () => {
    const tenantId = await runningTenant();
    const planned = await plan(tenantId, { modules: ['flash'] });
    expect(planned).toMatchObject({ state: 'queued', beforeMicro: 399_000_000n, monthlyMicro: 549_000_000n });
    const larger = await plan(tenantId, { plan: 'L', modules: ['flash'] });
    expect(larger.monthlyMicro).toBe(25_000_000_000n);
    expect(larger.price.lines.find(({ kind }) => kind === 'module')).toMatchObject({ included: true, micro: 0n });
  });

  test('keeps the pins of the order when a new price book applies', async () => {
    const tenantId = await runningTenant();
    await world.sql(`UPDATE "Subscription" SET "monthlyMicro" = 300000000 WHERE "tenantId" = $1`, [tenantId]);
    const { changeId } = await plan(tenantId, { modules: ['flash'] });
    const [row] = await world.sql(
      `SELECT c."priceBookId" = o."priceBookId" AS pinned FROM "TenantChange" c JOIN "Order" o USING ("tenantId") WHERE c.id = $1`,
      [changeId],
    );
    expect(row).toEqual({ pinned: true });
    expect((await customer().changeById({ changeId })).beforeMicro).toBe(300_000_000n);
  });
});

describe('what may not be changed', () => {
  test.each([
    ['nothing', {}, 'change_empty'],
    ['an unknown module', { modules: ['none'] }, 'module_not_selectable'],
    ['a module to come', { modules: ['later'] }, 'module_not_selectable'],
    ['a plan by quote', { plan: 'XL' }, 'plan_not_for_model'],
    ['a value out of range', { params: { holdMinutes: 900 } }, 'params_invalid'],
  ])('%s', async (_, change, code) => {
    expect(await faultOf(plan(await runningTenant(), change))).toMatchObject({ code });
  });

  test('a tenant that is not running', async () => {
    const tenantId = await runningTenant();
    await world.sql(`UPDATE "Tenant" SET state = 'suspended' WHERE id = $1`, [tenantId]);
    const fault = await faultOf(plan(tenantId, { modules: ['flash'] }));
    expect(fault).toMatchObject({ code: 'action_refused', action: 'change', state: 'suspended' });
  });

  test('by its name alone: it is asked for with the plan that was seen', async () => {
    const tenantId = await runningTenant();
    const act = customer().act({ tenantId, action: 'change', idempotencyKey: newId() });
    expect(await faultOf(act)).toMatchObject({ code: 'action_refused', action: 'change' });
  });
});

describe('asking for it', () => {
  test('queues one run that carries both shapes and may apply this plan only, once', async () => {
    const tenantId = await runningTenant();
    const change = await plannedChange(world, tenantId, { modules: ['flash'] });
    const key = newId();
    const [asked, again] = await Promise.all([ask(change, key), ask(change, key)]);
    expect(again).toEqual(asked);
    expect(asked).toMatchObject({ state: 'accepted', number: expect.stringMatching(/^C-\d{4}-\d{4}$/) as string });
    const run = await world.as('customer_admin').runs.byId({ runId: asked.runId! });
    expect(run).toMatchObject({ action: 'change', state: 'queued', approvedHash: change.changeHash });
    expect(run.params).toMatchObject({ before: { modules: [] }, after: { modules: ['flash'], plan: 'S' } });
    expect(await customer().changeById({ changeId: change.changeId })).toMatchObject({ runId: asked.runId });
    expect(await faultOf(ask(change))).toMatchObject({ code: 'change_stale', why: 'asked' });
  });

  test('is refused with another plan than the one that was read, and when it is too old', async () => {
    const change = await plannedChange(world, await runningTenant(), { modules: ['flash'] });
    expect(await faultOf(ask({ ...change, changeHash: 'f'.repeat(64) }))).toMatchObject({ code: 'plan_changed' });
    await world.sql(`UPDATE "TenantChange" SET "expiresAt" = now() WHERE id = $1`, [change.changeId]);
    expect(await faultOf(ask(change))).toMatchObject({ code: 'change_stale', why: 'expired' });
  });

  test('is refused while another change is on its way: it was planned for a tenant that will be another', async () => {
    const tenantId = await runningTenant();
    const first = await plannedChange(world, tenantId, { modules: ['flash'] });
    const second = await plannedChange(world, tenantId, { params: { holdMinutes: 20 } });
    await ask(first);
    expect(await faultOf(ask(second))).toMatchObject({ code: 'change_stale', why: 'tenant_changed' });
  });
});

describe('an amount above the threshold', () => {
  async function waiting() {
    const tenantId = await runningTenant();
    const change = await plannedChange(world, tenantId, { plan: 'L' });
    const asked = await ask(change);
    expect(asked).toMatchObject({ state: 'awaiting_approval', runId: null });
    const { items } = await world.as('platform_admin').approvals.list({ kind: ['change'], state: ['pending'] });
    const approval = items.find(({ subject }) => subject.changeId === change.changeId)!;
    return { tenantId, change, approval };
  }
  const decide = (how: 'approve' | 'reject', id: string, planHash: string) =>
    world.as('platform_admin').approvals[how]({ approvalId: id, planHash, reason: 'because' });

  test('waits for somebody else, is bound to the plan, and then starts', async () => {
    const { tenantId, change, approval } = await waiting();
    expect(approval).toMatchObject({
      kind: 'change',
      rule: { code: 'amount_over_threshold' },
      planHash: change.changeHash,
    });
    const detail = await world.as('platform_admin').approvals.byId({ approvalId: approval.id });
    expect(detail).toMatchObject({
      decideRefusal: null,
      plan: { counts: { update: 1 } },
      currentPlanHash: change.changeHash,
    });
    expect(detail.price?.subtotalMicro).toBe(25_000_000_000n);
    const { runId } = await decide('approve', approval.id, change.changeHash);
    expect(await world.as('customer_admin').runs.byId({ runId: runId! })).toMatchObject({
      action: 'change',
      approvedHash: change.changeHash,
      tenant: { id: tenantId },
    });
  });

  test('rejected, or withdrawn by those who asked, leaves the tenant as it is', async () => {
    const rejected = await waiting();
    expect(await decide('reject', rejected.approval.id, rejected.change.changeHash)).toMatchObject({ runId: null });
    const withdrawn = await waiting();
    const { changeId } = withdrawn.change;
    expect(await customer().withdrawChange({ changeId })).toEqual({ state: 'withdrawn' });
    expect(await faultOf(customer().withdrawChange({ changeId }))).toMatchObject({ code: 'change_state' });
    expect(await faultOf(decide('approve', withdrawn.approval.id, withdrawn.change.changeHash))).toMatchObject({
      code: 'decided_already',
    });
    for (const { tenantId } of [rejected, withdrawn]) {
      expect(await customer().byId({ tenantId })).toMatchObject({ plan: 'S', state: 'active' });
    }
  });

  test('cannot be approved for a tenant that is being retired meanwhile', async () => {
    const { tenantId, change, approval } = await waiting();
    const { name } = await customer().byId({ tenantId });
    await customer().act({ tenantId, action: 'retire', idempotencyKey: newId(), confirmName: name });
    const fault = await faultOf(decide('approve', approval.id, change.changeHash));
    expect(fault).toMatchObject({ code: 'action_refused', action: 'change' });
  });

  test('asks nobody when the amount becomes less', async () => {
    const tenantId = await runningTenant({ plan: 'L' });
    const change = await plannedChange(world, tenantId, { plan: 'S' });
    expect(await ask(change)).toMatchObject({ state: 'accepted' });
  });
});
