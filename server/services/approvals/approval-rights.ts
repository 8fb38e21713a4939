/** Which right decides which kind of question, and who may read the questions. */
import { hasRight, type Actor, type Right } from '../../domain/policy.ts';
import { refuse } from '../support.ts';
import type { ApprovalKind } from '../views/approvals.ts';

export const DECIDES = {
  order: 'order:approve',
  discount: 'quote:discount_over_limit',
  run: 'run:approve',
  change: 'order:approve',
} as const satisfies Record<ApprovalKind, Right>;

const READS: readonly Right[] = [...Object.values(DECIDES), 'audit:read', 'quote:write'];

/** @throws DomainError `right_missing` */
export function authorizeReading(actor: Actor): void {
  if (!READS.some((right) => hasRight(actor, right))) refuse({ code: 'right_missing', right: DECIDES.order });
}
