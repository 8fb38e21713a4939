import { useTranslations } from 'next-intl';
import { cx } from './cx.ts';
import type { DiffLine, DiffValue } from './diff-rows.ts';

function Value({ value }: { readonly value: DiffValue }) {
  const t = useTranslations('ui.diff');
  if (value.kind === 'value') return value.text;
  const words = { secret: t('secretNew'), 'secret-changed': t('secretChanged'), unknown: t('unknown') }[value.kind];
  return <i>{words}</i>;
}

/** Removed and added lines in mono, as in a code review; also for audit entries, quotes and price books. */
export function DiffLines({ lines, inset = false }: { readonly lines: readonly DiffLine[]; readonly inset?: boolean }) {
  const t = useTranslations('ui.diff');
  return (
    <ul className="font-mono text-12 leading-5">
      {lines.map((line) => (
        <li key={`${line.sign}${line.path}`} className={cx('flex pr-4', line.sign === '+' ? 'diff-add' : 'diff-del')}>
          <span aria-hidden className={cx('w-7 shrink-0 text-center select-none', inset && 'lg:ml-[var(--inset,0px)]')}>
            {line.sign}
          </span>
          <span className="sr-only">{line.sign === '+' ? t('addedLine') : t('removedLine')} </span>
          <span className={cx('shrink-0 break-words', inset ? 'ml-2 w-28 sm:ml-6 sm:w-36' : 'w-28')}>{line.path}</span>
          <span className="min-w-0 break-all">
            <Value value={line.value} />
            {line.replaces && <span className="ml-3 font-sans opacity-80">{t('replaces')}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
