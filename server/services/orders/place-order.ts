/** A preview is ordered: tenant, order and, where nobody must approve, the run that builds it, in one commit. */
import type { z } from 'zod';
import { Prisma } from '../../../prisma/generated/client.ts';
import type { Transaction } from '../../db/client.ts';
import { appendEvents, type NewEvent } from '../../db/events.ts';
import { inScope } from '../../db/scope.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { orderApprovalRule, type ApprovalRule } from '../../domain/commercial.ts';
import { Configuration } from '../../domain/configuration.ts';
import type { FaultOf } from '../../domain/faults.ts';
import { newId, type OrderId, type RunId, type TenantId, type TenantRef } from '../../domain/ids.ts';
import type { OrderState } from '../../domain/lifecycle.ts';
import type { Priced } from '../../domain/pricing.ts';
import { checkConfiguration, type Chosen } from '../check-configuration.ts';
import type { ServiceContext } from '../context.ts';
import { once } from '../idempotency.ts';
import { assertNameFree, findNewest } from '../previews/create-preview.ts';
import { priceOf } from '../previews/read-preview.ts';
import { findCurrentBook, readBook } from '../price-books.ts';
import { manifestOf } from '../references.ts';
import { queueRun } from '../runs/queue-run.ts';
import { audit, authorize, found, refuse, scopeOf, toJson } from '../support.ts';
import type { PlacedOrder, PlaceOrderInput } from '../views/orders.ts';

const WITH_OFFERING = { offeringVersion: true } as const;
export type OrderedPreview = Prisma.PlanPreviewGetPayload<{ include: typeof WITH_OFFERING }> & {
  readonly planHash: string;
};

export async function placeOrder(ctx: ServiceContext, input: z.output<typeof PlaceOrderInput>): Promise<PlacedOrder> {
  return inScope(ctx.db, scopeOf(ctx.actor), async (tx) => {
    const preview = found(ctx.actor, 'preview', await lockPreview(tx, input.previewId));
    authorize(ctx.actor, 'order:place');
    const { idempotencyKey: key, ...request } = input;
    const { organisationId } = preview;
    return once(tx, { organisationId, key, operation: 'order.place', input: request }, async () => {
      const ready = await assertReady(ctx, tx, preview, input);
      const configuration = Configuration.parse(preview.configuration);
      const price = priceOf(
        await readBook(tx, preview.priceBookId),
        manifestOf(preview.offeringVersion),
        configuration,
        0,
      );
      return createOrder(ctx, tx, { preview: ready, price, rule: orderApprovalRule(price), quoteId: null });
    });
  });
}

/** A preview with its row locked, so that two orders of it come one after the other. */
export async function lockPreview(tx: Transaction, previewId: string) {
  await tx.$queryRaw`SELECT id::text FROM "PlanPreview" WHERE id = ${previewId}::uuid FOR UPDATE`;
  return tx.planPreview.findUnique({ where: { id: previewId }, include: WITH_OFFERING });
}
type LockedPreview = NonNullable<Awaited<ReturnType<typeof lockPreview>>>;

/** Whether what the person saw is still what would be built, at the price that was shown. */
async function assertReady(
  ctx: ServiceContext,
  tx: Transaction,
  preview: LockedPreview,
  input: z.output<typeof PlaceOrderInput>,
): Promise<OrderedPreview> {
  const ready = assertComputed(preview);
  const stale = (why: FaultOf<'preview_stale'>['why']): never =>
    refuse({ code: 'preview_stale', previewId: preview.id, why });
  if (preview.expiresAt <= ctx.ports.now()) stale('expired');
  const configuration = Configuration.parse(preview.configuration);
  const newest = await findNewest(tx, configuration.offering);
  if (newest.id !== preview.offeringVersionId) stale('inputs_changed');
  // The offering may have been closed since.
  const chosen = checkConfiguration(manifestOf(newest), newest.lifecycle, configuration);
  if (input.configuration) {
    const seen = checkConfiguration(manifestOf(newest), newest.lifecycle, input.configuration);
    if (fingerprint(configuration, chosen) !== fingerprint(input.configuration, seen)) stale('inputs_changed');
  }
  if ((await findCurrentBook(tx, ctx.ports.now()))?.id !== preview.priceBookId) stale('prices_changed');
  if (input.planHash !== undefined && input.planHash !== ready.planHash) {
    refuse({ code: 'plan_changed', approvedHash: input.planHash, plannedHash: ready.planHash });
  }
  return ready;
}

/** Equal for configurations that build the same, defaults filled in. */
function fingerprint(configuration: Configuration, { params, modules }: Chosen): string {
  return canonicalJson(toJson({ ...configuration, params, modules: modules.map(({ code }) => code) }));
}

/** @throws DomainError when the plan is not there (yet), failed or was ordered already */
export function assertComputed(preview: LockedPreview): OrderedPreview {
  const { id: previewId, state, planHash } = preview;
  if (state === 'consumed') refuse({ code: 'preview_stale', previewId, why: 'consumed' });
  if (state === 'failed') {
    const failure = preview.failure as { code?: string; message?: string } | null;
    refuse({ code: 'preview_failed', previewId, reason: failure?.message ?? failure?.code ?? 'unknown' });
  }
  if (state !== 'ready' || planHash === null) return refuse({ code: 'preview_not_ready', previewId });
  return { ...preview, planHash };
}

export interface NewOrder {
  readonly preview: OrderedPreview;
  readonly price: Priced;
  /** Why somebody must approve first; null: it starts at once. */
  readonly rule: ApprovalRule | null;
  readonly quoteId: string | null;
}

/** Write tenant, order, approval or run, events and audit entry. */
export async function createOrder(ctx: ServiceContext, tx: Transaction, order: NewOrder): Promise<PlacedOrder> {
  const { preview, price, rule } = order;
  const { organisationId, planHash } = preview;
  const configuration = Configuration.parse(preview.configuration);
  await assertNameFree(tx, organisationId, configuration.name);
  const tenantId = preview.reservedTenantId as TenantId;
  await createTenant(tx, preview, configuration);
  const orderId = newId<OrderId>();
  const number = await nextNumber(tx, 'O', 'order_number_seq', ctx.ports.now());
  const state: OrderState = rule ? 'awaiting_approval' : 'accepted';
  const approvalId = newId();
  const waitsFor = rule ? toJson({ ...rule, approvalId }) : {};
  await tx.order.create({
    data: {
      id: orderId,
      number,
      organisationId,
      placedById: ctx.actor.userId,
      offeringVersionId: preview.offeringVersionId,
      priceBookId: preview.priceBookId,
      previewId: preview.id,
      quoteId: order.quoteId,
      tenantId,
      configuration: toJson(configuration),
      price: toJson(price),
      currency: price.currency,
      monthlyMicro: price.subtotalMicro,
      planHash,
      state,
      waitsFor,
    },
    select: { id: true },
  });
  await tx.planPreview.update({ where: { id: preview.id }, data: { state: 'consumed' }, select: { id: true } });
  const common = { organisationId, tenantId } as const;
  const events: NewEvent[] = [
    {
      ...common,
      subjectKind: 'order',
      subjectId: orderId,
      type: 'order.placed',
      data: { orderId, number, state, waitsFor },
    },
    { ...common, subjectKind: 'tenant', subjectId: tenantId, type: 'tenant.state', data: { state: 'ordered' } },
    {
      organisationId,
      tenantId: null,
      subjectKind: 'preview',
      subjectId: preview.id,
      type: 'preview.consumed',
      data: { orderId },
    },
  ];
  if (rule) {
    await tx.approval.create({
      data: { id: approvalId, kind: 'order', orderId, organisationId, planHash, rule: toJson(rule) },
      select: { id: true },
    });
    const data = { approvalId, orderId, kind: 'order', planHash };
    events.push({ ...common, subjectKind: 'approval', subjectId: approvalId, type: 'approval.requested', data });
  }
  await appendEvents(tx, events);
  const tenant = { id: tenantId, organisationId };
  const runId: RunId | null = rule
    ? null
    : await queueRun(ctx, tx, { tenant, action: 'provision', orderId, approvedHash: planHash });
  await audit(ctx, tx, {
    organisationId,
    right: order.quoteId ? 'quote:accept' : 'order:place',
    action: 'order.place',
    subjectKind: 'order',
    subjectId: orderId,
    subjectName: number,
    after: toJson({
      state,
      tenant: configuration.name,
      configuration,
      monthlyMicro: price.subtotalMicro,
      currency: price.currency,
      planHash,
      quoteId: order.quoteId,
    }),
  });
  return { orderId, number, state, tenantId, ref: preview.reservedRef as TenantRef, runId };
}

async function createTenant(tx: Transaction, preview: OrderedPreview, configuration: Configuration): Promise<void> {
  const manifest = manifestOf(preview.offeringVersion);
  const plan = manifest.plans.find(({ code }) => code === configuration.plan)!;
  const data = {
    id: preview.reservedTenantId,
    ref: preview.reservedRef,
    organisationId: preview.organisationId,
    targetId: preview.targetId,
    offeringVersionId: preview.offeringVersionId,
    name: configuration.name,
    model: configuration.model,
    planCode: configuration.plan,
    modules: configuration.modules,
    params: toJson(configuration.params),
    quotas: toJson(plan.quotas),
  };
  try {
    await tx.tenant.create({ data, select: { id: true } });
  } catch (error) {
    // Another order took the name since we looked; the database is the referee.
    if (isUniqueViolation(error)) refuse({ code: 'name_taken', name: configuration.name });
    throw error;
  }
}

const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';

/** O-2026-0001: counted over the installation, never reused. */
export async function nextNumber(
  tx: Transaction,
  letter: 'O' | 'Q' | 'C',
  sequence: string,
  now: Date,
): Promise<string> {
  const rows = await tx.$queryRaw<{ n: bigint }[]>`SELECT nextval(${sequence}::regclass) AS n`;
  return `${letter}-${now.getUTCFullYear()}-${String(rows[0]!.n).padStart(4, '0')}`;
}
