/** The rows of a run's steps, and the events that tell of them. */
import type { Prisma } from '../../prisma/generated/client.ts';
import type { Transaction } from '../db/client.ts';
import { appendEvents, type NewEvent } from '../db/events.ts';
import { runEvent, toJson, type RunRow } from './run-record.ts';

export type StepRow = RunRow['steps'][number];

type RunIds = Pick<RunRow, 'id' | 'organisationId' | 'tenantId'>;

/** Marks a step as running. One that was interrupted keeps its first start. */
export async function startStep(tx: Transaction, run: RunIds, step: StepRow): Promise<void> {
  await appendEvents(tx, [await markStarted(tx, run, step)]);
}

export async function markStarted(tx: Transaction, run: RunIds, step: StepRow): Promise<NewEvent> {
  const startedAt = step.startedAt ?? new Date();
  await writeStep(tx, step, { state: 'running', startedAt });
  return stepEvent(run, 'step.started', { ...step, state: 'running', startedAt });
}

export async function markDone(tx: Transaction, run: RunIds, step: StepRow, detail: object): Promise<NewEvent> {
  const finishedAt = new Date();
  await writeStep(tx, step, { state: 'done', finishedAt, detail: toJson(detail) });
  return stepEvent(run, 'step.done', { ...step, state: 'done', finishedAt, detail });
}

export async function markWaiting(tx: Transaction, run: RunIds, step: StepRow): Promise<NewEvent> {
  await writeStep(tx, step, { state: 'waiting' });
  return stepEvent(run, 'step.waiting', { ...step, state: 'waiting' });
}

export async function markFailed(tx: Transaction, run: RunIds, step: StepRow, detail: object): Promise<NewEvent> {
  const finishedAt = new Date();
  await writeStep(tx, step, { state: 'failed', finishedAt, detail: toJson(detail) });
  return stepEvent(run, 'step.failed', { ...step, state: 'failed', finishedAt, detail });
}

/** Says of every step that never began that it was left out. */
export async function skipPending(tx: Transaction, runId: string): Promise<void> {
  await tx.runStep.updateMany({
    where: { runId, state: { in: ['pending', 'running', 'waiting'] } },
    data: { state: 'skipped' },
  });
}

async function writeStep(
  tx: Transaction,
  { runId, position }: Pick<StepRow, 'runId' | 'position'>,
  data: Prisma.RunStepUpdateManyMutationInput,
): Promise<void> {
  await tx.runStep.updateMany({ where: { runId, position }, data });
}

function stepEvent(run: RunIds, type: string, step: Omit<StepRow, 'detail'> & { detail: unknown }): NewEvent {
  const { position, name, state, detail, startedAt, finishedAt } = step;
  return runEvent(run, type, { step: { position, name, state, detail, startedAt, finishedAt } });
}
