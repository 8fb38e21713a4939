import { expect, test } from 'vitest';
import { APPROVAL_THRESHOLD_MICRO, discountApprovalRule, orderApprovalRule } from './commercial.ts';

test('an order waits above the threshold of its currency, not at it', () => {
  for (const currency of ['CNY', 'USD', 'EUR'] as const) {
    const threshold = APPROVAL_THRESHOLD_MICRO[currency];
    expect(orderApprovalRule({ currency, subtotalMicro: threshold })).toBeNull();
    expect(orderApprovalRule({ currency, subtotalMicro: threshold + 10_000n })).toEqual({
      code: 'amount_over_threshold',
      currency,
      monthlyMicro: String(threshold + 10_000n),
      thresholdMicro: String(threshold),
    });
  }
});

test('a discount waits above the desk’s limit', () => {
  expect(discountApprovalRule(1_000)).toBeNull();
  expect(discountApprovalRule(1_001)).toEqual({ code: 'discount_over_limit', askedBp: 1_001, limitBp: 1_000 });
});
