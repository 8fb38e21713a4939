import { ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { cx } from './cx.ts';

/** Where one is on a way of a few steps. */
export function Steps({ items, current }: { readonly items: readonly string[]; readonly current: number }) {
  const t = useTranslations('ui.steps');
  return (
    <ol className="flex flex-wrap items-center gap-x-3 gap-y-1">
      {items.map((item, index) => {
        const on = index === current;
        return (
          <li
            key={item}
            className={cx('flex items-center gap-2', on ? 'font-medium text-ink' : 'text-ink-3')}
            {...(on && { 'aria-current': 'step' as const })}
          >
            <span
              className={cx(
                'num grid size-5 place-items-center rounded-full text-11',
                on ? 'bg-primary text-on-primary' : 'border border-line-2',
              )}
            >
              {index + 1}
            </span>
            {item}
            {index < items.length - 1 && <ChevronRight className="ml-1 size-3 text-ink-3" />}
            {index < current && <span className="sr-only">, {t('done')}</span>}
          </li>
        );
      })}
    </ol>
  );
}
