import type { z } from 'zod';
import type { Prisma } from '../../../prisma/generated/client.ts';
import { Configuration } from '../../domain/configuration.ts';
import type { Currency } from '../../domain/configuration.ts';
import type { OrderId, QuoteId, RunId } from '../../domain/ids.ts';
import type { PlanCode } from '../../domain/manifest.ts';
import { Priced } from '../../domain/pricing.ts';
import { APPROVAL_INCLUDE, approvalView } from '../approvals/approval-view.ts';
import type { ServiceContext } from '../context.ts';
import {
  offeringRef,
  personRef,
  SELECT_OFFERING,
  SELECT_ORGANISATION,
  SELECT_PERSON,
  SELECT_TARGET,
  SELECT_TENANT_REF,
  targetRef,
  tenantRefView,
} from '../references.ts';
import { authorize, cutPage, found, keyset, like, organisationFilter, transact } from '../support.ts';
import type { Facts, Page } from '../views/common.ts';
import type { OrderDetail, OrderListInput, OrderSummary, SubscriptionView } from '../views/orders.ts';
import { PlanView } from '../views/plan.ts';
import { cancelRefusal } from './cancel-order.ts';

const SUMMARY = {
  organisation: SELECT_ORGANISATION,
  offeringVersion: SELECT_OFFERING,
  tenant: SELECT_TENANT_REF,
  placedBy: SELECT_PERSON,
  runs: { orderBy: { number: 'desc' } },
} as const satisfies Prisma.OrderInclude;
type SummaryRow = Prisma.OrderGetPayload<{ include: typeof SUMMARY }>;
const DETAIL = {
  ...SUMMARY,
  preview: { select: { plan: true, target: SELECT_TARGET } },
  quote: { select: { id: true, number: true } },
  approvals: { include: APPROVAL_INCLUDE, orderBy: { id: 'desc' } },
  subscriptions: { orderBy: { startedAt: 'desc' }, take: 1 },
} as const satisfies Prisma.OrderInclude;

export async function listOrders(
  ctx: ServiceContext,
  input: z.output<typeof OrderListInput>,
): Promise<Page<z.input<typeof OrderSummary>>> {
  authorize(ctx.actor, 'order:read');
  const { after, ...page } = keyset(input);
  const { q, state, offering } = input;
  const where: Prisma.OrderWhereInput = {
    ...organisationFilter(ctx.actor, input.organisationId),
    ...(state?.length ? { state: { in: state } } : {}),
    ...(offering ? { offeringVersion: { slug: offering } } : {}),
    ...(q
      ? {
          OR: [
            { number: like(q) },
            { tenant: { name: like(q) } },
            { tenant: { ref: like(q) } },
            { organisation: { name: like(q) } },
          ],
        }
      : {}),
  };
  return transact(ctx, async (tx) => {
    const rows = await tx.order.findMany({ where: { AND: [where, after] }, ...page, include: SUMMARY });
    return cutPage(rows, input.limit, await tx.order.count({ where }), summarize);
  });
}

export async function readOrder(ctx: ServiceContext, orderId: OrderId): Promise<z.input<typeof OrderDetail>> {
  authorize(ctx.actor, 'order:read');
  return transact(ctx, async (tx) => {
    const row = found(ctx.actor, 'order', await tx.order.findUnique({ where: { id: orderId }, include: DETAIL }));
    return {
      ...summarize(row),
      configuration: Configuration.parse(row.configuration),
      price: Priced.parse(row.price),
      planHash: row.planHash,
      plan: row.preview.plan === null ? null : PlanView.parse(row.preview.plan),
      target: targetRef(row.preview.target),
      quote: row.quote && { id: row.quote.id as QuoteId, number: row.quote.number },
      approvals: row.approvals.map(approvalView),
      runs: row.runs.map(({ id, number, action, state, queuedAt, startedAt, finishedAt }) => {
        return { id: id as RunId, number, action, state, queuedAt, startedAt, finishedAt };
      }),
      subscription: row.subscriptions[0] ? subscriptionView(row.subscriptions[0]) : null,
      cancelRefusal: cancelRefusal(row.state),
    };
  });
}

function summarize(row: SummaryRow): z.input<typeof OrderSummary> {
  const configuration = Configuration.parse(row.configuration);
  const latest = row.runs[0];
  return {
    id: row.id,
    number: row.number,
    organisation: { ...row.organisation, id: row.organisation.id },
    offering: offeringRef(row.offeringVersion),
    tenant: tenantRefView(row.tenant),
    model: configuration.model,
    plan: configuration.plan,
    currency: row.currency as Currency,
    monthlyMicro: row.monthlyMicro,
    state: row.state,
    waitsFor: row.waitsFor as Facts,
    placedBy: personRef(row.placedBy),
    createdAt: row.createdAt,
    fulfilledAt: row.fulfilledAt,
    latestRun: latest ? { id: latest.id, state: latest.state } : null,
  };
}

export function subscriptionView(
  row: NonNullable<Prisma.SubscriptionGetPayload<object>>,
): z.input<typeof SubscriptionView> {
  const { id, planCode, model, modules, currency, monthlyMicro, termMonths, startedAt, meteringPausedAt, endedAt } =
    row;
  return {
    id: id,
    plan: planCode as PlanCode,
    model,
    modules,
    currency: currency as Currency,
    monthlyMicro,
    termMonths,
    startedAt,
    meteringPausedAt,
    endedAt,
  };
}
