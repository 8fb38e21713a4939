import type { z } from 'zod';
import type { Prisma } from '../../../prisma/generated/client.ts';
import type { ServiceContext } from '../context.ts';
import { authorize, cutPage, keyset, like, organisationFilter, transact } from '../support.ts';
import type { Page } from '../views/common.ts';
import type { TenantListInput, TenantSummary } from '../views/tenants.ts';
import { TENANT_INCLUDE, tenantView } from './tenant-view.ts';

export async function listTenants(
  ctx: ServiceContext,
  input: z.output<typeof TenantListInput>,
): Promise<Page<z.input<typeof TenantSummary>>> {
  authorize(ctx.actor, 'tenant:read');
  const { after, ...page } = keyset(input);
  const { q, state, offering, model, withRetired } = input;
  const where: Prisma.TenantWhereInput = {
    ...organisationFilter(ctx.actor, input.organisationId),
    ...(state?.length ? { state: { in: state } } : withRetired ? {} : { state: { not: 'retired' } }),
    ...(offering ? { offeringVersion: { slug: offering } } : {}),
    ...(model ? { model } : {}),
    ...(q ? { OR: [{ name: like(q) }, { ref: like(q) }, { organisation: { name: like(q) } }] } : {}),
  };
  return transact(ctx, async (tx) => {
    const rows = await tx.tenant.findMany({ where: { AND: [where, after] }, ...page, include: TENANT_INCLUDE });
    return cutPage(rows, input.limit, await tx.tenant.count({ where }), tenantView);
  });
}
