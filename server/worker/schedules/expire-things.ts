/** Ends what nobody decided in time: quotes, orders that wait for an approval, plans that were never ordered, keys that were never shown. */
import type { Transaction } from '../../db/client.ts';
import { appendEvents, type NewEvent } from '../../db/events.ts';
import { PLATFORM, inScope } from '../../db/scope.ts';
import { endOrder } from '../../services/orders/end-order.ts';
import { lockTenant } from '../../services/runs/queue-run.ts';
import type { WorkerContext } from '../context.ts';

const DAY_MS = 24 * 3_600_000;
/** An order that nobody approved or rejected. */
const ORDER_WAITS_DAYS_MAX = 14;
/** Plans stay readable for a while after they can no longer be ordered. */
const PREVIEW_KEPT_DAYS = 1;
const IDEMPOTENCY_KEPT_DAYS = 7;
const SIGN_IN_ATTEMPTS_KEPT_DAYS = 1;
const AT_ONCE = 100;

export async function expireThings(ctx: WorkerContext): Promise<void> {
  const now = ctx.clock();
  const before = (days: number) => new Date(now.getTime() - days * DAY_MS);
  await inScope(ctx.db, PLATFORM, (tx) => expireQuotes(tx, now));
  await expireOrders(ctx, before(ORDER_WAITS_DAYS_MAX));
  await inScope(ctx.db, PLATFORM, async (tx) => {
    await tx.keyReveal.deleteMany({ where: { expiresAt: { lt: now } } });
    await tx.planPreview.deleteMany({
      where: { expiresAt: { lt: before(PREVIEW_KEPT_DAYS) }, order: null, quotes: { none: {} } },
    });
    await tx.idempotencyKey.deleteMany({ where: { at: { lt: before(IDEMPOTENCY_KEPT_DAYS) } } });
    await tx.signInAttempt.deleteMany({ where: { at: { lt: before(SIGN_IN_ATTEMPTS_KEPT_DAYS) } } });
  });
}

async function expireQuotes(tx: Transaction, now: Date): Promise<void> {
  const due = await tx.quote.findMany({
    where: { state: 'sent', validUntil: { lt: now } },
    select: { id: true, organisationId: true, number: true },
    take: AT_ONCE,
  });
  if (due.length === 0) return;
  const ids = due.map(({ id }) => id);
  await tx.quote.updateMany({ where: { id: { in: ids }, state: 'sent' }, data: { state: 'expired' } });
  const events: NewEvent[] = due.map(({ id, organisationId, number }) => ({
    organisationId,
    subjectKind: 'quote',
    subjectId: id,
    tenantId: null,
    type: 'quote.state',
    data: { quoteId: id, number, state: 'expired' },
  }));
  await appendEvents(tx, events);
}

async function expireOrders(ctx: WorkerContext, placedBefore: Date): Promise<void> {
  const due = await inScope(ctx.db, PLATFORM, (tx) =>
    tx.order.findMany({
      where: { state: 'awaiting_approval', createdAt: { lt: placedBefore }, runs: { none: {} } },
      select: { id: true, tenantId: true },
      take: AT_ONCE,
    }),
  );
  for (const { id, tenantId } of due) {
    await inScope(ctx.db, PLATFORM, async (tx) => {
      const tenant = await lockTenant(tx, tenantId);
      const order = await tx.order.findUnique({ where: { id, state: 'awaiting_approval' } });
      if (tenant && order) await endOrder(tx, { order, tenant, runId: null, state: 'expired' });
    });
  }
}
