'use client';

import { ChevronRight, CircleX, RotateCw, ShieldCheck } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useId, useState, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { cx } from './cx.ts';
import { DiffLines, lineColumns } from './diff-lines.tsx';
import {
  COUNTED,
  countedAs,
  countRows,
  diffLines,
  groupRows,
  opensByItself,
  SIGN,
  type CountedOperation,
  type DiffRow,
} from './diff-rows.ts';
import { shortenUrn } from './format.ts';

const TONE = {
  create: 'text-ok',
  update: 'text-wait',
  replace: 'text-wait',
  delete: 'text-bad',
  same: 'text-ink-3',
} as const satisfies Record<CountedOperation, string>;
const NOTICE = { wait: [RotateCw, 'text-wait'], ok: [ShieldCheck, 'text-ok'], bad: [CircleX, 'text-bad'] } as const;

function Counts({ rows }: { readonly rows: readonly DiffRow[] }) {
  const t = useTranslations('ui.diff');
  const counts = countRows(rows);
  return COUNTED.filter((operation) => operation !== 'same' || counts.same > 0).map((operation) => (
    <span
      key={operation}
      className={cx(
        'num whitespace-nowrap',
        counts[operation] > 0 && operation !== 'same' ? cx('font-medium', TONE[operation]) : 'text-ink-3',
      )}
    >
      {SIGN[operation]} {counts[operation]} {t(operation)}
    </span>
  ));
}

function Row({
  row,
  open,
  onToggle,
}: {
  readonly row: DiffRow;
  readonly open: boolean;
  readonly onToggle: () => void;
}) {
  const t = useTranslations('ui.diff');
  const bodyId = useId();
  const operation = countedAs(row.operation);
  const lines = diffLines(row);
  const columns = lineColumns(true);
  const Notice = row.notice && NOTICE[row.notice.tone];
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        {...(open && { 'aria-controls': bodyId })}
        onClick={onToggle}
        className="flex min-h-7 w-full flex-wrap items-center gap-x-3 py-1 pr-4 pl-4 @md:flex-nowrap @md:py-0 text-left hover:bg-hover/60 focus-visible:-outline-offset-2 lg:pl-[var(--inset,16px)]"
      >
        <span aria-hidden className={cx('w-3 shrink-0 text-center font-mono text-13', TONE[operation])}>
          {SIGN[operation]}
        </span>
        <span className="sr-only">{t(operation)}</span>
        <ChevronRight className={cx('size-3 text-ink-3 transition-transform duration-100', open && 'rotate-90')} />
        <span className="id w-24 shrink-0 truncate text-ink-3 @md:w-[136px]">
          {shortenUrn(row.urn).type || row.type}
        </span>
        <span className="id max-w-1/2 shrink-0 truncate font-medium text-ink">{row.name}</span>
        {row.consequence !== undefined && (
          <span className="basis-full pl-12 text-12 text-ink-2 @md:min-w-0 @md:basis-auto @md:truncate @md:pl-0">
            {row.consequence}
          </span>
        )}
      </button>
      {open && (
        <div id={bodyId} className="border-y border-line">
          {row.notice && Notice && (
            <p
              className={cx(
                'flex items-start gap-2 border-b border-line px-4 py-1.5 text-12 lg:px-[var(--inset,16px)]',
                Notice[1],
              )}
            >
              <NoticeIcon tone={row.notice.tone} />
              {row.notice.text}
            </p>
          )}
          <div className="flex pr-4 font-mono text-12 leading-5">
            <span className={columns.sign} />
            <span className={cx(columns.name, 'text-ink-3')}>{t('urn')}</span>
            <span className="min-w-0 break-all text-ink-2">{row.urn}</span>
          </div>
          {lines.length > 0 ? (
            <DiffLines lines={lines} inset />
          ) : (
            <p className="py-1 pr-4 pl-[calc(var(--inset,16px)+24px)] text-12 text-ink-3 @md:pl-[calc(var(--inset,16px)+48px)]">
              {t('noProperties')}
            </p>
          )}
        </div>
      )}
    </li>
  );
}

function NoticeIcon({ tone }: { readonly tone: keyof typeof NOTICE }) {
  const [Icon] = NOTICE[tone];
  return <Icon className="mt-px size-[13px]" />;
}

export interface PlanDiffProps {
  readonly rows: readonly DiffRow[];
  /** Right of the counts: age, duration, the plan's hash. */
  readonly side?: ReactNode;
  /** From edge to edge of the page instead of in a frame. */
  readonly bleed?: boolean;
}

/** What the engine will do, as in a code review. Unchanged rows are counted and shown on request. */
export function PlanDiff({ rows, side, bleed = false }: PlanDiffProps) {
  const t = useTranslations('ui.diff');
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [all, setAll] = useState(false);
  const same = rows.some((row) => countedAs(row.operation) === 'same');
  const changed = rows.filter((row) => countedAs(row.operation) !== 'same');
  const toggle = (urn: string): void =>
    setToggled((before) => new Set(before.has(urn) ? [...before].filter((other) => other !== urn) : [...before, urn]));
  return (
    <section
      aria-label={t('label')}
      className={cx(
        '@container overflow-hidden bg-surface',
        bleed ? 'border-b border-line lg:[--inset:24px]' : 'rounded-md border border-line-2',
      )}
    >
      <div
        className={cx(
          'flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line bg-sunken px-4 py-1.5 text-12',
          bleed && 'lg:px-6',
        )}
      >
        <Counts rows={rows} />
        <span className="ml-auto flex flex-wrap items-center gap-x-3 text-ink-3">
          {side}
          {same && (
            <Button size="sm" kind="ghost" aria-pressed={all} onClick={() => setAll(!all)} className="-my-1 -mr-2">
              {all ? t('changedOnly') : t('showAll')}
            </Button>
          )}
        </span>
      </div>
      {changed.length === 0 && !all && <p className="px-4 py-3 text-ink-2">{t('nothing')}</p>}
      {groupRows(all ? rows : changed).map((group) => (
        <div key={group.place ?? ''} className="border-b border-line last:border-0">
          {group.place !== null && (
            <div className="flex items-center gap-3 border-b border-line bg-sunken/60 px-4 py-1 text-12 lg:px-[var(--inset,16px)]">
              <p className="font-medium">{group.place}</p>
              <span className="num ml-auto flex gap-3 text-ink-3">
                {COUNTED.filter((operation) => operation !== 'same' && countRows(group.rows)[operation] > 0).map(
                  (operation) => (
                    <span key={operation}>
                      {SIGN[operation]} {countRows(group.rows)[operation]}
                    </span>
                  ),
                )}
              </span>
            </div>
          )}
          <ul className="py-1">
            {group.rows.map((row) => (
              <Row
                key={`${row.urn} ${row.operation}`}
                row={row}
                open={opensByItself(row) !== toggled.has(row.urn)}
                onToggle={() => toggle(row.urn)}
              />
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}
