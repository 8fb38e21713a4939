/** Calls what offerings declare as their housekeeping, of every active tenant, when it is due. */
import type { WorkerContext } from '../context.ts';
import { forEachTenant, livingTenants, type LivingTenant } from '../living-tenants.ts';
import { isQuiet, QUIET_SECONDS_MAX } from '../quiet.ts';
import { openTenantApi } from '../tenant-api.ts';

export interface Housekeeping {
  /** Does what is due, in every tenant. In one that is quiet, nearly all waits for the next visit. */
  keep(): Promise<void>;
  /** Does what is due in one tenant that is being visited. */
  visit(tenant: LivingTenant): Promise<void>;
}

/** It remembers what was done, so a new leader begins with everything. */
export function keepHouse(ctx: WorkerContext): Housekeeping {
  const lastAt = new Map<string, number>();
  const dutiesOf = ({ offering, model, id }: LivingTenant) =>
    (ctx.offerings.get(offering)?.housekeeping ?? [])
      .filter(({ models }) => models === undefined || models.includes(model))
      .map(({ side = 'record', ...duty }) => ({ ...duty, side, key: `${id} ${side} ${duty.function}` }));
  const doDue = async (tenant: LivingTenant, secondsMin: number) => {
    for (const duty of dutiesOf(tenant)) {
      const now = ctx.clock().getTime();
      if (now - (lastAt.get(duty.key) ?? 0) < Math.max(duty.everySeconds, secondsMin) * 1_000) continue;
      lastAt.set(duty.key, now);
      const api = openTenantApi(ctx, tenant.ref, { purpose: 'kpi', scope: 'write', sub: 'keep-house' }, duty.side);
      const { status, body } = await api.call(duty.function, duty.body);
      if (status >= 400)
        ctx.log.warn({ ref: tenant.ref, function: duty.function, status, body }, 'housekeeping was refused');
    }
  };
  return {
    visit: (tenant) => doDue(tenant, 0),
    async keep() {
      const tenants = await livingTenants(ctx);
      await forEachTenant(ctx, tenants, (tenant) => doDue(tenant, isQuiet(ctx, tenant.id) ? QUIET_SECONDS_MAX : 0));
      const known = new Set(tenants.flatMap(dutiesOf).map(({ key }) => key));
      for (const key of lastAt.keys()) if (!known.has(key)) lastAt.delete(key);
    },
  };
}
