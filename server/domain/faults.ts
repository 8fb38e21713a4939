/**
 * Faults: facts, not prose. Each is a code with its facts; words in en and zh come from the portal's message files (`faults.json`),
 * and the edge adds a status and the request id. Exhaustive at the edge: a code without a status or words does not compile.
 */
import type { ActionRefused, OrderState, QuoteState, RunState } from './lifecycle.ts';
import type { DeploymentModel } from './manifest.ts';
import type { Right } from './policy.ts';

export type Fault =
  | { readonly code: 'not_signed_in' }
  | { readonly code: 'session_ended' }
  | { readonly code: 'right_missing'; readonly right: Right }
  | { readonly code: 'session_needed' }
  | { readonly code: 'not_found'; readonly what: string }
  | { readonly code: 'offering_unknown'; readonly offering: string }
  | { readonly code: 'offering_not_orderable'; readonly offering: string; readonly lifecycle: string }
  | { readonly code: 'plan_not_for_model'; readonly plan: string; readonly model: string }
  | { readonly code: 'model_not_available'; readonly model: string }
  | { readonly code: 'module_not_selectable'; readonly module: string }
  | { readonly code: 'params_invalid'; readonly issues: readonly { readonly path: string; readonly message: string }[] }
  | { readonly code: 'name_taken'; readonly name: string }
  | { readonly code: 'no_price'; readonly sku: string; readonly currency: string }
  | { readonly code: 'preview_not_ready'; readonly previewId: string }
  | { readonly code: 'preview_failed'; readonly previewId: string; readonly reason: string }
  | {
      readonly code: 'preview_stale';
      readonly previewId: string;
      readonly why: 'expired' | 'consumed' | 'inputs_changed' | 'prices_changed';
    }
  | { readonly code: 'plan_changed'; readonly approvedHash: string; readonly plannedHash: string }
  | { readonly code: 'idempotency_key_reused'; readonly key: string }
  | ActionRefused
  | { readonly code: 'order_state'; readonly asked: string; readonly state: OrderState }
  | { readonly code: 'quote_state'; readonly asked: string; readonly state: QuoteState }
  | { readonly code: 'quote_expired'; readonly validUntil: string }
  | { readonly code: 'discount_over_limit'; readonly askedBp: number; readonly limitBp: number }
  | { readonly code: 'run_state'; readonly asked: string; readonly state: RunState }
  | { readonly code: 'confirmation_mismatch'; readonly expected: string }
  | {
      readonly code: 'capacity_exceeded';
      readonly resource: string;
      readonly asked: number;
      readonly free: number;
      readonly unit: string;
    }
  /** Records must stay in a territory that no target keeps them in; `territories` are those that could be had. */
  | { readonly code: 'residency_unmet'; readonly residency: string; readonly territories: readonly string[] }
  /** A change that asks for what is there already. */
  | { readonly code: 'change_empty' }
  /** The tenant is not what it was when the change was planned, or the plan is too old. */
  | { readonly code: 'change_stale'; readonly changeId: string; readonly why: 'expired' | 'tenant_changed' | 'asked' }
  | { readonly code: 'move_refused'; readonly from: DeploymentModel; readonly to: DeploymentModel }
  | { readonly code: 'change_state'; readonly asked: string; readonly state: string }
  | {
      readonly code: 'parameter_kept';
      readonly name: string;
      readonly rule: 'grow' | 'fixed';
      readonly from: string;
      readonly to: string;
    }
  /** `rows`: what would be deleted with it; null when it cannot be taken out of a running tenant at all. */
  | { readonly code: 'module_in_use'; readonly module: string; readonly rows: number | null }
  | { readonly code: 'storage_in_use'; readonly usedBytes: number; readonly limitBytes: number }
  | { readonly code: 'connections_in_use'; readonly used: number; readonly limit: number }
  | { readonly code: 'key_already_shown' }
  /** A key is to be bound to a party where nothing could be used with it. */
  | { readonly code: 'party_unknown'; readonly offering: string }
  | { readonly code: 'decided_already'; readonly by: string }
  | { readonly code: 'own_request'; readonly what: string }
  | { readonly code: 'too_many_requests'; readonly retryAfterSeconds: number }
  | { readonly code: 'body_too_large'; readonly maxBytes: number }
  | { readonly code: 'content_type'; readonly expected: string }
  | { readonly code: 'origin_refused' }
  | { readonly code: 'invalid_input'; readonly issues: readonly { readonly path: string; readonly message: string }[] }
  | { readonly code: 'tenant_unreachable'; readonly ref: string; readonly reason: string }
  | { readonly code: 'internal' };

export type FaultCode = Fault['code'];
export type FaultOf<C extends FaultCode> = Extract<Fault, { code: C }>;

/** The one exception that services throw for what a caller can understand. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.code);
    this.fault = fault;
  }
}
