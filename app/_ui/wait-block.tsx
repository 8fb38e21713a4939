import { Hourglass } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { formatDuration } from './format-time.ts';

export interface WaitBlockProps {
  /** For what: "Waiting for the private side to open the tunnel". */
  readonly title: string;
  readonly elapsedMs?: number;
  /** After which the run gives up or pauses. */
  readonly limitMs?: number;
  readonly why?: ReactNode;
  /** Who can act, and how. */
  readonly who?: ReactNode;
  /** What happens until then. */
  readonly meanwhile?: ReactNode;
  /** Small buttons. */
  readonly actions?: ReactNode;
}

/** A wait is a sentence: for what, since when, until when, why, who can act, what happens meanwhile. */
export function WaitBlock({ title, elapsedMs, limitMs, why, who, meanwhile, actions }: WaitBlockProps) {
  const t = useTranslations('ui.wait');
  const locale = useLocale();
  const elapsed = elapsedMs === undefined ? null : formatDuration(elapsedMs, locale);
  const lines = [
    [t('why'), why],
    [t('who'), who],
    [t('meanwhile'), meanwhile],
  ] as const;
  return (
    <section aria-label={title} className="waiting px-4 py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <p className="flex items-center gap-1.5 font-semibold text-wait">
          <Hourglass />
          {title}
        </p>
        {elapsed !== null && (
          <span className="num text-12 text-wait">
            {limitMs === undefined
              ? t('elapsed', { elapsed })
              : t('elapsedOf', { elapsed, limit: formatDuration(limitMs, locale) })}
          </span>
        )}
      </div>
      <dl className="mt-2 grid gap-x-4 gap-y-1.5 text-13 sm:grid-cols-[112px_1fr]">
        {lines.map(([label, value]) =>
          value === undefined ? null : (
            <div key={label} className="contents">
              <dt className="text-ink-2">{label}</dt>
              <dd className="min-w-0 break-words">{value}</dd>
            </div>
          ),
        )}
      </dl>
      {actions !== undefined && <div className="mt-3 flex flex-wrap gap-2">{actions}</div>}
    </section>
  );
}
