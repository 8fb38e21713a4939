/** Commercial rules: what needs somebody else's decision. Defaults of an installation. */
import type { Currency } from './configuration.ts';
import type { MicroUnits } from './money.ts';

/** A month, before tax: an order above it waits for an approval. */
export const APPROVAL_THRESHOLD_MICRO = {
  CNY: 20_000_000_000n,
  USD: 2_800_000_000n,
  EUR: 2_600_000_000n,
} as const satisfies Record<Currency, MicroUnits>;

/** A sales engineer's own limit; above it a quote waits for an approval. */
export const DISCOUNT_LIMIT_BP = 1_000;

/** Why something needs a decision, as facts; amounts are decimal strings of micro-units. */
export type ApprovalRule =
  | {
      readonly code: 'amount_over_threshold';
      readonly currency: Currency;
      readonly monthlyMicro: string;
      readonly thresholdMicro: string;
    }
  | { readonly code: 'discount_over_limit'; readonly askedBp: number; readonly limitBp: number };

/** The rule that makes an order wait, or null when it may start at once. */
export function orderApprovalRule(price: {
  readonly currency: Currency;
  readonly subtotalMicro: MicroUnits;
}): ApprovalRule | null {
  const threshold = APPROVAL_THRESHOLD_MICRO[price.currency];
  if (price.subtotalMicro <= threshold) return null;
  return {
    code: 'amount_over_threshold',
    currency: price.currency,
    monthlyMicro: price.subtotalMicro.toString(),
    thresholdMicro: threshold.toString(),
  };
}

/** The rule that makes a quote wait before it may be sent, or null. */
export function discountApprovalRule(discountBp: number): ApprovalRule | null {
  return discountBp > DISCOUNT_LIMIT_BP
    ? { code: 'discount_over_limit', askedBp: discountBp, limitBp: DISCOUNT_LIMIT_BP }
    : null;
}
