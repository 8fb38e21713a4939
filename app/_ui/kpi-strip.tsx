import { CircleX, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { Spark } from './spark.tsx';

export interface Kpi {
  readonly key: string;
  readonly label: string;
  /** Formatted; the unit stands apart. */
  readonly value: ReactNode;
  readonly unit?: string;
  /** The threshold or the change: "warn above 2". */
  readonly note?: ReactNode;
  readonly series: readonly (number | null)[];
  readonly tone?: 'ink' | 'wait' | 'bad';
}

const TEXT = { ink: 'text-ink-3', wait: 'text-wait', bad: 'text-bad' } as const;

/** The offering's indicators in one strip: number, line, threshold. */
export function KpiStrip({ label, items }: { readonly label: string; readonly items: readonly Kpi[] }) {
  const t = useTranslations('ui.kpi');
  return (
    <section aria-label={label} className="panel overflow-hidden">
      {/* Cells overlap by a pixel, so lines show between them and never at the edge, however they wrap. */}
      <div className="-mr-px -mb-px grid grid-cols-[repeat(auto-fit,minmax(152px,1fr))]">
        {items.map(({ key, label: name, value, unit, note, series, tone = 'ink' }) => (
          <div key={key} className="min-w-0 border-r border-b border-line px-4 py-3">
            <div className="flex items-start gap-1.5 text-12 text-ink-2">
              {tone === 'wait' && <TriangleAlert className="size-3 text-wait" />}
              {tone === 'bad' && <CircleX className="size-3 text-bad" />}
              <span className="line-clamp-2 min-h-8 min-w-0" title={name}>
                {name}
                {tone !== 'ink' && <span className="sr-only">, {t(tone)}</span>}
              </span>
            </div>
            <div className="mt-0.5 flex flex-wrap items-baseline gap-x-1">
              <span className="num text-20 font-semibold">{value}</span>
              {unit !== undefined && <span className="text-12 text-ink-3">{unit}</span>}
            </div>
            <Spark values={series} tone={tone} />
            {note !== undefined && <div className={cx('mt-0.5 truncate text-12', TEXT[tone])}>{note}</div>}
          </div>
        ))}
      </div>
    </section>
  );
}
