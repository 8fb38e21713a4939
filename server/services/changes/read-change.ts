import type { z } from 'zod';
import type { Currency } from '../../domain/configuration.ts';
import { Shape } from '../../domain/change.ts';
import type { ChangeId, RunId } from '../../domain/ids.ts';
import { Priced } from '../../domain/pricing.ts';
import { hasRight } from '../../domain/policy.ts';
import type { ServiceContext } from '../context.ts';
import { personRef, SELECT_ORGANISATION, SELECT_PERSON, SELECT_TENANT_REF, tenantRefView } from '../references.ts';
import { authorize, found, transact } from '../support.ts';
import type { ChangeView } from '../views/changes.ts';
import type { Facts } from '../views/common.ts';
import { PlanView } from '../views/plan.ts';
import { changeApprovalRule, ruleFacts } from './change-rules.ts';

export async function readChange(ctx: ServiceContext, changeId: ChangeId): Promise<z.input<typeof ChangeView>> {
  if (!hasRight(ctx.actor, 'tenant:read')) authorize(ctx.actor, 'preview:create');
  return transact(ctx, async (tx) => {
    const include = {
      organisation: SELECT_ORGANISATION,
      tenant: SELECT_TENANT_REF,
      requestedBy: SELECT_PERSON,
    } as const;
    const row = found(ctx.actor, 'change', await tx.tenantChange.findUnique({ where: { id: changeId }, include }));
    const run = await tx.run.findFirst({
      where: { tenantId: row.tenantId, params: { path: ['changeId'], equals: row.id } },
      orderBy: { number: 'desc' },
      select: { id: true },
    });
    const price = Priced.parse(row.price);
    return {
      id: row.id as ChangeId,
      number: row.number,
      organisation: { ...row.organisation, id: row.organisation.id },
      tenant: tenantRefView(row.tenant),
      requestedBy: personRef(row.requestedBy),
      before: Shape.parse(row.before),
      after: Shape.parse(row.after),
      state: row.state,
      plan: row.plan === null ? null : PlanView.parse(row.plan),
      planHash: row.planHash,
      failure: row.failure as Facts | null,
      waitsFor: row.waitsFor as Facts,
      price,
      currency: row.currency as Currency,
      beforeMicro: row.beforeMicro,
      monthlyMicro: row.monthlyMicro,
      needsApproval: ruleFacts(changeApprovalRule(price, row.beforeMicro)),
      runId: run ? (run.id as RunId) : null,
      createdAt: row.createdAt,
      computedAt: row.computedAt,
      appliedAt: row.appliedAt,
      expiresAt: row.expiresAt,
    };
  });
}
