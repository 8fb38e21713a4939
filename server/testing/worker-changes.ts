/** Changes of tenants as rows, for tests of the worker: planned by it, then asked for. */
import { inScope, PLATFORM } from '../db/scope.ts';
import { isMove, Shape } from '../domain/change.ts';
import { newId, type ChangeId, type RunId } from '../domain/ids.ts';
import { toJson } from '../worker/run-record.ts';
import { waitFor } from './postgres.ts';
import { queueRow, type Desk, type Ordered, type Shop } from './worker-orders.ts';

/** A change that the worker is asked to plan; resolves when it has answered.
 * @param change what is otherwise than now */
export async function planChange(
  world: Desk,
  shop: Shop,
  { tenantId }: Pick<Ordered, 'tenantId'>,
  change: Partial<Shape>,
) {
  const changeId = newId<ChangeId>();
  await inScope(world.db, PLATFORM, async (tx) => {
    const {
      model,
      planCode: plan,
      modules,
      params,
      quotas,
    } = await tx.tenant.findUniqueOrThrow({ where: { id: tenantId } });
    const before = Shape.parse({ model, plan, modules, params, quotas });
    await tx.tenantChange.createMany({
      data: {
        id: changeId,
        organisationId: shop.organisationId,
        tenantId,
        requestedById: shop.userId,
        priceBookId: shop.priceBookId,
        before: toJson(before),
        after: toJson({ ...before, ...change }),
        price: {},
        currency: 'CNY',
        beforeMicro: 100_000_000n,
        monthlyMicro: 300_000_000n,
        expiresAt: new Date(Date.now() + 3_600_000),
      },
    });
    await world.sender.send(tx, 'preview', { changeId });
  });
  return waitFor(
    () =>
      inScope(world.db, PLATFORM, async (tx) => {
        const row = await tx.tenantChange.findUniqueOrThrow({ where: { id: changeId } });
        return row.state === 'queued' ? null : row;
      }),
    { what: 'the plan of the change', everyMs: 5 },
  );
}

/** Asks for a planned change: the run that applies it. */
export async function queueChange(
  world: Desk,
  shop: Shop,
  change: Awaited<ReturnType<typeof planChange>>,
): Promise<RunId> {
  const { id: changeId, tenantId, before, after, planHash: approvedHash } = change;
  const action = isMove(Shape.parse(before), Shape.parse(after)) ? 'move' : 'change';
  const runId = newId<RunId>();
  const params = toJson({ changeId, before, after });
  await inScope(world.db, PLATFORM, async (tx) => {
    await tx.tenantChange.updateMany({ where: { id: changeId }, data: { state: 'accepted' } });
    await queueRow(world, tx, shop, { runId, tenantId, orderId: null, action, approvedHash, params });
  });
  return runId;
}
