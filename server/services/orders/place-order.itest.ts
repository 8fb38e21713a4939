import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../../domain/ids.ts';
import { faultOf } from '../../testing/fault-of.ts';
import { goodsOffering } from '../../testing/goods-offering.ts';
import { configuration, makeServiceWorld, type ServiceWorld } from '../../testing/service-world.ts';
import { publishOfferings } from '../publish-offerings.ts';

let world: ServiceWorld;
beforeAll(async () => {
  world = await makeServiceWorld();
});
afterAll(async () => {
  await world.close();
});

const order = (previewId: string, more: object = {}, key = newId()) =>
  world.as('customer_admin').orders.place({ previewId, idempotencyKey: key, ...more });

describe('an order', () => {
  test('is tenant, order, run, job, events and audit entry at once', async () => {
    const { previewId, planHash } = await world.readyPreview({ name: 'first-shop' });
    const placed = await order(previewId);
    expect(placed).toMatchObject({ state: 'accepted', number: expect.stringMatching(/^O-\d{4}-\d{4}$/) as string });
    const [run] = await world.sql(`SELECT action, state, "approvedHash", "orderId" FROM "Run" WHERE id = $1`, [
      placed.runId,
    ]);
    expect(run).toEqual({ action: 'provision', state: 'queued', approvedHash: planHash, orderId: placed.orderId });
    const jobs = await world.boss.findJobs<{ runId: string }>('run', { key: placed.tenantId });
    expect(jobs.map(({ data }) => data.runId)).toEqual([placed.runId]);
    const events = await world.sql(`SELECT type FROM "Event" WHERE "tenantId" = $1 ORDER BY seq`, [placed.tenantId]);
    expect(events.map(({ type }) => type)).toEqual(['order.placed', 'tenant.state', 'run.queued']);
    const audit = await world.sql(`SELECT "actorName", "rightUsed" FROM "AuditEntry" WHERE "subjectId" = $1`, [
      placed.orderId,
    ]);
    expect(audit).toEqual([{ actorName: 'Chen Yu', rightUsed: 'order:place' }]);
    const detail = await world.as('customer_admin').orders.byId({ orderId: placed.orderId });
    expect(detail).toMatchObject({
      state: 'accepted',
      monthlyMicro: 399_000_000n,
      tenant: { name: 'first-shop', state: 'ordered' },
    });
    expect(detail.price.totalMicro).toBe(422_940_000n);
  });

  test('asked for again with the same key is the same order', async () => {
    const { previewId } = await world.readyPreview();
    const key = newId();
    const [first, second] = await Promise.all([order(previewId, {}, key), order(previewId, {}, key)]);
    expect(second).toEqual(first);
    expect(await order(previewId, {}, key)).toEqual(first);
    expect(await world.sql(`SELECT 1 FROM "Order" WHERE "previewId" = $1`, [previewId])).toHaveLength(1);
  });

  test('above the threshold waits for an approval of exactly its plan', async () => {
    const { previewId, planHash } = await world.readyPreview({ plan: 'L' });
    const placed = await order(previewId);
    expect(placed).toMatchObject({ state: 'awaiting_approval', runId: null });
    const admin = world.as('platform_admin');
    const { items } = await admin.approvals.list({ state: ['pending'] });
    const approval = items.find(({ subject }) => subject.orderId === placed.orderId)!;
    expect(approval.rule).toMatchObject({ code: 'amount_over_threshold', monthlyMicro: '25000000000' });
    const approvalId = approval.id;
    const other = 'f'.repeat(64);
    expect(await faultOf(admin.approvals.approve({ approvalId, planHash: other }))).toMatchObject({
      code: 'plan_changed',
    });
    expect(await faultOf(world.as('customer_admin').approvals.approve({ approvalId, planHash }))).toMatchObject({
      code: 'right_missing',
    });
    const decided = await admin.approvals.approve({ approvalId, planHash });
    expect(decided.state).toBe('approved');
    expect(await world.sql(`SELECT state FROM "Order" WHERE id = $1`, [placed.orderId])).toEqual([
      { state: 'accepted' },
    ]);
    expect(await world.sql(`SELECT "approvedHash" FROM "Run" WHERE id = $1`, [decided.runId])).toEqual([
      { approvedHash: planHash },
    ]);
    expect(await faultOf(admin.approvals.approve({ approvalId, planHash }))).toEqual({
      code: 'decided_already',
      by: 'Lin Qiao',
    });
  });

  test('that is rejected or withdrawn frees its name', async () => {
    const { previewId, planHash } = await world.readyPreview({ plan: 'L', name: 'twice' });
    const { orderId } = await order(previewId);
    const { items } = await world.as('platform_admin').approvals.list({});
    const approvalId = items.find(({ subject }) => subject.orderId === orderId)!.id;
    await world.as('platform_admin').approvals.reject({ approvalId, planHash, reason: 'too much' });
    const again = await order((await world.readyPreview({ name: 'twice' })).previewId);
    const { state } = await world.as('customer_admin').orders.cancel({ orderId: again.orderId });
    expect(state).toBe('cancelled');
    expect(await world.sql(`SELECT state FROM "Run" WHERE id = $1`, [again.runId])).toEqual([{ state: 'cancelled' }]);
    expect((await order((await world.readyPreview({ name: 'twice' })).previewId)).state).toBe('accepted');
  });
});

describe('bad input is a clear fault and writes nothing', () => {
  let before: Record<string, number>;
  const expectNothingWritten = async () => expect(await world.rowCounts()).toEqual(before);

  const preview = (change: object) =>
    faultOf(world.as('customer_admin').previews.create({ configuration: configuration(change) }));

  beforeEach(async () => {
    before = await world.rowCounts();
  });

  test.each<[string, object, object]>([
    ['an unknown offering', { offering: 'nothing' }, { code: 'offering_unknown', offering: 'nothing' }],
    ['a closed offering', { offering: 'closed' }, { code: 'offering_not_orderable', lifecycle: 'preview' }],
    ['a model that is not there yet', { model: 'hybrid' }, { code: 'model_not_available', model: 'hybrid' }],
    [
      'a plan that the model does not have',
      { model: 'private' },
      { code: 'plan_not_for_model', plan: 'S', model: 'private' },
    ],
    ['a plan by quote only', { plan: 'XL' }, { code: 'plan_not_for_model', plan: 'XL' }],
    ['a plan that does not exist', { plan: 'M' }, { code: 'plan_not_for_model', plan: 'M' }],
    ['a module that is not there yet', { modules: ['later'] }, { code: 'module_not_selectable', module: 'later' }],
    ['a module that does not exist', { modules: ['nothing'] }, { code: 'module_not_selectable' }],
    [
      'a parameter out of range',
      { params: { holdMinutes: 121 } },
      { code: 'params_invalid', issues: [{ path: 'holdMinutes', message: 'must be <= 120' }] },
    ],
    [
      'a parameter that does not exist',
      { params: { other: 1 } },
      { code: 'params_invalid', issues: [{ path: 'other' }] },
    ],
  ])('%s', async (_, change, expected) => {
    expect(await preview(change)).toMatchObject(expected);
    await expectNothingWritten();
  });

  test('a name that is not one', async () => {
    await expect(
      world.as('customer_admin').previews.create({ configuration: configuration({ name: 'Bad Name' }) }),
    ).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      cause: { fault: { code: 'invalid_input', issues: [{ path: 'configuration.name' }] } },
    });
    await expectNothingWritten();
  });

  test('a name that is taken, at the preview and at the order', async () => {
    const [one, two] = [await world.readyPreview({ name: 'same' }), await world.readyPreview({ name: 'same' })];
    await order(one.previewId);
    before = await world.rowCounts();
    expect(await preview({ name: 'same' })).toEqual({ code: 'name_taken', name: 'same' });
    expect(await faultOf(order(two.previewId))).toEqual({ code: 'name_taken', name: 'same' });
    await expectNothingWritten();
  });

  test('a name that two orders want at once goes to one of them', async () => {
    const previews = [await world.readyPreview({ name: 'race' }), await world.readyPreview({ name: 'race' })];
    const outcomes = await Promise.allSettled(previews.map(({ previewId }) => order(previewId)));
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []));
    expect(refused.map(({ cause }) => cause)).toMatchObject([{ fault: { code: 'name_taken', name: 'race' } }]);
    expect(world.internalErrors).toEqual([]);
  });

  test('a plan that is not computed, failed, expired or ordered already', async () => {
    const { previewId } = await world.as('customer_admin').previews.create({ configuration: configuration() });
    before = await world.rowCounts();
    expect(await faultOf(order(previewId))).toMatchObject({ code: 'preview_not_ready' });
    await world.sql(
      `UPDATE "PlanPreview" SET state = 'failed', failure = '{"code":"plan_failed","message":"no answer"}' WHERE id = $1`,
      [previewId],
    );
    expect(await faultOf(order(previewId))).toMatchObject({ code: 'preview_failed', reason: 'no answer' });
    await world.answerPreview(previewId);
    await world.sql(`UPDATE "PlanPreview" SET "expiresAt" = now() WHERE id = $1`, [previewId]);
    expect(await faultOf(order(previewId))).toMatchObject({ code: 'preview_stale', why: 'expired' });
    await expectNothingWritten();
    const ordered = await world.readyPreview();
    await order(ordered.previewId);
    expect(await faultOf(order(ordered.previewId))).toMatchObject({ code: 'preview_stale', why: 'consumed' });
  });

  test('another configuration or plan than the one that was seen', async () => {
    const { previewId, planHash } = await world.readyPreview({ name: 'seen' });
    before = await world.rowCounts();
    const other = configuration({ name: 'seen', params: { holdMinutes: 20 } });
    expect(await faultOf(order(previewId, { configuration: other }))).toMatchObject({
      code: 'preview_stale',
      why: 'inputs_changed',
    });
    expect(await faultOf(order(previewId, { planHash: 'x'.repeat(64) }))).toMatchObject({
      code: 'plan_changed',
      plannedHash: planHash,
    });
    await expectNothingWritten();
    // The schema's default is no other configuration.
    const same = configuration({ name: 'seen', params: {} });
    expect((await order(previewId, { configuration: same, planHash })).state).toBe('accepted');
  });

  test('an idempotency key that another request had', async () => {
    const [one, two] = [await world.readyPreview(), await world.readyPreview()];
    const key = newId();
    await order(one.previewId, {}, key);
    before = await world.rowCounts();
    expect(await faultOf(order(two.previewId, {}, key))).toEqual({ code: 'idempotency_key_reused', key });
    await expectNothingWritten();
  });

  test('another organisation’s preview', async () => {
    const { previewId } = await world.readyPreview();
    before = await world.rowCounts();
    expect(await faultOf(world.as('foreign_admin').orders.place({ previewId, idempotencyKey: newId() }))).toMatchObject(
      { code: 'not_found' },
    );
    await expectNothingWritten();
  });

  test('a token without the scope', async () => {
    const { previewId } = await world.readyPreview();
    before = await world.rowCounts();
    const call = world.as('customer_admin', ['order:read']).orders.place({ previewId, idempotencyKey: newId() });
    expect(await faultOf(call)).toEqual({ code: 'right_missing', right: 'order:place' });
    await expectNothingWritten();
  });

  test('prices that changed since, and an offering that has a new version', async () => {
    const { previewId } = await world.readyPreview();
    const { manifest, prices } = goodsOffering();
    await publishOfferings(world.db, [
      { manifest, prices: prices.map((row) => ({ ...row, month: { CNY: '1', USD: '1', EUR: '1' } })) },
    ]);
    before = await world.rowCounts();
    expect(await faultOf(order(previewId))).toMatchObject({ code: 'preview_stale', why: 'prices_changed' });
    await publishOfferings(world.db, [{ manifest: { ...manifest, version: '1.1.0' }, prices }]);
    before = await world.rowCounts();
    expect(await faultOf(order(previewId))).toMatchObject({ code: 'preview_stale', why: 'inputs_changed' });
    await expectNothingWritten();
  });
});
