import { cx } from './cx.ts';
import { formatAmount, formatMoney } from './format.ts';

export interface MoneyProps {
  /** Millionths of the currency's unit. */
  readonly micro: bigint;
  readonly currency: string;
  /** Figures alone, for cells whose head names the currency. */
  readonly bare?: boolean;
  /** A change: plus or minus in front. */
  readonly signed?: boolean;
  readonly className?: string;
}

/** An amount with tabular figures. "a month" and "before tax" stand beside it, always. */
export function Money({ micro, currency, bare = false, signed = false, className }: MoneyProps) {
  return (
    <span className={cx('num whitespace-nowrap', className)}>
      {bare ? formatAmount(micro) : formatMoney(micro, currency, { signed })}
    </span>
  );
}
