/**
 * The only place where transitions of a tenant, an order and a run exist. Serves the API, the worker and the buttons.
 * A new action is a row here, and a file under worker/steps when it needs a new primitive.
 */
import { z } from 'zod';
import type { Right } from './policy.ts';

export const TENANT_STATES = [
  'ordered',
  'provisioning',
  'active',
  'degraded',
  'changing',
  'suspending',
  'suspended',
  'resuming',
  'retiring',
  'retired',
  'failed',
] as const;
export const TenantState = z.enum(TENANT_STATES);
export type TenantState = z.infer<typeof TenantState>;

/** How a state is shown: `off` quiet, `run` under way, `ok`, `wait` needs somebody, `bad`. */
export type Tone = 'off' | 'run' | 'ok' | 'wait' | 'bad';
export const TENANT_TONE = {
  ordered: 'off',
  provisioning: 'run',
  active: 'ok',
  degraded: 'wait',
  changing: 'run',
  suspending: 'off',
  suspended: 'off',
  resuming: 'off',
  retiring: 'off',
  retired: 'off',
  failed: 'bad',
} as const satisfies Record<TenantState, Tone>;

/** Primitives the worker knows; each is a file under worker/steps. */
export type StepName =
  | 'reserve'
  | 'plan'
  | 'converge'
  | 'prove'
  | 'startMetering'
  | 'closeRoutes'
  | 'openRoutes'
  | 'rest'
  | 'wake'
  | 'stopMetering'
  | 'destroy'
  | 'endSubscription'
  | 'assess'
  | 'adopt'
  | 'transfer'
  | 'settle'
  | 'rekey';

export interface Action {
  readonly from: readonly TenantState[];
  /** State while the run is under way; set when the run starts, not when it is asked for. Null, as `to`: the tenant stays as it is. */
  readonly via: TenantState | null;
  readonly to: TenantState | null;
  /** State after a failure: `failed` for a create (its resources are removed), `back` keeps the old state and marks it tainted. */
  readonly onFailure: 'failed' | 'back';
  readonly needs: Right;
  readonly steps: readonly StepName[];
  /** The person must type the tenant's name. */
  readonly confirmByName: boolean;
  /** Asked for with a plan and a price that were seen before, never by itself. */
  readonly planned?: boolean;
  /** Asked for with parameters of its own, never by its name alone. */
  readonly parametrised?: boolean;
  /** Resources of this type alone are planned and touched; absent: all. */
  readonly only?: string;
}

export const LIFECYCLE = {
  provision: {
    from: ['ordered', 'failed'],
    via: 'provisioning',
    to: 'active',
    onFailure: 'failed',
    needs: 'tenant:operate',
    confirmByName: false,
    steps: ['reserve', 'plan', 'converge', 'prove', 'startMetering'],
  },
  change: {
    from: ['active', 'degraded'],
    via: 'changing',
    to: 'active',
    onFailure: 'back',
    needs: 'order:place',
    confirmByName: false,
    planned: true,
    steps: ['assess', 'plan', 'converge', 'prove', 'adopt'],
  },
  move: {
    // From `changing`: one that stopped after its rows had moved goes on from there.
    from: ['active', 'degraded', 'changing'],
    via: 'changing',
    to: 'active',
    onFailure: 'back',
    needs: 'order:place',
    confirmByName: false,
    planned: true,
    steps: ['assess', 'plan', 'transfer', 'prove', 'settle', 'adopt'],
  },
  rekey: {
    from: ['active', 'degraded', 'suspended'],
    via: null,
    to: null,
    onFailure: 'back',
    needs: 'tenant:manage_keys',
    confirmByName: false,
    parametrised: true,
    only: 'ApiKey',
    steps: ['plan', 'rekey'],
  },
  suspend: {
    from: ['active', 'degraded'],
    via: 'suspending',
    to: 'suspended',
    onFailure: 'back',
    needs: 'tenant:operate',
    confirmByName: false,
    steps: ['closeRoutes', 'stopMetering', 'rest'],
  },
  resume: {
    from: ['suspended'],
    via: 'resuming',
    to: 'active',
    onFailure: 'back',
    needs: 'tenant:operate',
    confirmByName: false,
    steps: ['wake', 'openRoutes', 'prove', 'startMetering'],
  },
  retire: {
    from: ['active', 'degraded', 'suspended', 'failed', 'retiring'],
    via: 'retiring',
    to: 'retired',
    onFailure: 'back',
    needs: 'tenant:operate',
    confirmByName: true,
    steps: ['closeRoutes', 'stopMetering', 'destroy', 'endSubscription'],
  },
} as const satisfies Record<string, Action>;

export const ActionName = z.enum(Object.keys(LIFECYCLE) as [keyof typeof LIFECYCLE, ...(keyof typeof LIFECYCLE)[]]);
export type ActionName = z.infer<typeof ActionName>;

/** Whether the action makes a tenant: asked for by an order, never by itself. */
export function isCreate(action: Action): boolean {
  return action.onFailure === 'failed';
}

/** Whether the action is asked for by a record of its own, with its plan and price, and not by its name alone. */
export function isPlanned(action: Action): boolean {
  return action.planned === true;
}

/** Whether the action may be asked for by its name alone: what was ordered is built by its order, what was planned by its change. */
export function isAskedByName(action: Action): boolean {
  return !isCreate(action) && !isPlanned(action) && action.parametrised !== true;
}

/** An action that may not start in this state; one of the faults. */
export interface ActionRefused {
  readonly code: 'action_refused';
  readonly action: ActionName;
  readonly state: TenantState;
}

/** Why an action may not start in this state, or null when it may. */
export function refusal(name: ActionName, tenant: { readonly state: TenantState }): ActionRefused | null {
  const action: Action = LIFECYCLE[name];
  return action.from.includes(tenant.state) ? null : { code: 'action_refused', action: name, state: tenant.state };
}

/** The state that queued runs, in order, will leave if all succeed. A new request is judged by it. */
export function stateAfter(state: TenantState, queued: readonly ActionName[]): TenantState {
  return queued.reduce<TenantState>((before, action) => LIFECYCLE[action].to ?? before, state);
}

export const RUN_STATES = [
  'queued',
  'planning',
  'awaiting_approval',
  'running',
  'succeeded',
  'failed',
  'cancelled',
] as const;
export const RunState = z.enum(RUN_STATES);
export type RunState = z.infer<typeof RunState>;
export const RUN_TRANSITIONS = {
  queued: ['planning', 'running', 'cancelled', 'failed'],
  planning: ['awaiting_approval', 'running', 'failed', 'cancelled', 'queued'],
  awaiting_approval: ['queued', 'cancelled', 'failed'],
  running: ['succeeded', 'failed', 'cancelled', 'awaiting_approval', 'queued'],
  succeeded: [],
  failed: [],
  cancelled: [],
} as const satisfies Record<RunState, readonly RunState[]>;
export const RUN_TONE = {
  queued: 'off',
  planning: 'run',
  awaiting_approval: 'wait',
  running: 'run',
  succeeded: 'ok',
  failed: 'bad',
  cancelled: 'off',
} as const satisfies Record<RunState, Tone>;
/** States in which a run holds its tenant; the database's partial unique index names the same three. */
export const LIVE_RUN_STATES = ['planning', 'awaiting_approval', 'running'] as const satisfies readonly RunState[];

export const STEP_STATES = ['pending', 'running', 'waiting', 'done', 'failed', 'skipped'] as const;
export const StepState = z.enum(STEP_STATES);
export type StepState = z.infer<typeof StepState>;

export const ORDER_STATES = [
  'draft',
  'submitted',
  'awaiting_approval',
  'accepted',
  'fulfilled',
  'rejected',
  'cancelled',
  'expired',
  'failed',
] as const;
export const OrderState = z.enum(ORDER_STATES);
export type OrderState = z.infer<typeof OrderState>;
export const ORDER_TRANSITIONS = {
  draft: ['submitted', 'cancelled', 'expired'],
  submitted: ['awaiting_approval', 'accepted', 'rejected', 'cancelled'],
  awaiting_approval: ['accepted', 'rejected', 'cancelled', 'expired'],
  accepted: ['fulfilled', 'failed', 'cancelled', 'awaiting_approval'],
  failed: ['accepted', 'cancelled'],
  fulfilled: [],
  rejected: [],
  cancelled: [],
  expired: [],
} as const satisfies Record<OrderState, readonly OrderState[]>;
export const ORDER_TONE = {
  draft: 'off',
  submitted: 'run',
  awaiting_approval: 'wait',
  accepted: 'run',
  fulfilled: 'ok',
  rejected: 'bad',
  cancelled: 'off',
  expired: 'off',
  failed: 'bad',
} as const satisfies Record<OrderState, Tone>;

export const QUOTE_STATES = [
  'draft',
  'awaiting_approval',
  'sent',
  'accepted',
  'declined',
  'expired',
  'superseded',
] as const;
export const QuoteState = z.enum(QUOTE_STATES);
export type QuoteState = z.infer<typeof QuoteState>;
export const QUOTE_TRANSITIONS = {
  draft: ['sent', 'awaiting_approval', 'superseded'],
  awaiting_approval: ['draft', 'sent', 'superseded'],
  sent: ['accepted', 'declined', 'expired', 'superseded'],
  accepted: [],
  declined: [],
  expired: ['superseded'],
  superseded: [],
} as const satisfies Record<QuoteState, readonly QuoteState[]>;
export const QUOTE_TONE = {
  draft: 'off',
  awaiting_approval: 'wait',
  sent: 'run',
  accepted: 'ok',
  declined: 'bad',
  expired: 'off',
  superseded: 'off',
} as const satisfies Record<QuoteState, Tone>;

/** Whether a table of transitions allows a step. */
export function allows<S extends string>(table: Readonly<Record<S, readonly S[]>>, from: S, to: S): boolean {
  return table[from].includes(to);
}
