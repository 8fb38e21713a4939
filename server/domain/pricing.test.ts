import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CURRENCIES, TERM_MONTHS } from './configuration.ts';
import { DomainError } from './faults.ts';
import { MODELS } from './manifest.ts';
import { parseMajor } from './money.ts';
import { priceConfiguration, Priced, type PriceBookData, type PriceInput } from './pricing.ts';

const row = (sku: string, kind: 'plan' | 'module', major: string, model: (typeof MODELS)[number] | null = null) =>
  CURRENCIES.map((currency) => ({ sku, kind, currency, model, micro: parseMajor(major) }));

const BOOK: PriceBookData = {
  id: 'book',
  version: '2026-11',
  validFrom: new Date(0),
  upliftBp: { public: 10_000, private: 16_000, hybrid: 22_000 },
  termBp: { '1': 0, '12': 800, '24': 1_500, '36': 2_200 },
  tax: { CNY: { name: 'VAT 6 %', rateBp: 600 } },
  rows: [
    ...row('shop-s', 'plan', '399'),
    ...row('shop-m', 'plan', '1999'),
    ...row('flash', 'module', '150'),
    ...row('pim', 'module', '80'),
    ...row('pim', 'module', '95', 'private'),
  ],
};
const flash = { code: 'flash', sku: 'flash', includedIn: ['M' as const] };
const pim = { code: 'pim', sku: 'pim', includedIn: [] };
const input = (change: Partial<PriceInput> = {}): PriceInput => ({
  plan: { code: 'S', sku: 'shop-s' },
  modules: [],
  model: 'public',
  currency: 'CNY',
  termMonths: 1,
  discountBp: 0,
  ...change,
});
const micro = (change: Partial<PriceInput>) => priceConfiguration(BOOK, input(change)).lines.map((line) => line.micro);

describe('the evaluation order', () => {
  test('a plan costs its list price, and tax comes on the sum', () => {
    const priced = priceConfiguration(BOOK, input());
    expect(priced.subtotalMicro).toBe(parseMajor('399'));
    expect(priced.tax).toEqual([
      { name: 'VAT 6 %', rateBp: 600, baseMicro: parseMajor('399'), micro: parseMajor('23.94') },
    ]);
    expect(priced.totalMicro).toBe(parseMajor('422.94'));
  });

  test('the model lifts plans, never modules', () => {
    expect(micro({ model: 'hybrid', modules: [flash] })).toEqual([parseMajor('877.8'), parseMajor('150')]);
  });

  test('a module has its own price per model where the book says so', () => {
    expect(micro({ model: 'private', modules: [pim] })).toEqual([parseMajor('638.4'), parseMajor('95')]);
    expect(micro({ model: 'public', modules: [pim] })[1]).toBe(parseMajor('80'));
  });

  test('a module that the plan holds is listed at zero', () => {
    const priced = priceConfiguration(BOOK, input({ plan: { code: 'M', sku: 'shop-m' }, modules: [flash] }));
    expect(priced.lines[1]).toMatchObject({ code: 'flash', included: true, micro: 0n });
  });

  test('term and discount multiply and are rounded once', () => {
    // 399 × 0.92 × 0.93 = 341.3844
    expect(micro({ termMonths: 12, discountBp: 700 })).toEqual([parseMajor('341.38')]);
  });

  test('no row is a fault, not a zero', () => {
    expect(() => priceConfiguration(BOOK, input({ plan: { code: 'L', sku: 'shop-l' } }))).toThrow(DomainError);
    expect(() => priceConfiguration(BOOK, input({ discountBp: 10_001 }))).toThrow(RangeError);
  });
});

const anyInput = fc.record({
  plan: fc.constantFrom({ code: 'S' as const, sku: 'shop-s' }, { code: 'M' as const, sku: 'shop-m' }),
  modules: fc.subarray([flash, pim]),
  model: fc.constantFrom(...MODELS),
  currency: fc.constantFrom(...CURRENCIES),
  termMonths: fc.constantFrom(...TERM_MONTHS),
  discountBp: fc.integer({ min: 0, max: 10_000 }),
});

describe('for every configuration', () => {
  test('the lines add up to the subtotal, the tax groups to the tax, both to the total, in whole minor units', () => {
    fc.assert(
      fc.property(anyInput, (any) => {
        const priced = priceConfiguration(BOOK, any);
        expect(priced.lines.reduce((sum, line) => sum + line.micro, 0n)).toBe(priced.subtotalMicro);
        expect(priced.tax.reduce((sum, group) => sum + group.micro, 0n)).toBe(priced.taxMicro);
        expect(priced.subtotalMicro + priced.taxMicro).toBe(priced.totalMicro);
        expect(priced.totalMicro % 10_000n).toBe(0n);
      }),
    );
  });

  test('the same input and book give the same result, also after a trip through JSON', () => {
    fc.assert(
      fc.property(anyInput, (any) => {
        const text = (value: unknown) =>
          JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? v.toString() : v));
        const priced = priceConfiguration(BOOK, any);
        expect(text(priceConfiguration(BOOK, any))).toBe(text(priced));
        expect(Priced.parse(JSON.parse(text(priced)))).toEqual(priced);
      }),
    );
  });

  test('a higher discount never costs more', () => {
    fc.assert(
      fc.property(anyInput, fc.integer({ min: 0, max: 10_000 }), (any, other) => {
        const [low, high] = [Math.min(any.discountBp, other), Math.max(any.discountBp, other)];
        const of = (discountBp: number) => priceConfiguration(BOOK, { ...any, discountBp }).subtotalMicro;
        return of(high) <= of(low);
      }),
    );
  });
});
