/**
 * Money: integers only. One micro-unit is a millionth of a currency's major unit, held as bigint; rounding to the currency's minor unit is
 * half-even and happens once per line (domain/pricing.ts).
 */
import { z } from 'zod';
import type { Currency } from './configuration.ts';

export const MICRO_PER_MAJOR = 1_000_000n;

/** Digits after the point of the minor unit (ISO 4217). */
export const MINOR_DIGITS = { CNY: 2, USD: 2, EUR: 2 } as const satisfies Record<Currency, number>;

/** Micro-units: a bigint, written as a decimal string where JSON has to carry it. */
export const MicroUnits = z
  .union([z.bigint(), z.string().regex(/^-?\d+$/)])
  .transform((value) => (typeof value === 'bigint' ? value : BigInt(value)));
export type MicroUnits = bigint;

/** Divide exactly and round half to even.
 * @throws RangeError when the denominator is not positive */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  if (denominator <= 0n) throw new RangeError(`denominator: ${denominator}`);
  const quotient = numerator / denominator;
  const rest = numerator % denominator;
  const twice = 2n * (rest < 0n ? -rest : rest);
  const away = rest < 0n ? -1n : 1n;
  if (twice > denominator || (twice === denominator && quotient % 2n !== 0n)) return quotient + away;
  return quotient;
}

/** Micro-units of one minor unit: 10,000 for two digits. */
export function microPerMinor(currency: Currency): bigint {
  return 10n ** BigInt(6 - MINOR_DIGITS[currency]);
}

/** The nearest amount in whole minor units, in micro-units; half to even. `numerator / denominator` is exact. */
export function roundToMinor(currency: Currency, numerator: bigint, denominator = 1n): MicroUnits {
  const step = microPerMinor(currency);
  return divideHalfEven(numerator, denominator * step) * step;
}

/** Read an amount of major units ("1999", "0.35").
 * @throws RangeError when it is not a decimal of at most six places */
export function parseMajor(text: string): MicroUnits {
  const match = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(text);
  if (!match) throw new RangeError(`not an amount: ${text}`);
  const micro = BigInt(match[2]!) * MICRO_PER_MAJOR + BigInt((match[3] ?? '').padEnd(6, '0'));
  return match[1] === '-' ? -micro : micro;
}

/** Write an amount as major units with at least the minor unit's digits ("5165.97"); for exports, not for the eye. */
export function formatMajor(currency: Currency, micro: MicroUnits): string {
  const abs = micro < 0n ? -micro : micro;
  const digits = (abs % MICRO_PER_MAJOR).toString().padStart(6, '0').replace(/0+$/, '');
  return `${micro < 0n ? '-' : ''}${abs / MICRO_PER_MAJOR}.${digits.padEnd(MINOR_DIGITS[currency], '0')}`;
}
