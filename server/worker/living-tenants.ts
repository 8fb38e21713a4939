/** Tenants that answer, for the periodic work. */
import { PLATFORM, inScope } from '../db/scope.ts';
import { Quotas, type DeploymentModel } from '../domain/manifest.ts';
import type { WorkerContext } from './context.ts';

/** Tenants that one schedule looks at. */
export const TENANTS_AT_ONCE = 4;

export interface LivingTenant {
  readonly id: string;
  readonly ref: string;
  readonly organisationId: string;
  readonly state: 'active' | 'degraded';
  readonly tainted: boolean;
  readonly proof: unknown;
  readonly usage: unknown;
  readonly quotas: Quotas;
  readonly stateReason: unknown;
  readonly model: DeploymentModel;
  readonly topology: unknown;
  readonly offering: string;
  readonly target: string;
}

/** Tenants in `active` or `degraded`, all or one. */
export async function livingTenants(ctx: WorkerContext, tenantId?: string): Promise<readonly LivingTenant[]> {
  const rows = await inScope(ctx.db, PLATFORM, (tx) =>
    tx.tenant.findMany({
      where: { state: { in: ['active', 'degraded'] }, ...(tenantId === undefined ? {} : { id: tenantId }) },
      select: {
        id: true,
        ref: true,
        model: true,
        topology: true,
        organisationId: true,
        state: true,
        tainted: true,
        proof: true,
        usage: true,
        quotas: true,
        stateReason: true,
        offeringVersion: { select: { slug: true } },
        target: { select: { name: true } },
      },
    }),
  );
  return rows.map(({ offeringVersion, target, ...row }) => ({
    ...row,
    quotas: Quotas.parse(row.quotas),
    state: row.state as LivingTenant['state'],
    offering: offeringVersion.slug,
    target: target.name,
  }));
}

/** Does `work` for every tenant, a few at a time; one tenant's trouble is logged and does not stop the others. */
export async function forEachTenant(
  ctx: WorkerContext,
  tenants: readonly LivingTenant[],
  work: (tenant: LivingTenant) => Promise<void>,
): Promise<void> {
  const line = [...tenants];
  const take = async () => {
    for (let tenant = line.shift(); tenant; tenant = line.shift()) {
      const { ref } = tenant;
      await work(tenant).catch((error: unknown) =>
        ctx.log.warn({ ref, err: error }, 'a tenant could not be looked at'),
      );
    }
  };
  await Promise.all(Array.from({ length: TENANTS_AT_ONCE }, take));
}
