/** Runs the tenant's program, keeps what came of it: resources, endpoint, and the key that is shown once. */
import type { Transaction } from '../../db/client.ts';
import type { StateResource } from '../../../provisioners/engine/port.ts';
import type { TenantOutputs } from '../../../provisioners/kit/target.ts';
import { newId } from '../../domain/ids.ts';
import type { WorkerContext } from '../context.ts';
import { assertWell, stackRequest, withTimeline } from '../engine-call.ts';
import { tenantProgram, type TenantSpec } from '../graph.ts';
import { asHolder } from '../holder.ts';
import { keepKeys, writeKeys } from '../tenant-keys.ts';
import { ofEngine } from '../platform-trouble.ts';
import { tenantEvent, toJson, type HeldRun } from '../run-record.ts';
import { StepFailed } from '../step-failed.ts';
import type { StepName } from '../../domain/lifecycle.ts';
import { LocalText } from '../../domain/text.ts';
import type { Step, StepOutcome } from '../step.ts';

export const converge: Step = {
  perform: (ctx, run) => build(ctx, run, 'converge', run.spec),
  undo: takeBack,
};

/** Runs the program of a tenant as it is to be.
 * @param step under which its resources are shown
 * @param tell facts to show beside the counts, from the resources as they are now */
export async function build(
  ctx: WorkerContext,
  run: HeldRun,
  step: StepName,
  spec: TenantSpec,
  tell: (resources: readonly StateResource[]) => object = () => ({}),
): Promise<StepOutcome> {
  const { program, project, stack } = tenantProgram(ctx, spec);
  const result = await withTimeline(ctx, run, step, (onEvent) =>
    ctx.engine.up({ ...stackRequest(ctx, run), program, onEvent }),
  );
  assertWell(result, run.signal);
  const outputs = readOutputs(result.outputs);
  const [resources] = await Promise.all([ofEngine(() => ctx.engine.resources({ project, stack })), keepKeys(ctx, run)]);
  const notes = notesSince(resources, run.row.startedAt);
  const endpoint = { name: 'api', url: outputs.endpoint, keyPrefix: outputs.apiKeyPrefix };
  return {
    kind: 'done',
    detail: {
      counts: result.counts,
      resumed: result.resumed.length,
      durationMs: Math.round(result.durationMs),
      ...(notes.length > 0 && { notes }),
      ...tell(resources),
    },
    async write(tx) {
      await replaceResources(tx, run.row.tenantId, resources);
      await tx.endpoint.deleteMany({ where: { tenantId: run.row.tenantId } });
      await tx.endpoint.createMany({ data: { id: newId(), tenantId: run.row.tenantId, ...endpoint } });
      await writeKeys(tx, run, spec, resources);
      return [tenantEvent(run.row.tenant, 'tenant.endpoint', { endpoint })];
    },
  };
}

/** What resources that this run has made tell the person who watches, in their output `note`. */
function notesSince(resources: readonly StateResource[], since: Date | null): readonly LocalText[] {
  return resources.flatMap(({ createdAt, outputs }) => {
    const note = LocalText.safeParse(outputs['note']);
    return note.success && since !== null && createdAt !== null && createdAt >= since ? [note.data] : [];
  });
}

/** Builds what the tenant was before, for an action that does not make it. What cannot be taken back leaves it tainted. */
export async function takeBack(ctx: WorkerContext, run: HeldRun): Promise<void> {
  const { program, project, stack } = tenantProgram(ctx, run.specBefore);
  const result = await withTimeline(ctx, run, 'takeBack', (onEvent) =>
    ctx.engine.up({ ...stackRequest(ctx, run, null), program, onEvent }),
  );
  assertWell(result, null);
  const resources = await ofEngine(() => ctx.engine.resources({ project, stack }));
  await asHolder(ctx, run.hold, (tx) => replaceResources(tx, run.row.tenantId, resources));
}

function readOutputs(outputs: Readonly<Record<string, unknown>>): TenantOutputs {
  const { endpoint, apiKeyPrefix } = outputs;
  if (typeof endpoint !== 'string' || typeof apiKeyPrefix !== 'string') {
    throw new StepFailed('the program gave no endpoint and key prefix');
  }
  return { endpoint, apiKeyPrefix };
}

/** The tenant's resources as the state has them now, secrets masked by the engine. */
export async function replaceResources(
  tx: Transaction,
  tenantId: string,
  resources: readonly StateResource[],
): Promise<void> {
  await tx.tenantResource.deleteMany({ where: { tenantId } });
  await tx.tenantResource.createMany({
    data: resources.map((resource, position) => ({
      tenantId,
      position,
      urn: resource.urn,
      type: resource.type,
      name: resource.name,
      providerId: resource.id ?? '',
      parentUrn: resource.parent ?? '',
      outputs: toJson(resource.outputs),
      modifiedAt: resource.modifiedAt ?? resource.createdAt ?? new Date(),
    })),
  });
}
