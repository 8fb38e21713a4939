import type { z } from 'zod';
import type { Prisma } from '../../../prisma/generated/client.ts';
import { Quotas, type PlanCode } from '../../domain/manifest.ts';
import { offeringRef, SELECT_OFFERING, SELECT_ORGANISATION, SELECT_TARGET, targetRef } from '../references.ts';
import type { Facts } from '../views/common.ts';
import { ProofView, UsageView, type TenantSummary } from '../views/tenants.ts';

export const TENANT_INCLUDE = {
  organisation: SELECT_ORGANISATION,
  offeringVersion: SELECT_OFFERING,
  target: SELECT_TARGET,
  endpoints: { orderBy: { createdAt: 'asc' } },
} as const satisfies Prisma.TenantInclude;
export type TenantRow = Prisma.TenantGetPayload<{ include: typeof TENANT_INCLUDE }>;

export function tenantView(row: TenantRow): z.input<typeof TenantSummary> {
  return {
    id: row.id,
    ref: row.ref,
    name: row.name,
    organisation: { ...row.organisation, id: row.organisation.id },
    offering: offeringRef(row.offeringVersion),
    model: row.model,
    plan: row.planCode as PlanCode,
    state: row.state,
    tainted: row.tainted,
    stateReason: row.stateReason as Facts,
    target: targetRef(row.target),
    endpoint: row.endpoints[0]?.url ?? null,
    quotas: Quotas.parse(row.quotas),
    usage: UsageView.parse(row.usage),
    proof: ProofView.parse(row.proof),
    createdAt: row.createdAt,
    activeAt: row.activeAt,
    retiredAt: row.retiredAt,
  };
}
