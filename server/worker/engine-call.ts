/** Calls of the engine for one run: what every request has in common, and how a result that is not well becomes an error. */
import type {
  EngineError,
  EngineEvent,
  PreviewResult,
  StackRequest,
  UpdateResult,
} from '../../provisioners/engine/port.ts';
import { FencedOut } from './holder.ts';
import type { WorkerContext } from './context.ts';
import { targetOf } from './context.ts';
import { stackOf } from './graph.ts';
import { EngineTrouble } from './platform-trouble.ts';
import type { HeldRun } from './run-record.ts';
import { StepFailed } from './step-failed.ts';
import { openTimeline } from './timeline.ts';

/** What all requests of a run share.
 * @param signal null when the call must not be cancelled (removing what a cancelled create left) */
export function stackRequest(ctx: WorkerContext, run: HeldRun, signal: AbortSignal | null = run.signal): StackRequest {
  return {
    ...stackOf(run.spec.ref),
    fence: run.hold.fence,
    packages: targetOf(ctx, run.spec.target).packages,
    ...(signal ? { signal } : {}),
    ...(run.action.only !== undefined && { targets: [`*:${run.action.only}::*`] }),
  };
}

/** Runs an engine call whose resources appear in the run's timeline while it works.
 * @param step under which the resources are shown */
export async function withTimeline<T>(
  ctx: WorkerContext,
  run: HeldRun,
  step: string,
  call: (onEvent: (event: EngineEvent) => void) => Promise<T>,
): Promise<T> {
  const timeline = openTimeline(ctx, run, step);
  try {
    const result = await call(timeline.record);
    await timeline.close();
    return result;
  } catch (error) {
    await timeline.close().catch((lost: unknown) => {
      if (lost instanceof FencedOut) throw lost;
    });
    throw error;
  }
}

/** Throws what a result that is not well says.
 * @throws the signal's reason when the call was cancelled, EngineTrouble, or StepFailed with the first error and all resources that refused */
export function assertWell(result: PreviewResult | UpdateResult, signal: AbortSignal | null): void {
  if (result.ok) return;
  signal?.throwIfAborted();
  const trouble = result.errors.find((error) => error.kind === 'engine');
  if (trouble) throw new EngineTrouble(trouble.message);
  const [first] = result.errors;
  const resources = result.errors.filter((error): error is EngineError & { urn: string } => error.urn !== null);
  throw new StepFailed(
    first ? first.message : 'the engine gave no reason',
    resources.map(({ urn, message }) => ({ urn, message })),
  );
}
