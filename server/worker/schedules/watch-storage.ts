/** Storage quotas: the target enforces them, the portal hears of every step towards the limit. */
import type { ConnectedTarget } from '../../../provisioners/kit/target.ts';
import { appendEvents } from '../../db/events.ts';
import { PLATFORM, inScope } from '../../db/scope.ts';
import { MeasuredUse } from '../../domain/quota-levels.ts';
import { tenantOfRoute } from '../../registry/sides.ts';
import type { WorkerContext } from '../context.ts';
import { mergeUsage } from '../merge-usage.ts';
import { tenantEvent } from '../run-record.ts';

type Measured = Awaited<ReturnType<ConnectedTarget['watchStorage']>>[number];

export async function watchStorage(ctx: WorkerContext): Promise<void> {
  for (const target of ctx.targets.values())
    for (const measured of await target.watchStorage()) await tell(ctx, measured);
}

/** A tenant's history is for what happened; that nothing did is not told every few seconds. */
async function tell(ctx: WorkerContext, { ref: route, usedBytes, maxBytes, state: level }: Measured): Promise<void> {
  const ref = tenantOfRoute(route);
  const side = route === ref ? 'record' : 'edge';
  await inScope(ctx.db, PLATFORM, async (tx) => {
    const tenant = await tx.tenant.findUnique({
      where: { ref },
      select: { id: true, organisationId: true, usage: true },
    });
    if (!tenant) return;
    const known = MeasuredUse.safeParse(tenant.usage).data;
    const before = (side === 'record' ? known?.storageLevel : known?.edgeStorage?.level) ?? 'ok';
    const facts =
      side === 'record'
        ? { storageBytes: usedBytes, storageLevel: level, at: ctx.clock() }
        : { edgeStorage: { usedBytes, maxBytes, level } };
    await mergeUsage(tx, tenant.id, facts);
    if (level === before) return;
    await appendEvents(tx, [tenantEvent(tenant, 'tenant.storage', { side, level, before, usedBytes, maxBytes })]);
  });
}
