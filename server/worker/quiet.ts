/**
 * Private tenants that nobody calls. Each look into a server of its own costs a connection, and there may be fifty of them: while nothing
 * happens in one, everything that is looked at or done there waits for one visit every few minutes, over one connection. The gateway knows,
 * from its own memory, when somebody calls again.
 */
import type { WorkerContext } from './context.ts';
import type { LivingTenant } from './living-tenants.ts';

/** From the beginning of one round of visits to that of the next, and so between two visits of one tenant. */
export const VISIT_EVERY_SECONDS = 300;
/** What a round is spread over: a connection stays open for a while after a visit, so visits in a row would be many connections at once. */
const ROUND_SECONDS = 240;
/** A round with few to visit need not last as long. */
const PAUSE_SECONDS_MAX = 20;
/** By then its housekeeping is done even if no visit came. */
export const QUIET_SECONDS_MAX = 450;
/** Indicators of a tenant that nobody calls hardly move: they are read on every third visit. */
const SAMPLE_EVERY_SECONDS = 900;
/** By then they are read even if no visit came. */
export const SAMPLE_SECONDS_MAX = 1_200;
/** Walls around it are tried as often as this. */
const PROVE_EVERY_SECONDS = 3_600;

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
 * @param requests of its callers in the last minutes; null when the gateway did not say, and nothing new is known */
export function mayRest(
  ctx: WorkerContext,
  tenant: Pick<LivingTenant, 'id' | 'model'>,
  requests: number | null,
): boolean {
  if (tenant.model !== 'private') return false;
  const now = ctx.clock().getTime();
  const before = restsOf(ctx).get(tenant.id);
  const quiet = requests === null ? (before?.quiet ?? false) : requests === 0;
  const rested = quiet && before !== undefined && now - before.sampledAt < SAMPLE_SECONDS_MAX * 1_000;
  restsOf(ctx).set(tenant.id, { quiet, sampledAt: rested ? before.sampledAt : now });
  return rested;
}

/** Whether it is time to read a quiet tenant's indicators on this visit. */
export function isSampleDue(ctx: WorkerContext, tenantId: string): boolean {
  const { sampledAt = 0 } = restsOf(ctx).get(tenantId) ?? {};
  return ctx.clock().getTime() - sampledAt > (SAMPLE_EVERY_SECONDS - VISIT_EVERY_SECONDS / 2) * 1_000;
}

/** How long to leave the servers alone after a visit.
 * @param tenants that this round goes to
 * @param lanes visits at once */
export const pauseAfterVisitMs = (tenants: number, lanes: number): number =>
  Math.min(PAUSE_SECONDS_MAX, (ROUND_SECONDS * lanes) / tenants) * 1_000;

/** Whether the walls around a tenant need not be tried yet.
 * @param provedAt undefined for never */
export function mayLeaveWalls(ctx: WorkerContext, tenantId: string, provedAt: Date | undefined): boolean {
  if (provedAt === undefined || !isQuiet(ctx, tenantId)) return false;
  return ctx.clock().getTime() - provedAt.getTime() < PROVE_EVERY_SECONDS * 1_000;
}

/** Says that the tenant was sampled on a visit. */
export function noteSampled(ctx: WorkerContext, tenantId: string): void {
  const known = restsOf(ctx).get(tenantId);
  if (known) restsOf(ctx).set(tenantId, { ...known, sampledAt: ctx.clock().getTime() });
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
