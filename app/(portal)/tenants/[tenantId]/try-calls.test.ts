import { describe, expect, test } from 'vitest';
import type { TryCall } from '@/server/domain/manifest.ts';
import { bodyText, fill, missingOf, pick, remember } from './try-calls.ts';

const call: TryCall = {
  kind: 'function',
  name: 'pay_order',
  title: { en: 'Pay', zh: '支付' },
  body: { orderNo: '{{orderNo}}', lines: [{ sku: 'A-{{random}}', qty: 2 }] },
  save: { payment: 'payment.id', sku: 'items.0.sku' },
};

describe('calls of the Try it panel', () => {
  test('fill what is known and leave what is not', () => {
    expect(fill(call.body, { random: 'x1' })).toEqual({ orderNo: '{{orderNo}}', lines: [{ sku: 'A-x1', qty: 2 }] });
    expect(missingOf(bodyText(call, { random: 'x1' }))).toBe('orderNo');
    expect(missingOf(bodyText(call, { random: 'x1', orderNo: 'O1' }))).toBeNull();
  });

  test('remember values by path, numbers too, and nothing that is not there', () => {
    expect(remember({ random: 'x1' }, call, { payment: { id: 7 }, items: [{ sku: 'S' }] })).toEqual({
      random: 'x1',
      payment: '7',
      sku: 'S',
    });
    expect(remember({}, call, { error: 'no' })).toEqual({});
    expect(pick(null, 'a.b')).toBeUndefined();
  });
});
