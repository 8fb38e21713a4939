/** The customer accepts or declines. Accepting is the order: the quoted plan at the quoted price, whatever the price book says today. */
import type { z } from 'zod';
import type { Transaction } from '../../db/client.ts';
import { appendEvent } from '../../db/events.ts';
import { inScope } from '../../db/scope.ts';
import { orderApprovalRule } from '../../domain/commercial.ts';
import type { QuoteState } from '../../domain/lifecycle.ts';
import { Priced } from '../../domain/pricing.ts';
import type { ServiceContext } from '../context.ts';
import { once } from '../idempotency.ts';
import { assertComputed, createOrder, lockPreview } from '../orders/place-order.ts';
import { audit, authorize, refuse, scopeOf } from '../support.ts';
import type { PlacedOrder } from '../views/orders.ts';
import type { AcceptQuoteInput } from '../views/quotes.ts';
import { decideRefusal } from './quote-rules.ts';
import { findByLink } from './read-quotes.ts';

export async function acceptQuote(ctx: ServiceContext, input: z.output<typeof AcceptQuoteInput>): Promise<PlacedOrder> {
  return inScope(ctx.db, scopeOf(ctx.actor), async (tx) => {
    const quote = await lockByLink(ctx, tx, input.secret);
    authorize(ctx.actor, 'quote:accept');
    const { organisationId } = quote;
    const request = { quoteId: quote.id, typedName: input.typedName };
    return once(
      tx,
      { organisationId, key: input.idempotencyKey, operation: 'quote.accept', input: request },
      async () => {
        if (normal(input.typedName) !== normal(ctx.actor.name)) {
          refuse({ code: 'confirmation_mismatch', expected: ctx.actor.name });
        }
        const fault = decideRefusal(quote, 'accept', ctx.ports.now());
        if (fault) refuse(fault);
        const preview = assertComputed((await lockPreview(tx, quote.previewId))!);
        if (preview.planHash !== quote.planHash) {
          refuse({ code: 'plan_changed', approvedHash: quote.planHash, plannedHash: preview.planHash });
        }
        const price = Priced.parse(quote.price);
        await decide(ctx, tx, quote, 'accepted');
        return createOrder(ctx, tx, { preview, price, rule: orderApprovalRule(price), quoteId: quote.id });
      },
    );
  });
}

export async function declineQuote(
  ctx: ServiceContext,
  input: { readonly secret: string; readonly reason: string },
): Promise<{ state: QuoteState }> {
  return inScope(ctx.db, scopeOf(ctx.actor), async (tx) => {
    const quote = await lockByLink(ctx, tx, input.secret);
    authorize(ctx.actor, 'quote:accept');
    if (quote.state === 'declined') return { state: quote.state };
    const fault = decideRefusal(quote, 'decline', ctx.ports.now());
    if (fault) refuse(fault);
    await decide(ctx, tx, quote, 'declined', input.reason);
    return { state: 'declined' };
  });
}

const normal = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();

async function lockByLink(ctx: ServiceContext, tx: Transaction, secret: string) {
  const { id } = await findByLink(ctx, tx, secret);
  await tx.$queryRaw`SELECT id::text FROM "Quote" WHERE id = ${id}::uuid FOR UPDATE`;
  return findByLink(ctx, tx, secret);
}
type Quote = Awaited<ReturnType<typeof findByLink>>;

async function decide(
  ctx: ServiceContext,
  tx: Transaction,
  quote: Quote,
  state: 'accepted' | 'declined',
  reason = '',
): Promise<void> {
  const acceptedById = state === 'accepted' ? ctx.actor.userId : null;
  const data = { state, decidedAt: ctx.ports.now(), acceptedById };
  await tx.quote.update({ where: { id: quote.id }, data, select: { id: true } });
  await appendEvent(tx, {
    organisationId: quote.organisationId,
    subjectKind: 'quote',
    subjectId: quote.id,
    tenantId: null,
    type: 'quote.state',
    data: { number: quote.number, state, by: ctx.actor.name, reason },
  });
  await audit(ctx, tx, {
    organisationId: quote.organisationId,
    right: 'quote:accept',
    action: `quote.${state === 'accepted' ? 'accept' : 'decline'}`,
    subjectKind: 'quote',
    subjectId: quote.id,
    subjectName: quote.number,
    before: { state: quote.state },
    after: { state, reason },
  });
}
