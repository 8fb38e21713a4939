/** What a run says about itself in rows and events: facts with a code, never prose; pages and the command line put words to them. */
import { z } from 'zod';
import type { Fault } from './faults.ts';
import type { StepName, TenantState } from './lifecycle.ts';
import { LocalText } from './text.ts';

/** One step of a smoke transaction that passed, in the detail of the run's step `prove` under `smoke`. */
export const ProvedStep = z.object({
  name: z.string(),
  title: LocalText,
  /** How long it took. */
  ms: z.number(),
  /** What was seen, in a few words. */
  fact: z.string(),
});
export type ProvedStep = z.infer<typeof ProvedStep>;

/** Why a run waits. `since` and `nextTryAt` are ISO times. */
export type WaitsFor =
  | { readonly code: 'earlier_run'; readonly runNumber: number }
  | { readonly code: 'approval'; readonly planHash: string }
  | {
      /** The tenants' database cluster, or the gateway in front of it. */
      readonly code: 'target_unreachable' | 'gateway_unreachable';
      readonly target: string;
      readonly since: string;
      readonly nextTryAt: string;
      readonly attempts: number;
    };

/** Why a run failed. `leftovers` names what a failed create could not remove; empty when nothing is left. */
export type RunFailure =
  | {
      readonly code: 'step_failed';
      readonly step: StepName;
      readonly message: string;
      /** Resources that refused, by URN. */
      readonly resources: readonly { readonly urn: string; readonly message: string }[];
      readonly leftovers: readonly string[];
    }
  | { readonly code: 'cancelled'; readonly step: StepName | null; readonly leftovers: readonly string[] }
  | {
      readonly code: 'refused';
      readonly step: StepName | null;
      readonly fault: Fault;
      readonly leftovers: readonly string[];
    };

/** Why a tenant is in its state. */
export type StateReason =
  /** A run is under way; what the tenant was before it, so that a failure can put it back. */
  | {
      readonly code: 'run_under_way';
      readonly runId: string;
      readonly before: TenantState;
      readonly beforeReason: Readonly<Record<string, unknown>>;
    }
  | { readonly code: 'run_failed'; readonly runId: string; readonly runNumber: number; readonly failure: RunFailure }
  | {
      readonly code: 'invariants_violated';
      readonly rules: readonly { readonly rule: string; readonly violations: number }[];
    }
  /** A rule of the wall around it did not hold when it was tried. */
  | { readonly code: 'isolation_broken'; readonly rules: readonly string[] }
  | { readonly code: 'api_unreachable'; readonly status: number };
