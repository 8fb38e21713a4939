/** A ready preview becomes a quote: the same plan at a negotiated price that holds until a date. */
import type { z } from 'zod';
import { appendEvents, type NewEvent } from '../../db/events.ts';
import { inScope } from '../../db/scope.ts';
import { discountApprovalRule } from '../../domain/commercial.ts';
import { Configuration } from '../../domain/configuration.ts';
import { newId, type QuoteId } from '../../domain/ids.ts';
import type { QuoteState } from '../../domain/lifecycle.ts';
import type { ServiceContext } from '../context.ts';
import { once } from '../idempotency.ts';
import { assertComputed, lockPreview, nextNumber } from '../orders/place-order.ts';
import { priceOf } from '../previews/read-preview.ts';
import { readBook } from '../price-books.ts';
import { manifestOf } from '../references.ts';
import { audit, authorize, found, refuse, scopeOf, toJson } from '../support.ts';
import type { CreateQuoteInput } from '../views/quotes.ts';

const VALIDITY_MS_MAX = 180 * 24 * 3_600_000;

export interface CreatedQuote {
  readonly quoteId: QuoteId;
  readonly number: string;
  readonly state: QuoteState;
}

export async function createQuote(
  ctx: ServiceContext,
  input: z.output<typeof CreateQuoteInput>,
): Promise<CreatedQuote> {
  return inScope(ctx.db, scopeOf(ctx.actor), async (tx) => {
    const preview = found(ctx.actor, 'preview', await lockPreview(tx, input.previewId));
    authorize(ctx.actor, 'quote:write');
    const { organisationId } = preview;
    const { idempotencyKey: key, ...request } = input;
    return once(tx, { organisationId, key, operation: 'quote.create', input: request }, async () => {
      const now = ctx.ports.now();
      assertValidity(input.validUntil, now);
      const ready = assertComputed(preview);
      if (ready.expiresAt <= now) refuse({ code: 'preview_stale', previewId: ready.id, why: 'expired' });
      const configuration = Configuration.parse(ready.configuration);
      const manifest = manifestOf(ready.offeringVersion);
      const price = priceOf(await readBook(tx, ready.priceBookId), manifest, configuration, input.discountBp);
      const rule = discountApprovalRule(input.discountBp);
      const state: QuoteState = rule ? 'awaiting_approval' : 'draft';
      const id = newId<QuoteId>();
      const number = await nextNumber(tx, 'Q', 'quote_number_seq', now);
      await tx.quote.create({
        data: {
          id,
          number,
          organisationId,
          createdById: ctx.actor.userId,
          offeringVersionId: ready.offeringVersionId,
          priceBookId: ready.priceBookId,
          previewId: ready.id,
          configuration: toJson(configuration),
          discountBp: input.discountBp,
          price: toJson(price),
          currency: price.currency,
          monthlyMicro: price.subtotalMicro,
          planHash: ready.planHash,
          note: input.note,
          state,
          validUntil: input.validUntil,
        },
        select: { id: true },
      });
      // The plan must be orderable as long as the quote holds.
      await tx.planPreview.update({
        where: { id: ready.id },
        data: { expiresAt: input.validUntil },
        select: { id: true },
      });
      const subject = { organisationId, tenantId: null } as const;
      const events: NewEvent[] = [
        { ...subject, subjectKind: 'quote', subjectId: id, type: 'quote.state', data: { number, state } },
      ];
      if (rule) {
        const approval = {
          id: newId(),
          kind: 'discount',
          quoteId: id,
          organisationId,
          planHash: ready.planHash,
        } as const;
        await tx.approval.create({ data: { ...approval, rule: toJson(rule) }, select: { id: true } });
        const data = { approvalId: approval.id, quoteId: id, kind: 'discount', planHash: ready.planHash };
        events.push({ ...subject, subjectKind: 'approval', subjectId: approval.id, type: 'approval.requested', data });
      }
      await appendEvents(tx, events);
      await audit(ctx, tx, {
        organisationId: ctx.actor.orgId, // the desk's own work, until it is sent
        right: 'quote:write',
        action: 'quote.create',
        subjectKind: 'quote',
        subjectId: id,
        subjectName: number,
        after: toJson({
          state,
          configuration,
          discountBp: input.discountBp,
          monthlyMicro: price.subtotalMicro,
          currency: price.currency,
          planHash: ready.planHash,
          validUntil: input.validUntil,
        }),
      });
      return { quoteId: id, number, state };
    });
  });
}

function assertValidity(validUntil: Date, now: Date): void {
  const ms = validUntil.getTime() - now.getTime();
  if (ms > 0 && ms <= VALIDITY_MS_MAX) return;
  refuse({ code: 'invalid_input', issues: [{ path: 'validUntil', message: 'must lie within the next 180 days' }] });
}
