import { ChevronRight, ChevronsLeft } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { ButtonLink } from './button.tsx';
import { formatNumber } from './format.ts';
import { TableKeyHints } from './table.tsx';

export interface PagerProps {
  readonly shown: number;
  /** Left out where counting costs more than it says. */
  readonly total?: number;
  /** Back to the first page; absent on it. */
  readonly firstHref?: string | null | undefined;
  /** The page after the last row shown; absent at the end. */
  readonly nextHref?: string | null | undefined;
}

/** The foot of a list: keys, how many, keyset pages. */
export function Pager({ shown, total, firstHref, nextHref }: PagerProps) {
  const t = useTranslations('ui.table');
  return (
    <nav
      aria-label={t('pages')}
      className="flex min-h-11 flex-wrap items-center justify-between gap-3 bg-surface px-4 py-2 text-12 text-ink-3 [div+&]:border-b lg:px-6"
    >
      <TableKeyHints />
      <span className="ml-auto flex items-center gap-2">
        <span className="num">
          {total === undefined
            ? t('shownOnly', { count: shown })
            : t('shown', { shown: formatNumber(shown), total: formatNumber(total) })}
        </span>
        {firstHref && (
          <ButtonLink size="sm" href={firstHref} icon={<ChevronsLeft />}>
            {t('newer')}
          </ButtonLink>
        )}
        {nextHref && (
          <ButtonLink size="sm" href={nextHref}>
            {t('older')}
            <ChevronRight />
          </ButtonLink>
        )}
      </span>
    </nav>
  );
}
