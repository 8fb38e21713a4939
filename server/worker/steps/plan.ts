/** Plans again what was ordered and compares the hashes: only the plan that somebody agreed to is applied. */
import type { NewEvent } from '../../db/events.ts';
import { newId } from '../../domain/ids.ts';
import { countPlan } from '../../domain/plan-counts.ts';
import { planHash as hashPlan } from '../../domain/plan-hash.ts';
import type { StepOutcome } from '../step.ts';
import type { WaitsFor } from '../../domain/run-facts.ts';
import { changeOrder } from '../close-run.ts';
import { assertWell, stackRequest } from '../engine-call.ts';
import { tenantProgram } from '../graph.ts';
import { runEvent, toJson, type HeldRun } from '../run-record.ts';
import type { Step } from '../step.ts';
import { markWaiting } from '../step-rows.ts';

export const plan: Step = {
  async perform(ctx, run) {
    const { program } = tenantProgram(ctx, run.spec);
    const preview = await ctx.engine.preview({ ...stackRequest(ctx, run), program });
    assertWell(preview, run.signal);
    const { resources, durationMs } = preview;
    const counts = countPlan(resources);
    const planHash = await hashPlan({ resources });
    const planned = { plan: toJson({ resources, counts, durationMs }), planHash };
    const { approvedHash } = run.row;
    if (approvedHash !== null && approvedHash !== planHash) return askAnew(run, approvedHash, planned);
    return {
      kind: 'done',
      detail: { planHash, counts },
      async write(tx) {
        await tx.run.updateMany({ where: { id: run.row.id }, data: { ...planned, state: 'running' } });
        return [runEvent(run.row, 'run.planned', { state: 'running', planHash, counts })];
      },
    };
  },
};

type Planned = { readonly plan: ReturnType<typeof toJson>; readonly planHash: string };

/** The world changed since the order: the new plan waits for a person, and the run holds no job meanwhile. */
function askAnew(run: HeldRun, approvedHash: string, planned: Planned): StepOutcome {
  const { row } = run;
  const { planHash } = planned;
  const waitsFor: WaitsFor = { code: 'approval', planHash };
  const rule = { code: 'plan_changed', approvedHash, plannedHash: planHash };
  return {
    kind: 'paused',
    async write(tx) {
      const step = row.steps.find(({ name }) => name === 'plan')!;
      await tx.approval.updateMany({ where: { runId: row.id, state: 'pending' }, data: { state: 'obsolete' } });
      const approval = { id: newId(), kind: 'run', runId: row.id, organisationId: row.organisationId } as const;
      await tx.approval.create({ data: { ...approval, planHash, rule }, select: { id: true } });
      const waiting = { ...planned, state: 'awaiting_approval', waitsFor: toJson(waitsFor) } as const;
      await tx.run.updateMany({ where: { id: row.id }, data: waiting });
      const events = [
        await markWaiting(tx, row, step),
        runEvent(row, 'run.awaiting_approval', { state: 'awaiting_approval', waitsFor, rule, approvalId: approval.id }),
        approvalEvent(row, approval.id, planHash),
      ];
      if (row.order) events.push(await changeOrder(tx, row.order, 'awaiting_approval', { ...rule, runId: row.id }));
      return events;
    },
  };
}

/** For those who decide: they look at approvals, not at runs. */
function approvalEvent(row: HeldRun['row'], approvalId: string, planHash: string): NewEvent {
  return {
    organisationId: row.organisationId,
    subjectKind: 'approval',
    subjectId: approvalId,
    tenantId: row.tenantId,
    type: 'approval.requested',
    data: { approvalId, runId: row.id, kind: 'run', planHash },
  };
}
