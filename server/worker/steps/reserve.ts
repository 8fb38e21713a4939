/** Asks whether the target has room for what the tenant's plan promises. */
import { DomainError } from '../../domain/faults.ts';
import { preflightFault } from '../../domain/preflight.ts';
import { targetOf } from '../context.ts';
import { tenantProgram } from '../graph.ts';
import { preflight } from '../preflight.ts';
import type { Step } from '../step.ts';

export const reserve: Step = {
  async perform(ctx, run) {
    const { graph } = tenantProgram(ctx, run.spec);
    const target = targetOf(ctx, run.spec.target);
    if ((await target.leftovers(run.spec.ref)).length > 0) return { kind: 'done', detail: { adopted: true } }; // has its room already
    const { checks, capacity } = await preflight(target, graph);
    const fault = preflightFault(checks);
    if (fault) throw new DomainError(fault);
    return { kind: 'done', detail: { capacity, preflight: checks } };
  },
};
