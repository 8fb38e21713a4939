import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { formatAmount, formatMoney } from './format.ts';
import { RailPart } from './rail.tsx';

export interface PriceLine {
  readonly key: string;
  readonly label: ReactNode;
  readonly micro: bigint;
  /** `discount` is green and negative, `total` has a line above. */
  readonly kind?: 'normal' | 'discount' | 'total';
}

export interface PriceRailProps {
  readonly currency: string;
  /** A month; `null` while there is none (XL, preview): say it in `instead`. */
  readonly totalMicro: bigint | null;
  readonly instead?: ReactNode;
  readonly withTax: boolean;
  readonly priceBook: string;
  /** The price before a change, struck out. */
  readonly beforeMicro?: bigint;
  /** Against what stood here when the page opened. */
  readonly deltaMicro?: bigint;
  readonly termMonths?: number;
  readonly termMicro?: bigint;
  readonly lines: readonly PriceLine[];
}

function Line({ line }: { readonly line: PriceLine }) {
  return (
    <div
      className={cx(
        'flex items-baseline justify-between gap-3',
        line.kind === 'total' && 'mt-0.5 border-t border-line pt-1.5',
      )}
    >
      <dt className="min-w-0 text-ink-2">{line.label}</dt>
      <dd className={cx('num', line.kind === 'discount' && 'text-ok')}>{formatAmount(line.micro)}</dd>
    </div>
  );
}

/** What it costs, first part of a rail: total, what it came from. The total is read out when it changes. */
export function PriceRail({
  currency,
  totalMicro,
  instead,
  withTax,
  priceBook,
  beforeMicro,
  deltaMicro,
  termMonths,
  termMicro,
  lines,
}: PriceRailProps) {
  const t = useTranslations('ui.price');
  return (
    <>
      <RailPart className="pt-5">
        <div className="flex items-center justify-between gap-3 text-12 text-ink-3">
          <span>{withTax ? t('eachMonth') : t('eachMonthNet')}</span>
          <span>{t('book', { book: priceBook })}</span>
        </div>
        <div aria-live="polite" aria-atomic className="mt-1 flex flex-wrap items-baseline gap-x-2">
          {beforeMicro !== undefined && (
            <s className="num text-16 text-ink-3">
              <span className="sr-only">{t('before')} </span>
              {formatAmount(beforeMicro)}
            </s>
          )}
          <span className="num text-24 font-semibold tracking-tight">
            {totalMicro === null ? instead : formatMoney(totalMicro, currency)}
          </span>
          {deltaMicro !== undefined && deltaMicro !== 0n && (
            <span className={cx('num text-12', deltaMicro > 0n ? 'text-wait' : 'text-ok')}>
              {t('more', { amount: formatMoney(deltaMicro, currency, { signed: true }) })}
            </span>
          )}
        </div>
        {termMonths !== undefined && termMicro !== undefined && termMonths > 1 && (
          <div className="num text-12 text-ink-3">
            {t('over', { amount: formatMoney(termMicro, currency), months: termMonths })}
          </div>
        )}
      </RailPart>
      {lines.length > 0 && (
        <RailPart>
          <dl className="grid gap-1.5">
            {lines.map((line) => (
              <Line key={line.key} line={line} />
            ))}
          </dl>
        </RailPart>
      )}
    </>
  );
}
