/** Cells of a picture's rows as people read them. Pure. */
import { formatNumber, formatPercent, formatQuantity } from '../../_ui/format.ts';
import { formatDuration } from '../../_ui/format-time.ts';
import type { Picture } from '../../../server/domain/picture.ts';
import type { Locale, LocalText } from '../../../server/domain/text.ts';

export type Row = Readonly<Record<string, unknown>>;
export type Words = Readonly<Record<string, LocalText>>;
export type Figure = Extract<Picture, { kind: 'series' }>['figure'];

/** How far the reader's zone is from UTC at a moment, ms. */
export type OffsetAt = (atMs: number) => number;

export const IN_UTC: OffsetAt = () => 0;

const MINUS = '\u2212';
const DIGITS_DEFAULT = 2;

/** A cell in words: codes that have some, plain values as they are, nothing for none. */
export function cellText(value: unknown, words: Words, locale: Locale): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return JSON.stringify(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return words[text]?.[locale] ?? text;
}

/** A cell of a column that may not be there. */
export const textAt = (row: Row, column: string | null, words: Words, locale: Locale): string =>
  column === null ? '' : cellText(row[column], words, locale);

/** A figure, whether it came as number or as decimal string; null for none. */
export function toNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** Minor units exactly; none reads as zero. */
export function toMinor(value: unknown): bigint {
  if (typeof value === 'number') return BigInt(Math.trunc(value));
  return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : 0n;
}

/** Whether a cell is a day, without a time. */
export const isDate = (value: unknown): boolean => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);

/** Milliseconds since 1970 of an instant or a date; null when it is neither. A date is midnight on the reader's clock. */
export function toInstant(value: unknown, offsetMsAt: OffsetAt): number | null {
  if (typeof value !== 'string') return null;
  const at = Date.parse(value);
  if (Number.isNaN(at)) return null;
  return isDate(value) ? at - offsetMsAt(at) : at;
}

/** Digits of a currency's minor unit, as ISO 4217 has it. */
export function minorDigits(currency: string): number {
  if (!/^[A-Z]{3}$/.test(currency)) return DIGITS_DEFAULT;
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
    DIGITS_DEFAULT
  );
}

/** `1,234.50` of minor units; zero is a dash where it means nothing. */
export function formatMinor(minor: bigint, digits: number): string {
  const size = String(minor < 0n ? -minor : minor).padStart(digits + 1, '0');
  const whole = size.slice(0, size.length - digits).replace(/\B(?=(\d{3})+$)/g, ',');
  const rest = digits > 0 ? `.${size.slice(size.length - digits)}` : '';
  return `${minor < 0n ? MINUS : ''}${whole}${rest}`;
}

/** A figure of a chart with its unit. Money is in major units here. */
export function formatFigure(value: number, figure: Figure, unit: string, locale: Locale): string {
  if (figure === 'percent') return formatPercent(value / 100, locale);
  if (figure === 'ms') return formatDuration(value, locale);
  if (figure === 'money') return [formatNumber(value, { minDigits: 2 }), unit].filter(Boolean).join('\u00a0');
  return formatQuantity(value, unit, locale, figure === 'count' ? 0 : 2);
}
