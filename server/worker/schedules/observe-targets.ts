/** Health and capacity of the targets, as the catalogue and the admin's page show them. */
import type { TargetDefinition } from '../../../provisioners/kit/target.ts';
import type { WorkerContext } from '../context.ts';
import { targetOf } from '../context.ts';
import { lookAtTarget, writeTarget } from '../register-targets.ts';

export async function observeTargets(ctx: WorkerContext, definitions: readonly TargetDefinition[]): Promise<void> {
  for (const definition of definitions) {
    const target = targetOf(ctx, definition.name);
    await writeTarget(ctx.db, definition, target, await lookAtTarget(target, ctx.redact));
  }
}
