/** A quote is sent: a link with a secret of which only the hash is kept. */
import { createHash, randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { appendEvent } from '../../db/events.ts';
import { inScope } from '../../db/scope.ts';
import type { QuoteId } from '../../domain/ids.ts';
import type { ServiceContext } from '../context.ts';
import { audit, authorize, found, refuse, scopeOf } from '../support.ts';
import type { SentQuote } from '../views/quotes.ts';
import { sendRefusal } from './quote-rules.ts';

export const hashLink = (secret: string): string => createHash('sha256').update(secret, 'utf8').digest('hex');

export async function sendQuote(ctx: ServiceContext, quoteId: QuoteId): Promise<z.input<typeof SentQuote>> {
  return inScope(ctx.db, scopeOf(ctx.actor), async (tx) => {
    await tx.$queryRaw`SELECT id::text FROM "Quote" WHERE id = ${quoteId}::uuid FOR UPDATE`;
    const quote = found(ctx.actor, 'quote', await tx.quote.findUnique({ where: { id: quoteId } }));
    authorize(ctx.actor, 'quote:write');
    const sentAt = ctx.ports.now();
    const fault = sendRefusal(quote, sentAt);
    if (fault) refuse(fault);
    const secret = randomBytes(24).toString('base64url');
    const data = { state: 'sent', sentAt, linkHash: hashLink(secret) } as const;
    await tx.quote.update({ where: { id: quoteId }, data, select: { id: true } });
    await appendEvent(tx, {
      organisationId: quote.organisationId,
      subjectKind: 'quote',
      subjectId: quoteId,
      tenantId: null,
      type: 'quote.state',
      data: { number: quote.number, state: 'sent' },
    });
    await audit(ctx, tx, {
      organisationId: quote.organisationId,
      right: 'quote:write',
      action: 'quote.send',
      subjectKind: 'quote',
      subjectId: quoteId,
      subjectName: quote.number,
      before: { state: quote.state },
      after: { state: 'sent', validUntil: quote.validUntil.toISOString() },
    });
    return { quoteId, state: 'sent', link: `${ctx.ports.portalUrl}/quotes/view/${secret}` };
  });
}
