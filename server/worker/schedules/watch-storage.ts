/** Storage quotas: the target enforces them, the portal hears of every step towards the limit. */
import { appendEvents } from '../../db/events.ts';
import { PLATFORM, inScope } from '../../db/scope.ts';
import type { WorkerContext } from '../context.ts';
import { mergeUsage } from '../merge-usage.ts';
import { tenantEvent } from '../run-record.ts';

export async function watchStorage(ctx: WorkerContext): Promise<void> {
  for (const target of ctx.targets.values()) {
    for (const { ref, usedBytes, maxBytes, state: level } of await target.watchStorage()) {
      await inScope(ctx.db, PLATFORM, async (tx) => {
        const tenant = await tx.tenant.findUnique({
          where: { ref },
          select: { id: true, organisationId: true, usage: true },
        });
        if (!tenant) return;
        const { storageLevel: before = 'ok' } = tenant.usage as { readonly storageLevel?: string };
        await mergeUsage(tx, tenant.id, { storageBytes: usedBytes, storageLevel: level, at: ctx.clock() });
        // A tenant's history is for what happened; that nothing did is not told every few seconds.
        if (level === before) return;
        await appendEvents(tx, [tenantEvent(tenant, 'tenant.storage', { level, before, usedBytes, maxBytes })]);
      });
    }
  }
}
