/** Calls what offerings declare as their housekeeping, of every active tenant, when it is due. */
import type { WorkerContext } from '../context.ts';
import { forEachTenant, livingTenants } from '../living-tenants.ts';
import { isQuiet, QUIET_EVERY_SECONDS } from '../quiet.ts';
import { openTenantApi } from '../tenant-api.ts';

/** Makes a function that looks what is due; it remembers what it did, so a new leader begins with everything. */
export function keepHouse(ctx: WorkerContext): () => Promise<void> {
  const lastAt = new Map<string, number>();
  return async () => {
    const tenants = await livingTenants(ctx);
    const seen = new Set<string>();
    await forEachTenant(ctx, tenants, async (tenant) => {
      for (const duty of ctx.offerings.get(tenant.offering)?.housekeeping ?? []) {
        if (duty.models && !duty.models.includes(tenant.model)) continue;
        const side = duty.side ?? 'record';
        const key = `${tenant.id} ${side} ${duty.function}`;
        seen.add(key);
        const now = ctx.clock().getTime();
        const everySeconds = isQuiet(ctx, tenant.id)
          ? Math.max(duty.everySeconds, QUIET_EVERY_SECONDS)
          : duty.everySeconds;
        if (now - (lastAt.get(key) ?? 0) < everySeconds * 1_000) continue;
        lastAt.set(key, now);
        const api = openTenantApi(ctx, tenant.ref, { purpose: 'kpi', scope: 'write', sub: 'keep-house' }, side);
        const { status, body } = await api.call(duty.function, duty.body);
        if (status >= 400)
          ctx.log.warn({ ref: tenant.ref, function: duty.function, status, body }, 'housekeeping was refused');
      }
    });
    for (const key of lastAt.keys()) if (!seen.has(key)) lastAt.delete(key);
  };
}
