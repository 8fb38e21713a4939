import { useLocale } from 'next-intl';
import { cx } from './cx.ts';
import { formatNumber, formatQuantity } from './format.ts';

const WARN = 0.8;
const CRIT = 0.95;

export interface MeterProps {
  /** What is measured, and what is known about its future: "Storage, full in about 78 days". */
  readonly label: string;
  readonly used: number;
  readonly limit: number;
  readonly unit: string;
  /** Instead of "6.2 of 10 GiB". */
  readonly text?: string;
  /** Shares of the limit; default 0.8 and 0.95. */
  readonly warnAt?: number;
  readonly critAt?: number;
}

/** How much of a quota is used: words first, then a bar that turns amber and red. */
export function Meter({ label, used, limit, unit, text, warnAt = WARN, critAt = CRIT }: MeterProps) {
  const locale = useLocale();
  const share = limit > 0 ? Math.min(1, Math.max(0, used / limit)) : 0;
  const tone = limit > 0 && share >= critAt ? 'bg-bad-dot' : limit > 0 && share >= warnAt ? 'bg-wait-dot' : 'bg-ink-3';
  const words =
    text ??
    `${formatNumber(used, { maxDigits: 1 })}${locale === 'zh' ? '/' : ' of '}${formatQuantity(limit, unit, locale, 1)}`;
  return (
    <div>
      <div className="mb-1 flex justify-between gap-3 text-12">
        <span className="text-ink-2">{label}</span>
        <span
          className={cx(
            'num whitespace-nowrap',
            tone === 'bg-bad-dot' && 'text-bad',
            tone === 'bg-wait-dot' && 'text-wait',
          )}
        >
          {words}
        </span>
      </div>
      <div aria-hidden className="h-1 overflow-hidden rounded-full bg-hover">
        <div className={cx('h-full rounded-full', tone)} style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}
