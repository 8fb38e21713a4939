/** Plan previews: what an order would build, computed before anything exists and answered by an event. */
import type { Prisma } from '../../prisma/generated/client.ts';
import { appendEvents } from '../db/events.ts';
import { PLATFORM, inScope } from '../db/scope.ts';
import { Configuration } from '../domain/configuration.ts';
import { DomainError } from '../domain/faults.ts';
import type { Manifest } from '../domain/manifest.ts';
import { countPlan } from '../domain/plan-counts.ts';
import { planHash as hashPlan } from '../domain/plan-hash.ts';
import { preflightFault } from '../domain/preflight.ts';
import { targetOf, type WorkerContext } from './context.ts';
import { assertWell } from './engine-call.ts';
import { tenantProgram, type TenantSpec } from './graph.ts';
import { preflight } from './preflight.ts';
import { isOfPlatform } from './platform-trouble.ts';
import { toJson } from './run-record.ts';

const WITH_ALL = { offeringVersion: { select: { manifest: true } }, target: true } as const;
type PreviewRow = Prisma.PlanPreviewGetPayload<{ include: typeof WITH_ALL }>;

type Computed =
  | { readonly state: 'ready'; readonly plan: Prisma.InputJsonObject; readonly planHash: string }
  | { readonly state: 'failed'; readonly failure: Prisma.InputJsonObject };

/** Computes one preview and writes the answer; one that was answered already is left alone.
 * @throws an error of the platform's own database: the job is repeated then */
export async function computePreview(ctx: WorkerContext, previewId: string): Promise<void> {
  const row = await inScope(ctx.db, PLATFORM, (tx) =>
    tx.planPreview.findUnique({ where: { id: previewId }, include: WITH_ALL }),
  );
  if (row?.state !== 'queued') return;
  const computed = await compute(ctx, row);
  await inScope(ctx.db, PLATFORM, async (tx) => {
    const { count } = await tx.planPreview.updateMany({
      where: { id: previewId, state: 'queued' },
      data: { ...computed, computedAt: ctx.clock() },
    });
    if (count === 0) return;
    const { id, organisationId } = row;
    const event = { organisationId, subjectKind: 'preview', subjectId: id, tenantId: null } as const;
    await appendEvents(tx, [{ ...event, type: `preview.${computed.state}`, data: { previewId, ...computed } }]);
  });
}

async function compute(ctx: WorkerContext, row: PreviewRow): Promise<Computed> {
  try {
    const spec = specOf(row);
    const { program, project, stack, packages, graph } = tenantProgram(ctx, spec);
    const target = targetOf(ctx, spec.target);
    const [preview, { checks, capacity }] = await Promise.all([
      ctx.engine.preview({ project, stack, packages, program, fence: 0n }), // touches no state: no fence is taken
      preflight(target, graph),
    ]);
    const fault = preflightFault(checks);
    if (fault) return { state: 'failed', failure: toJson({ ...fault, preflight: checks }) };
    assertWell(preview, null);
    const { resources, durationMs } = preview;
    const counts = countPlan(resources);
    const plan = toJson({ resources, counts, durationMs, checks: capacity, preflight: checks });
    return { state: 'ready', plan, planHash: await hashPlan({ resources }) };
  } catch (error) {
    if (isOfPlatform(error)) throw error;
    return explainNoPlan(ctx, error);
  }
}

/** Why there is no plan, as facts to show. */
export function explainNoPlan(ctx: WorkerContext, error: unknown): Extract<Computed, { state: 'failed' }> {
  if (error instanceof DomainError) return { state: 'failed', failure: toJson(error.fault) };
  const message = ctx.redact(error instanceof Error ? error.message : String(error));
  return { state: 'failed', failure: { code: 'plan_failed', message } };
}

/** The tenant that would be made if this preview were ordered. */
function specOf(row: PreviewRow): TenantSpec {
  const configuration = Configuration.parse(row.configuration);
  const manifest = row.offeringVersion.manifest as unknown as Manifest; // validated when it was published
  const plan = manifest.plans.find(({ code }) => code === configuration.plan);
  if (!plan)
    throw new DomainError({ code: 'plan_not_for_model', plan: configuration.plan, model: configuration.model });
  return {
    ref: row.reservedRef,
    name: configuration.name,
    manifest,
    model: configuration.model,
    planCode: configuration.plan,
    quotas: plan.quotas,
    modules: configuration.modules,
    params: configuration.params,
    target: row.target.name,
    region: row.target.regionCode,
  };
}
