import { Link2 } from 'lucide-react';
import { formatClock, formatDate } from '@/app/_ui/format-time.ts';
import { formatNumber } from '@/app/_ui/format.ts';
import type { Column } from '@/app/_ui/table.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';
import type { Locale } from '@/server/domain/text.ts';

export type AuditRow = RouterOutputs['audit']['search']['items'][number];

export interface AuditColumnWords {
  readonly head: Record<'entry' | 'time' | 'actor' | 'action' | 'subject' | 'organisation' | 'chain', string>;
  readonly unsealed: string;
  readonly sealedMark: string;
  readonly unsealedMark: string;
  readonly locale: Locale;
  readonly timeZone: string;
  readonly now: Date;
}

/** One line each, whatever is in it: the row keeps its 32 px. */
function clipped(text: string, width: 'max-w-36' | 'max-w-44') {
  return (
    <span className={`block truncate ${width}`} title={text}>
      {text}
    </span>
  );
}

export function auditColumns(words: AuditColumnWords, wide: boolean): readonly Column<AuditRow>[] {
  const { head, locale, timeZone, now } = words;
  const organisation: Column<AuditRow> = {
    key: 'organisation',
    head: head.organisation,
    cell: (row) => clipped(row.organisation.name, 'max-w-36'),
  };
  return [
    {
      key: 'entry',
      head: head.entry,
      cell: (row) => (
        <span className="num text-ink-3">
          {row.chainSeq === null ? words.unsealed : formatNumber(Number(row.chainSeq))}
        </span>
      ),
    },
    {
      key: 'time',
      head: head.time,
      cell: (row) => (
        <time dateTime={row.at.toISOString()} className="num whitespace-nowrap">
          <span className="text-ink-3">{formatDate(row.at, locale, timeZone, now)}</span>{' '}
          {formatClock(row.at, timeZone, 's')}
        </time>
      ),
    },
    { key: 'actor', head: head.actor, cell: (row) => clipped(row.actorName, 'max-w-36') },
    {
      key: 'action',
      head: head.action,
      cell: (row) => <span className="id whitespace-nowrap">{row.action}</span>,
    },
    { key: 'subject', head: head.subject, cell: (row) => clipped(row.subjectName, 'max-w-44') },
    ...(wide ? [organisation] : []),
    {
      key: 'chain',
      head: head.chain,
      headHidden: true,
      align: 'end',
      cell: (row) => {
        const mark = row.chainSeq === null ? words.unsealedMark : words.sealedMark;
        return (
          <span title={mark} className={row.chainSeq === null ? 'text-ink-3 opacity-40' : 'text-ok'}>
            <Link2 aria-hidden className="inline" />
            <span className="sr-only">{mark}</span>
          </span>
        );
      },
    },
  ];
}
