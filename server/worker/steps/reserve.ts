/** Asks whether the target has room for what the tenant's plan promises. */
import { DomainError } from '../../domain/faults.ts';
import { shortage } from '../capacity.ts';
import { targetOf } from '../context.ts';
import { tenantProgram } from '../graph.ts';
import type { Step } from '../step.ts';

export const reserve: Step = {
  async perform(ctx, run) {
    const { components } = tenantProgram(ctx, run.spec).graph;
    const target = targetOf(ctx, run.spec.target);
    if ((await target.leftovers(run.spec.ref)).length > 0) return { kind: 'done', detail: { adopted: true } }; // has its room already
    const capacity = await target.capacity();
    const fault = shortage(components, capacity);
    if (fault) throw new DomainError(fault);
    return { kind: 'done', detail: { capacity } };
  },
};
