import type { TenantId } from '../../domain/ids.ts';
import { residencyOfSides } from '../../domain/residency.ts';
import { Topology } from '../../domain/topology.ts';
import type { ServiceContext } from '../context.ts';
import { authorize, found, transact } from '../support.ts';

/** What the tenant consists of as it was last seen; null until somebody has looked. */
export async function readTopology(ctx: ServiceContext, tenantId: TenantId): Promise<Topology | null> {
  authorize(ctx.actor, 'tenant:read');
  return transact(ctx, async (tx) => {
    const select = { organisationId: true, topology: true, model: true, params: true } as const;
    const row = found(ctx.actor, 'tenant', await tx.tenant.findUnique({ where: { id: tenantId }, select }));
    const seen = Topology.safeParse(row.topology);
    if (!seen.success) return null;
    return row.model === 'public' ? seen.data : { ...seen.data, residency: residencyOfSides(row.model, row.params) };
  });
}
