/**
 * Private tenants that nobody calls. Each look into a server of its own costs a connection, and there may be fifty of them: while nothing
 * happens in one, it is looked into every few minutes. The gateway knows, from its own memory, when somebody calls again.
 */
import type { WorkerContext } from './context.ts';
import type { LivingTenant } from './living-tenants.ts';

/** How often a quiet tenant is looked into, at least. */
export const QUIET_EVERY_SECONDS = 300;

interface Rest {
  readonly quiet: boolean;
  readonly sampledAt: number;
}

const rests = new WeakMap<WorkerContext, Map<string, Rest>>();

function restsOf(ctx: WorkerContext): Map<string, Rest> {
  const known = rests.get(ctx) ?? new Map<string, Rest>();
  rests.set(ctx, known);
  return known;
}

/** Whether the tenant need not be sampled now; otherwise it counts as sampled.
 * @param requests of its callers in the last minutes; null when the gateway did not say */
export function mayRest(
  ctx: WorkerContext,
  tenant: Pick<LivingTenant, 'id' | 'model'>,
  requests: number | null,
): boolean {
  if (tenant.model !== 'private') return false;
  const now = ctx.clock().getTime();
  const before = restsOf(ctx).get(tenant.id);
  const quiet = requests === 0;
  const rested = quiet && before !== undefined && now - before.sampledAt < QUIET_EVERY_SECONDS * 1_000;
  restsOf(ctx).set(tenant.id, { quiet, sampledAt: rested ? before.sampledAt : now });
  return rested;
}

/** Whether nobody called when it was looked at last. */
export function isQuiet(ctx: WorkerContext, tenantId: string): boolean {
  return restsOf(ctx).get(tenantId)?.quiet ?? false;
}

/** Forgets tenants that are not there any more. */
export function forgetRests(ctx: WorkerContext, living: readonly { readonly id: string }[]): void {
  const ids = new Set(living.map(({ id }) => id));
  for (const id of restsOf(ctx).keys()) if (!ids.has(id)) restsOf(ctx).delete(id);
}
