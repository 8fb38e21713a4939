/** The plan of a change: the resource diff of what a running tenant would become, and what stands against it, before it is asked for. */
import type { Prisma } from '../../prisma/generated/client.ts';
import { appendEvents } from '../db/events.ts';
import { PLATFORM, inScope } from '../db/scope.ts';
import { Shape } from '../domain/change.ts';
import { countPlan } from '../domain/plan-counts.ts';
import { planHash as hashPlan } from '../domain/plan-hash.ts';
import { assessChange } from './assess-change.ts';
import type { WorkerContext } from './context.ts';
import { assertWell } from './engine-call.ts';
import { tenantProgram } from './graph.ts';
import { isOfPlatform } from './platform-trouble.ts';
import { explainNoPlan } from './preview.ts';
import { reshape, specOf, tenantEvent, toJson, WITH_PROGRAM } from './run-record.ts';

const WITH_ALL = {
  tenant: { include: WITH_PROGRAM },
} as const satisfies Prisma.TenantChangeInclude;
type ChangeRow = Prisma.TenantChangeGetPayload<{ include: typeof WITH_ALL }>;

type Computed =
  | { readonly state: 'ready'; readonly plan: Prisma.InputJsonObject; readonly planHash: string }
  | { readonly state: 'failed'; readonly failure: Prisma.InputJsonObject };

/** Computes the plan of one change and writes the answer; one that was answered already is left alone.
 * @throws an error of the platform's own database: the job is repeated then */
export async function computeChange(ctx: WorkerContext, changeId: string): Promise<void> {
  const row = await inScope(ctx.db, PLATFORM, (tx) =>
    tx.tenantChange.findUnique({ where: { id: changeId }, include: WITH_ALL }),
  );
  if (row?.state !== 'queued') return;
  const computed = await compute(ctx, row);
  await inScope(ctx.db, PLATFORM, async (tx) => {
    const { count } = await tx.tenantChange.updateMany({
      where: { id: changeId, state: 'queued' },
      data: { ...computed, computedAt: ctx.clock() },
    });
    if (count === 0) return;
    await appendEvents(tx, [tenantEvent(row.tenant, `change.${computed.state}`, { changeId, state: computed.state })]);
  });
}

async function compute(ctx: WorkerContext, row: ChangeRow): Promise<Computed> {
  try {
    const before = specOf(row.tenant);
    const after = reshape(before, Shape.parse(row.after));
    const { program, project, stack, packages } = tenantProgram(ctx, after);
    const { fault, checks } = await assessChange(ctx, before, after);
    if (fault) return { state: 'failed', failure: toJson({ ...fault, preflight: checks }) };
    const preview = await ctx.engine.preview({ project, stack, packages, program, fence: 0n }); // touches no state: no fence is taken
    assertWell(preview, null);
    const { resources, durationMs } = preview;
    const plan = toJson({ resources, counts: countPlan(resources), durationMs, preflight: checks });
    return { state: 'ready', plan, planHash: await hashPlan({ resources }) };
  } catch (error) {
    if (isOfPlatform(error)) throw error;
    return explainNoPlan(ctx, error);
  }
}
