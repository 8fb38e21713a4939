import { useRuleWords } from '@/app/_portal/approval-parts.tsx';
import type { Facts } from '@/app/_portal/reason.ts';

/** The rule that asked, with its figures. */
export function RuleCell({ rule }: { readonly rule: Facts }) {
  return <span className="text-ink-2">{useRuleWords()(rule)}</span>;
}
