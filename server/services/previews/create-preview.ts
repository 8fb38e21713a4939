/** A configuration becomes a preview: a row, a reserved tenant, and a job for the worker that computes the plan. */
import type { z } from 'zod';
import { appendEvent } from '../../db/events.ts';
import { inScope } from '../../db/scope.ts';
import type { Transaction } from '../../db/client.ts';
import type { Configuration } from '../../domain/configuration.ts';
import { newId, newTenantRef, type PreviewId } from '../../domain/ids.ts';
import type { DeploymentModel } from '../../domain/manifest.ts';
import { priceConfiguration } from '../../domain/pricing.ts';
import { reaches } from '../../domain/policy.ts';
import { residencyOf, satisfies, type Residency } from '../../domain/residency.ts';
import { checkConfiguration } from '../check-configuration.ts';
import type { ServiceContext } from '../context.ts';
import { findCurrentBook } from '../price-books.ts';
import { manifestOf } from '../references.ts';
import { authorize, refuse, scopeOf, toJson } from '../support.ts';
import type { CreatedPreview, CreatePreviewInput } from '../views/previews.ts';

const LIFETIME_MS = 24 * 3_600_000;
/** One person's plans that wait to be computed: who asks for more waits, and not everybody else behind them. */
const WAITING_MAX = 20;
const WAITING_MS = 60_000;

export async function createPreview(
  ctx: ServiceContext,
  input: z.output<typeof CreatePreviewInput>,
): Promise<z.input<typeof CreatedPreview>> {
  authorize(ctx.actor, 'preview:create');
  const organisationId = input.organisationId ?? ctx.actor.orgId;
  if (!reaches(ctx.actor, organisationId)) refuse({ code: 'not_found', what: 'organisation' });
  return inScope(ctx.db, scopeOf(ctx.actor), async (tx) => {
    await assertPatience(ctx, tx);
    const organisation = await tx.organisation.findUnique({ where: { id: organisationId }, select: { id: true } });
    if (!organisation) refuse({ code: 'not_found', what: 'organisation' });
    const { offering, book, chosen, price } = await judge(ctx, tx, input.configuration);
    await assertNameFree(tx, organisationId, input.configuration.name);
    const id = newId<PreviewId>();
    const configuration = {
      ...input.configuration,
      modules: chosen.modules.map(({ code }) => code),
      params: chosen.params,
    };
    await tx.planPreview.create({
      data: {
        id,
        organisationId,
        requestedById: ctx.actor.userId,
        offeringVersionId: offering.id,
        priceBookId: book.id,
        targetId: await placeTenant(
          tx,
          input.configuration.model,
          residencyOf(input.configuration.model, chosen.params),
        ),
        reservedTenantId: newId(),
        reservedRef: await reserveRef(tx),
        configuration: toJson(configuration),
        expiresAt: new Date(ctx.ports.now().getTime() + LIFETIME_MS),
      },
      select: { id: true },
    });
    await appendEvent(tx, {
      organisationId,
      subjectKind: 'preview',
      subjectId: id,
      tenantId: null,
      type: 'preview.queued',
      data: { previewId: id },
    });
    await ctx.ports.jobs.send(tx, 'preview', { previewId: id });
    return { previewId: id, state: 'queued', price };
  });
}

/** @throws DomainError `too_many_requests` */
export async function assertPatience(ctx: ServiceContext, tx: Transaction): Promise<void> {
  const since = new Date(ctx.ports.now().getTime() - WAITING_MS);
  const where = { requestedById: ctx.actor.userId, state: 'queued', createdAt: { gt: since } } as const;
  const waiting = (await tx.planPreview.count({ where })) + (await tx.tenantChange.count({ where }));
  if (waiting >= WAITING_MAX) refuse({ code: 'too_many_requests', retryAfterSeconds: 2 });
}

/** Everything that is asked of a configuration before a plan is worth computing. */
async function judge(ctx: ServiceContext, tx: Transaction, configuration: Configuration) {
  const offering = await findNewest(tx, configuration.offering);
  const chosen = checkConfiguration(manifestOf(offering), offering.lifecycle, configuration);
  const book = await findCurrentBook(tx, ctx.ports.now());
  if (!book) return refuse({ code: 'no_price', sku: chosen.plan.sku, currency: configuration.currency });
  const { model, currency, termMonths } = configuration;
  const price = priceConfiguration(book, {
    plan: chosen.plan,
    modules: chosen.modules,
    model,
    currency,
    termMonths,
    discountBp: 0,
  });
  return { offering, book, chosen, price };
}

/** The version that is offered now: the newest that is not a draft.
 * @throws DomainError `offering_unknown` */
export async function findNewest(tx: Transaction, slug: string) {
  const row = await tx.offeringVersion.findFirst({
    where: { slug, lifecycle: { not: 'draft' } },
    orderBy: { ordinal: 'desc' },
  });
  return row ?? refuse({ code: 'offering_unknown', offering: slug });
}

/** @throws DomainError `name_taken` */
export async function assertNameFree(tx: Transaction, organisationId: string, name: string): Promise<void> {
  const taken = await tx.tenant.findFirst({
    where: { organisationId, name, state: { not: 'retired' } },
    select: { id: true },
  });
  if (taken) refuse({ code: 'name_taken', name });
}

/** Where a tenant of this model goes: a healthy target that offers it where its records must stay, the emptiest first.
 * @throws DomainError `model_not_available`, `residency_unmet` */
async function placeTenant(tx: Transaction, model: DeploymentModel, residency: Residency): Promise<string> {
  const targets = await tx.target.findMany({
    where: { models: { has: model } },
    orderBy: [{ healthy: 'desc' }, { tenants: { _count: 'asc' } }, { id: 'asc' }],
    select: { id: true, region: { select: { territories: true } } },
  });
  if (targets.length === 0) refuse({ code: 'model_not_available', model });
  const place = targets.find(({ region }) => satisfies(residency, region.territories));
  const offered = targets.flatMap(({ region }) => region.territories);
  return place?.id ?? refuse({ code: 'residency_unmet', residency, territories: [...new Set(offered)] });
}

/** A reference that no tenant and no preview has. */
async function reserveRef(tx: Transaction): Promise<string> {
  for (;;) {
    const ref = newTenantRef();
    const taken = await tx.$queryRaw<unknown[]>`
      SELECT 1 FROM "PlanPreview" WHERE "reservedRef" = ${ref} UNION ALL SELECT 1 FROM "Tenant" WHERE ref = ${ref}`;
    if (taken.length === 0) return ref;
  }
}
