/** Right after a run, a tenant that became active is looked at for the first time: its rules, its KPIs, what it uses. */
import { PLATFORM, inScope } from '../db/scope.ts';
import type { WorkerContext } from './context.ts';
import { forEachTenant, livingTenants } from './living-tenants.ts';
import { checkInvariants } from './schedules/check-invariants.ts';
import { sampleTenant } from './schedules/sample-tenants.ts';

export interface LookAfter {
  /** Returns at once: nobody waits for it. */
  readonly look: (runId: string) => void;
  readonly settled: () => Promise<void>;
}

export function lookAfterRuns(ctx: WorkerContext): LookAfter {
  const under = new Set<Promise<void>>();
  return {
    look(runId) {
      const looking = lookNow(ctx, runId).catch((error: unknown) =>
        ctx.log.warn({ runId, err: error }, 'a tenant could not be looked at after its run'),
      );
      under.add(looking);
      void looking.finally(() => under.delete(looking));
    },
    async settled() {
      await Promise.all(under);
    },
  };
}

async function lookNow(ctx: WorkerContext, runId: string): Promise<void> {
  const run = await inScope(ctx.db, PLATFORM, (tx) =>
    tx.run.findUnique({ where: { id: runId, state: 'succeeded' }, select: { tenantId: true } }),
  );
  if (!run) return;
  await forEachTenant(ctx, await livingTenants(ctx, run.tenantId), async (tenant) => {
    await checkInvariants(ctx, tenant);
    await sampleTenant(ctx, tenant);
  });
}
