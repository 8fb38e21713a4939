/** Tries the wall around every living tenant anew. One with a hole is degraded by the names of its rules; when it stands again it is well. */
import { appendEvents } from '../../db/events.ts';
import { PLATFORM, inScope } from '../../db/scope.ts';
import { brokenWall } from '../../domain/isolation.ts';
import { changeTenant } from '../close-run.ts';
import type { WorkerContext } from '../context.ts';
import { isolationOf, tryWall } from '../isolation.ts';
import { forEachTenant, livingTenants, type LivingTenant } from '../living-tenants.ts';
import { mayLeaveWalls } from '../quiet.ts';
import { tenantEvent, toJson } from '../run-record.ts';

export async function proveAllIsolation(ctx: WorkerContext): Promise<void> {
  await forEachTenant(ctx, await livingTenants(ctx), async (tenant) => {
    const last = isolationOf(tenant.proof);
    const sound = last !== undefined && brokenWall(last) === null;
    if (!sound || !mayLeaveWalls(ctx, tenant.id, last.at)) await proveTenant(ctx, tenant);
  });
}

/** Tries one tenant's wall and writes what was found. */
export async function proveTenant(ctx: WorkerContext, tenant: LivingTenant): Promise<void> {
  const isolation = await tryWall(ctx, tenant, false);
  if (isolation === null) return;
  const reason = brokenWall(isolation);
  await inScope(ctx.db, PLATFORM, async (tx) => {
    const [now] = await tx.$queryRaw<
      { state: string; tainted: boolean; proof: object; stateReason: { code?: string } }[]
    >`
      SELECT state::text, tainted, proof, "stateReason" FROM "Tenant" WHERE id = ${tenant.id}::uuid AND state IN ('active', 'degraded') FOR UPDATE`;
    if (!now) return; // a run has begun meanwhile: it will try the wall itself
    const proof = toJson({ ...now.proof, isolation });
    await tx.tenant.updateMany({ where: { id: tenant.id }, data: { proof } });
    await appendEvents(tx, [tenantEvent(tenant, 'tenant.isolation', { proof })]);
    const wasBroken = now.stateReason.code === 'isolation_broken';
    if (reason === null && !wasBroken) return;
    if (reason !== null && now.state === 'degraded') return; // it has its reason, or gets this one when that is gone
    const state = reason ? 'degraded' : 'active';
    await appendEvents(tx, [await changeTenant(tx, tenant, { state, tainted: now.tainted, reason })]);
  });
}
