import { useLocale } from 'next-intl';
import { cx } from './cx.ts';
import { formatNumber } from './format.ts';
import { formatDuration } from './format-time.ts';

export interface QuantityProps {
  readonly value: number;
  readonly unit?: string;
  readonly maxDigits?: number;
  readonly className?: string;
}

/** A figure and its unit, the unit smaller and quieter. */
export function Quantity({ value, unit = '', maxDigits = 2, className }: QuantityProps) {
  const locale = useLocale();
  const glue = unit === '' || (unit === '%' && locale === 'zh') ? '' : '\u00a0';
  return (
    <span className={cx('num whitespace-nowrap', className)}>
      {formatNumber(value, { maxDigits })}
      {unit !== '' && (
        <span className="text-12 text-ink-3">
          {glue}
          {unit}
        </span>
      )}
    </span>
  );
}

/** How long something took: `38 ms`, `1.4 s`, `2 min 14 s`. */
export function Duration({ ms, className }: { readonly ms: number; readonly className?: string }) {
  return <span className={cx('num whitespace-nowrap', className)}>{formatDuration(ms, useLocale())}</span>;
}
