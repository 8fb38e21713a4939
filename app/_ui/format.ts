/**
 * Figures as people read them. Pure: the locale comes in, a string goes out, nothing is looked up.
 * Minus is U+2212, the space before a unit is no-break, Chinese has none before %.
 */
import type { Locale } from '../../server/domain/text.ts';

const MINUS = '\u2212';
const NBSP = '\u00a0';
const MICRO_DIGITS = 6;

const SYMBOL: Readonly<Record<string, string>> = { CNY: '¥', USD: '$', EUR: '€' };
/** What stands in a table's head instead of a symbol in every cell. */
const HEAD: Readonly<Record<string, Readonly<Record<Locale, string>>>> = {
  CNY: { en: 'CNY', zh: '元' },
  USD: { en: 'USD', zh: '美元' },
  EUR: { en: 'EUR', zh: '欧元' },
};

const group = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',');

/** Divides, rounding half to even. */
function divideHalfEven(value: bigint, by: bigint): bigint {
  const whole = value / by;
  const twice = (value % by) * 2n;
  return twice > by || (twice === by && whole % 2n === 1n) ? whole + 1n : whole;
}

/**
 * An amount without its currency, for table cells whose head names it.
 * @param micro millionths of the currency's unit
 * @param digits after the point; default 2
 */
export function formatAmount(micro: bigint, digits = 2): string {
  const negative = micro < 0n;
  const scaled = divideHalfEven(negative ? -micro : micro, 10n ** BigInt(MICRO_DIGITS - digits));
  const text = String(scaled).padStart(digits + 1, '0');
  const whole = group(text.slice(0, text.length - digits));
  const rest = digits > 0 ? `.${text.slice(text.length - digits)}` : '';
  return `${negative && scaled > 0n ? MINUS : ''}${whole}${rest}`;
}

/** `¥5,165.97`, `−$12.00`; a currency without a symbol of ours is written out: `5,165.97 CHF`. */
export function formatMoney(micro: bigint, currency: string, options: { readonly signed?: boolean } = {}): string {
  const symbol = SYMBOL[currency];
  const amount = formatAmount(micro < 0n ? -micro : micro);
  const sign = micro < 0n ? MINUS : options.signed && micro > 0n ? '+' : '';
  return symbol === undefined ? `${sign}${amount}${NBSP}${currency}` : `${sign}${symbol}${amount}`;
}

/** The currency as a table's head says it: `CNY`, in Chinese 元. */
export function formatCurrencyHead(currency: string, locale: Locale): string {
  return HEAD[currency]?.[locale] ?? currency;
}

/** For axes of charts only: `184k`, `1.8M`; in Chinese `18.4 万`, `1.2 亿`. */
export function formatCompact(value: number, locale: Locale): string {
  const size = Math.abs(value);
  const steps: readonly (readonly [number, string])[] =
    locale === 'zh'
      ? [
          [1e8, `${NBSP}亿`],
          [1e4, `${NBSP}万`],
        ]
      : [
          [1e9, 'G'],
          [1e6, 'M'],
          [1e4, 'k'],
        ];
  for (const [from, unit] of steps) {
    const by = unit === 'k' ? 1e3 : from;
    if (size >= from) return `${formatNumber(value / by, { maxDigits: 1 })}${unit}`;
  }
  return formatNumber(value, { maxDigits: size < 10 ? 2 : 1 });
}

/** `1,204`, `0.41`; never more digits than `maxDigits` (default 2), none that are zero unless `minDigits` asks. */
export function formatNumber(
  value: number,
  options: { readonly minDigits?: number; readonly maxDigits?: number } = {},
): string {
  const min = options.minDigits ?? 0;
  const max = Math.max(min, options.maxDigits ?? 2);
  const text = new Intl.NumberFormat('en-US', { minimumFractionDigits: min, maximumFractionDigits: max }).format(value);
  return text.replace('-', MINUS).replace(/^\u2212(?=0(\.0*)?$)/, '');
}

/** A share of one: `0.082` → `8.2 %`, in Chinese `8.2%`. */
export function formatPercent(share: number, locale: Locale, maxDigits = 1): string {
  return `${formatNumber(share * 100, { maxDigits })}${locale === 'zh' ? '' : NBSP}%`;
}

/** Basis points: `1200` → `12 %`. */
export function formatBp(bp: number, locale: Locale): string {
  return formatPercent(bp / 10_000, locale, 2);
}

/** A figure with its unit: `100 rps`, `8.2 %`. Percent follows the language, other units stand after a no-break space. */
export function formatQuantity(value: number, unit: string, locale: Locale, maxDigits = 2): string {
  if (unit === '') return formatNumber(value, { maxDigits });
  const glue = unit === '%' && locale === 'zh' ? '' : NBSP;
  return `${formatNumber(value, { maxDigits })}${glue}${unit}`;
}

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Storage in binary units: `812 MiB`, `6.2 GiB`. */
export function formatBytes(bytes: number): string {
  let value = Math.abs(bytes);
  let step = 0;
  while (value >= 1024 && step < BINARY.length - 1) {
    value /= 1024;
    step++;
  }
  const digits = step === 0 || value >= 100 ? 0 : 1;
  return `${bytes < 0 ? MINUS : ''}${formatNumber(value, { maxDigits: digits })}${NBSP}${BINARY[step]}`;
}

/** The head and tail of a hash: `9f3c07…e21a`; prefixes like `sha256:` and `req_` stay. Short ids stay whole. */
export function shortenId(id: string): string {
  const prefix = /^[a-z0-9]+[:_]/i.exec(id)?.[0] ?? '';
  const body = id.slice(prefix.length);
  return body.length <= 14 ? id : `${prefix}${body.slice(0, 6)}…${body.slice(-4)}`;
}

/** What a list shows of a Pulumi URN: the last part of its type, and its name. */
export function shortenUrn(urn: string): { readonly type: string; readonly name: string } {
  const parts = urn.split('::');
  const type = (parts[2] ?? '').split('$').at(-1)?.split(':').at(-1) ?? '';
  return { type, name: parts.slice(3).join('::') };
}
