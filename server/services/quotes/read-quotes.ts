import type { z } from 'zod';
import type { Prisma } from '../../../prisma/generated/client.ts';
import type { Transaction } from '../../db/client.ts';
import { DISCOUNT_LIMIT_BP } from '../../domain/commercial.ts';
import { Configuration } from '../../domain/configuration.ts';
import type { QuoteId } from '../../domain/ids.ts';
import { seesAllOrganisations } from '../../domain/policy.ts';
import { Priced } from '../../domain/pricing.ts';
import { APPROVAL_INCLUDE, approvalView } from '../approvals/approval-view.ts';
import type { ServiceContext } from '../context.ts';
import { manifestOf, SELECT_PERSON } from '../references.ts';
import {
  authorize,
  cutPage,
  found,
  keyset,
  like,
  literally,
  organisationFilter,
  refuse,
  transact,
} from '../support.ts';
import type { Page } from '../views/common.ts';
import { PlanView } from '../views/plan.ts';
import type { QuoteDetail, QuoteForCustomer, QuoteListInput, QuoteSummary } from '../views/quotes.ts';
import { decideRefusal, isShownToCustomers, sendRefusal, SHOWN_TO_CUSTOMERS } from './quote-rules.ts';
import { QUOTE_INCLUDE, quoteView } from './quote-view.ts';
import { hashLink } from './send-quote.ts';

const DETAIL = {
  ...QUOTE_INCLUDE,
  preview: { select: { plan: true } },
  approvals: { include: APPROVAL_INCLUDE, orderBy: { id: 'desc' } },
  acceptedBy: SELECT_PERSON,
  order: { select: { id: true } },
} as const satisfies Prisma.QuoteInclude;

export async function listQuotes(
  ctx: ServiceContext,
  input: z.output<typeof QuoteListInput>,
): Promise<Page<z.input<typeof QuoteSummary>>> {
  authorize(ctx.actor, 'quote:read');
  const { after, ...page } = keyset(input);
  const { q, state } = input;
  const where: Prisma.QuoteWhereInput = {
    AND: [
      organisationFilter(ctx.actor, input.organisationId),
      seesAllOrganisations(ctx.actor) ? {} : { state: { in: [...SHOWN_TO_CUSTOMERS] } },
      state?.length ? { state: { in: state } } : {},
      q
        ? {
            OR: [
              { number: like(q) },
              { organisation: { name: like(q) } },
              { configuration: { path: ['name'], string_contains: literally(q) } },
            ],
          }
        : {},
    ],
  };
  return transact(ctx, async (tx) => {
    const rows = await tx.quote.findMany({ where: { AND: [where, after] }, ...page, include: QUOTE_INCLUDE });
    return cutPage(rows, input.limit, await tx.quote.count({ where }), quoteView);
  });
}

/** The desk's view, with limits and approvals; to customers a quote is shown by its link. */
export async function readQuote(ctx: ServiceContext, quoteId: QuoteId): Promise<z.input<typeof QuoteDetail>> {
  authorize(ctx.actor, 'quote:read');
  if (!seesAllOrganisations(ctx.actor)) refuse({ code: 'not_found', what: 'quote' });
  return transact(ctx, async (tx) => {
    const row = found(ctx.actor, 'quote', await tx.quote.findUnique({ where: { id: quoteId }, include: DETAIL }));
    return {
      ...quoteView(row),
      configuration: Configuration.parse(row.configuration),
      price: Priced.parse(row.price),
      planHash: row.planHash,
      plan: PlanView.parse(row.preview.plan),
      note: row.note,
      discountLimitBp: DISCOUNT_LIMIT_BP,
      approvals: row.approvals.map(approvalView),
      acceptedBy: row.acceptedBy,
      orderId: row.order?.id ?? null,
      sendRefusal: sendRefusal(row, ctx.ports.now()),
    };
  });
}

export async function readQuoteByLink(ctx: ServiceContext, secret: string): Promise<z.input<typeof QuoteForCustomer>> {
  authorize(ctx.actor, 'quote:read');
  return transact(ctx, async (tx) => {
    const { id } = await findByLink(ctx, tx, secret);
    return customerView(ctx, await tx.quote.findUniqueOrThrow({ where: { id }, include: DETAIL }));
  });
}

/** The customer's view by the quote's id, to read: accepting takes the link.
 * @throws DomainError `not_found` for what the desk still works on, and for other organisations' quotes */
export async function readShownQuote(ctx: ServiceContext, id: QuoteId): Promise<z.input<typeof QuoteForCustomer>> {
  authorize(ctx.actor, 'quote:read');
  return transact(ctx, async (tx) => {
    const row = found(ctx.actor, 'quote', await tx.quote.findUnique({ where: { id }, include: DETAIL }));
    if (!isShownToCustomers(row.state)) refuse({ code: 'not_found', what: 'quote' });
    return customerView(ctx, row);
  });
}

function customerView(
  ctx: ServiceContext,
  row: Prisma.QuoteGetPayload<{ include: typeof DETAIL }>,
): z.input<typeof QuoteForCustomer> {
  return {
    ...quoteView(row),
    configuration: Configuration.parse(row.configuration),
    price: Priced.parse(row.price),
    planHash: row.planHash,
    plan: PlanView.parse(row.preview.plan),
    note: row.note,
    manifest: manifestOf(row.offeringVersion),
    orderId: row.order?.id ?? null,
    acceptRefusal: decideRefusal(row, 'accept', ctx.ports.now()),
    acceptName: ctx.actor.name,
  };
}

/** The quote behind a link, for people of its organisation (and those who see all).
 * @throws DomainError `not_found` for everybody else, whether the link exists or not */
export async function findByLink(ctx: ServiceContext, tx: Transaction, secret: string) {
  return found(ctx.actor, 'quote', await tx.quote.findUnique({ where: { linkHash: hashLink(secret) } }));
}
