import { describe, expect, test } from 'vitest';
import type { Priced } from '@/server/domain/pricing.ts';
import { priceSheet } from './price-sheet.ts';

const line = { kind: 'plan', code: 'M', sku: 'x.plan.m', included: false, upliftBp: 16_000 } as const;

function priced(termBp: number, discountBp: number, netMicro: bigint): Priced {
  return {
    book: { id: 'b', version: '2026-10' },
    currency: 'CNY',
    model: 'private',
    plan: 'M',
    termMonths: 12,
    discountBp,
    lines: [{ ...line, listMicro: 1_000_000_000n, termBp, discountBp, micro: netMicro }],
    subtotalMicro: netMicro,
    tax: [],
    taxMicro: 0n,
    totalMicro: netMicro,
  };
}

describe('priceSheet', () => {
  test('lists what the model costs, not the price of the public one', () => {
    expect(priceSheet(priced(0, 0, 1_600_000_000n)).rows[0]?.listMicro).toBe(1_600_000_000n);
  });

  test('tells term and negotiation apart, and adds up', () => {
    const sheet = priceSheet(priced(800, 1_000, 1_324_800_000n));
    expect(sheet.termMicro).toBe(-128_000_000n);
    expect(sheet.negotiatedMicro).toBe(-147_200_000n);
    expect(sheet.listMicro + sheet.termMicro + sheet.negotiatedMicro).toBe(1_324_800_000n);
  });

  test('has no negotiated line where nothing was negotiated, whatever was rounded', () => {
    const sheet = priceSheet(priced(777, 0, 1_475_680_000n));
    expect(sheet.negotiatedMicro).toBe(0n);
    expect(sheet.listMicro + sheet.termMicro).toBe(1_475_680_000n);
  });
});
