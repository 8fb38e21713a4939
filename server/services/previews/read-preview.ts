import type { z } from 'zod';
import { orderApprovalRule } from '../../domain/commercial.ts';
import { Configuration } from '../../domain/configuration.ts';
import type { OrganisationId, PreviewId, TenantId, TenantRef } from '../../domain/ids.ts';
import { priceConfiguration, type Priced } from '../../domain/pricing.ts';
import type { Manifest } from '../../domain/manifest.ts';
import type { PriceBookData } from '../../domain/pricing.ts';
import { hasRight } from '../../domain/policy.ts';
import type { ServiceContext } from '../context.ts';
import { readBook } from '../price-books.ts';
import {
  manifestOf,
  offeringRef,
  SELECT_OFFERING,
  SELECT_ORGANISATION,
  SELECT_TARGET,
  targetRef,
} from '../references.ts';
import { authorize, found, toJson, transact } from '../support.ts';
import { recentEvents } from '../events.ts';
import type { Facts } from '../views/common.ts';
import { PlanView } from '../views/plan.ts';
import type { PreviewView } from '../views/previews.ts';

export async function readPreview(ctx: ServiceContext, previewId: PreviewId): Promise<z.input<typeof PreviewView>> {
  if (!hasRight(ctx.actor, 'order:read')) authorize(ctx.actor, 'preview:create');
  return transact(ctx, async (tx) => {
    const { cursor } = await recentEvents(tx, { subjectKind: 'preview', subjectId: previewId }, 1);
    const row = found(
      ctx.actor,
      'preview',
      await tx.planPreview.findUnique({
        where: { id: previewId },
        include: { organisation: SELECT_ORGANISATION, offeringVersion: SELECT_OFFERING, target: SELECT_TARGET },
      }),
    );
    const configuration = Configuration.parse(row.configuration);
    const price = priceOf(await readBook(tx, row.priceBookId), manifestOf(row.offeringVersion), configuration, 0);
    const rule = orderApprovalRule(price);
    return {
      id: row.id as PreviewId,
      organisation: { ...row.organisation, id: row.organisation.id as OrganisationId },
      offering: offeringRef(row.offeringVersion),
      target: targetRef(row.target),
      configuration,
      state: row.state,
      plan: row.plan === null ? null : PlanView.parse(row.plan),
      planHash: row.planHash,
      failure: row.failure as Facts | null,
      price,
      needsApproval: rule && toJson(rule),
      reservedTenantId: row.reservedTenantId as TenantId,
      reservedRef: row.reservedRef as TenantRef,
      createdAt: row.createdAt,
      computedAt: row.computedAt,
      expiresAt: row.expiresAt,
      eventCursor: cursor,
    };
  });
}

/** The price of a stored configuration in the book it is pinned to. */
export function priceOf(
  book: PriceBookData,
  manifest: Manifest,
  configuration: Configuration,
  discountBp: number,
): Priced {
  const plan = manifest.plans.find(({ code }) => code === configuration.plan)!;
  const modules = manifest.modules.filter(({ code }) => configuration.modules.includes(code));
  const { model, currency, termMonths } = configuration;
  return priceConfiguration(book, { plan, modules, model, currency, termMonths, discountBp });
}
