import { useTranslations } from 'next-intl';
import { cx } from './cx.ts';
import type { DiffLine, DiffValue } from './diff-rows.ts';

function Value({ value }: { readonly value: DiffValue }) {
  const t = useTranslations('ui.diff');
  if (value.kind === 'value') return value.text;
  const words = { secret: t('secretNew'), 'secret-changed': t('secretChanged'), unknown: t('unknown') }[value.kind];
  return <i>{words}</i>;
}

/** Columns of an opened row: sign, name, value. With `inset` they stand under the columns of the plan's rows. */
export function lineColumns(inset: boolean): { readonly sign: string; readonly name: string } {
  return inset
    ? {
        sign: 'box-content w-3 shrink-0 pl-[var(--inset,16px)] text-center select-none',
        name: 'ml-3 w-28 shrink-0 break-words @md:ml-9 @md:w-[148px]',
      }
    : { sign: 'w-7 shrink-0 text-center select-none', name: 'w-32 shrink-0 pr-2 break-words' };
}

/** Removed and added lines in mono, as in a code review; also for audit entries, quotes and price books. */
export function DiffLines({ lines, inset = false }: { readonly lines: readonly DiffLine[]; readonly inset?: boolean }) {
  const t = useTranslations('ui.diff');
  const columns = lineColumns(inset);
  return (
    <ul className="font-mono text-12 leading-5">
      {lines.map((line) => (
        <li key={`${line.sign}${line.path}`} className={cx('flex pr-4', line.sign === '+' ? 'diff-add' : 'diff-del')}>
          <span aria-hidden className={columns.sign}>
            {line.sign}
          </span>
          <span className="sr-only">{line.sign === '+' ? t('addedLine') : t('removedLine')} </span>
          <span className={columns.name}>{line.path}</span>
          <span className="min-w-0 break-all">
            <Value value={line.value} />
            {line.replaces && line.sign === '+' && <span className="ml-3 font-sans">{t('replaces')}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
