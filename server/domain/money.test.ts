import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { divideHalfEven, formatMajor, parseMajor, roundToMinor } from './money.ts';

describe('rounding half to even', () => {
  test.each([
    [5n, 2n, 2n],
    [7n, 2n, 4n],
    [-5n, 2n, -2n],
    [-7n, 2n, -4n],
    [1n, 3n, 0n],
    [2n, 3n, 1n],
    [-2n, 3n, -1n],
    [0n, 9n, 0n],
  ])('%d / %d is %d', (numerator, denominator, expected) => {
    expect(divideHalfEven(numerator, denominator)).toBe(expected);
  });

  test('is never further than half a unit, and a tie goes to the even side', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt({ min: 1n, max: 10n ** 12n }), (numerator, denominator) => {
        const q = divideHalfEven(numerator, denominator);
        const twiceOff = 2n * (numerator - q * denominator);
        const off = twiceOff < 0n ? -twiceOff : twiceOff;
        return off < denominator || (off === denominator && q % 2n === 0n);
      }),
    );
  });

  test('is symmetric, so that a credit is the negative of its charge', () => {
    fc.assert(
      fc.property(
        fc.bigInt(),
        fc.bigInt({ min: 1n, max: 10n ** 12n }),
        (n, d) => divideHalfEven(-n, d) === -divideHalfEven(n, d),
      ),
    );
  });

  test('refuses a denominator that is not positive', () => {
    expect(() => divideHalfEven(1n, 0n)).toThrow(RangeError);
  });
});

test('rounds to whole minor units', () => {
  expect(roundToMinor('CNY', 1_234_567n)).toBe(1_230_000n);
  expect(roundToMinor('CNY', 1_235_000n)).toBe(1_240_000n);
  expect(roundToMinor('CNY', 1_225_000n)).toBe(1_220_000n);
});

test('reads and writes major units without loss', () => {
  expect(parseMajor('1999')).toBe(1_999_000_000n);
  expect(parseMajor('-0.35')).toBe(-350_000n);
  expect(formatMajor('CNY', 5_165_970_000n)).toBe('5165.97');
  expect(() => parseMajor('1,999')).toThrow(RangeError);
  expect(() => parseMajor('0.0000001')).toThrow(RangeError);
  fc.assert(fc.property(fc.bigInt(), (micro) => parseMajor(formatMajor('EUR', micro)) === micro));
});
