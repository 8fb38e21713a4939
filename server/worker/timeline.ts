/** The rows of a run's timeline: the engine's events become rows and events of ours, at once when it is quiet, in batches when it is not. */
import type { EngineEvent } from '../../provisioners/engine/port.ts';
import { appendEvents, type NewEvent } from '../db/events.ts';
import type { Transaction } from '../db/client.ts';
import type { WorkerContext } from './context.ts';
import { asHolder } from './holder.ts';
import { runEvent, type HeldRun } from './run-record.ts';

type ResourceEvent = Exclude<EngineEvent, { kind: 'log' }>;

export interface Timeline {
  readonly record: (event: EngineEvent) => void;
  /** Waits until everything is written.
   * @throws FencedOut, or what the database said, when something could not be */
  readonly close: () => Promise<void>;
}

/** @param step under which the resources are shown */
export function openTimeline(ctx: WorkerContext, run: HeldRun, step: string): Timeline {
  const waiting: ResourceEvent[] = [];
  let writing: Promise<void> | null = null;
  let lost: unknown = null;

  const drain = async () => {
    while (waiting.length > 0 && lost === null) {
      const batch = waiting.splice(0);
      try {
        await asHolder(ctx, run.hold, (tx) => writeBatch(ctx, tx, run, step, batch));
      } catch (error) {
        lost = error;
        run.abort(error as Error); // nobody would see what the engine does from here on
      }
    }
    writing = null;
  };
  return {
    record(event) {
      if (event.kind === 'log') {
        ctx.log.debug({ runId: run.row.id, urn: event.urn }, ctx.redact(event.message));
        return;
      }
      waiting.push(event);
      writing ??= drain();
    },
    async close() {
      await writing;
      if (lost !== null) throw lost;
    },
  };
}

async function writeBatch(
  ctx: WorkerContext,
  tx: Transaction,
  run: HeldRun,
  step: string,
  batch: readonly ResourceEvent[],
): Promise<void> {
  const rows = batch.map((event) => ({ kind: event.kind, row: toRow(ctx, step, event) }));
  const latest = new Map(rows.map(({ row }) => [`${row.operation} ${row.urn}`, row])); // a row once per statement
  await tx.$executeRaw`
    INSERT INTO "RunResource" ("runId", urn, step, operation, type, name, "parentUrn", state, message, changes, "startedAt", "finishedAt")
    SELECT ${run.row.id}::uuid, r.urn, r.step, r.operation, r.type, r.name, r."parentUrn", r.state::"StepState", r.message, r.changes, r."startedAt", r."finishedAt"
      FROM jsonb_to_recordset(${JSON.stringify([...latest.values()])}::jsonb)
        AS r(urn text, step text, operation text, type text, name text, "parentUrn" text, state text, message text, changes jsonb,
             "startedAt" timestamptz, "finishedAt" timestamptz)
    ON CONFLICT ("runId", urn, operation) DO UPDATE
      SET step = excluded.step, state = excluded.state, message = excluded.message, changes = excluded.changes,
          "startedAt" = excluded."startedAt", "finishedAt" = excluded."finishedAt"`;
  const events: NewEvent[] = rows.map(({ kind, row }) => runEvent(run.row, kind, { resource: row }));
  await appendEvents(tx, events);
}

function toRow(ctx: WorkerContext, step: string, event: ResourceEvent) {
  const finished = event.kind === 'resource.started' ? null : event;
  return {
    urn: event.urn,
    step,
    operation: event.operation,
    type: event.type,
    name: event.name,
    parentUrn: event.parent ?? '',
    state: STATE[event.kind],
    message: event.kind === 'resource.failed' ? ctx.redact(event.message) : '',
    changes: event.kind === 'resource.done' ? event.changes : [],
    startedAt: new Date(event.at.getTime() - (finished?.durationMs ?? 0)),
    finishedAt: finished ? event.at : null,
  };
}

const STATE = {
  'resource.started': 'running',
  'resource.done': 'done',
  'resource.failed': 'failed',
} as const satisfies Record<ResourceEvent['kind'], string>;
