/** What a step is. Each name of the lifecycle has one file in steps/; steps/index of all of them is `steps.ts`. */
import type { NewEvent } from '../db/events.ts';
import type { Transaction } from '../db/client.ts';
import type { TenantState } from '../domain/lifecycle.ts';
import type { WorkerContext } from './context.ts';
import type { HeldRun } from './run-record.ts';

/** Writes rows in the transaction that finishes the step, and returns the events that tell of them. */
export type StepWrite = (tx: Transaction) => Promise<readonly NewEvent[]>;

export type StepOutcome =
  /** `detail`: facts to show. */
  | { readonly kind: 'done'; readonly detail: object; readonly write?: StepWrite }
  /** The run stops here and holds no job until somebody decides; `write` says so in rows. */
  | { readonly kind: 'paused'; readonly write: StepWrite };

export interface Step {
  /**
   * Does the work. May have been interrupted anywhere by an earlier worker, so it is idempotent.
   * @throws DomainError for a refusal with facts, StepFailed, or any Error when the step fails
   */
  readonly perform: (ctx: WorkerContext, run: HeldRun) => Promise<StepOutcome>;
  /** Takes back what the step did, for an action that must leave the tenant as it was. */
  readonly undo?: (ctx: WorkerContext, run: HeldRun, before: TenantState) => Promise<void>;
  /** True when a tenant cannot go back to its former state once this step began. */
  readonly pointOfNoReturn?: boolean | ((ctx: WorkerContext, run: HeldRun) => Promise<boolean>);
}
