/** What stands against deciding a question now. */
import type { Fault } from '../../domain/faults.ts';
import { hasRight, type Actor } from '../../domain/policy.ts';
import { DECIDES } from './approval-rights.ts';
import { subjectOf, type ApprovalRow } from './approval-view.ts';

/** Why this person cannot decide it; null when they can. Nobody decides what they asked for, and only the plan that was asked about. */
export function decideRefusal(actor: Actor, approval: ApprovalRow): Fault | null {
  const right = DECIDES[approval.kind];
  if (!hasRight(actor, right)) return { code: 'right_missing', right };
  const { requestedBy, planHash } = subjectOf(approval);
  if (requestedBy?.id === actor.userId) return { code: 'own_request', what: approval.kind };
  if (approval.state !== 'pending') return { code: 'decided_already', by: approval.decidedBy?.name ?? approval.state };
  if (planHash === approval.planHash) return null;
  return { code: 'plan_changed', approvedHash: approval.planHash, plannedHash: planHash };
}
