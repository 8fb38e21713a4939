'use client';

import { useTimeZone, useTranslations } from 'next-intl';
import { DetailHead, type Neighbours } from '@/app/_portal/master-detail.tsx';
import { AppLink } from '@/app/_ui/app-link.tsx';
import { DiffLines } from '@/app/_ui/diff-lines.tsx';
import { diffLines } from '@/app/_ui/diff-rows.ts';
import { formatAbsolute } from '@/app/_ui/format-time.ts';
import { formatNumber } from '@/app/_ui/format.ts';
import { Id } from '@/app/_ui/id.tsx';
import { KeyValues, type KeyValue } from '@/app/_ui/key-values.tsx';
import { RailPart } from '@/app/_ui/rail.tsx';
import { ChainProof } from './chain-proof.tsx';
import { auditChanges, groupChanges } from './changes.ts';
import { useSentence } from './sentence.ts';
import type { Entry } from './entry.ts';

function Changed({ entry }: { readonly entry: Entry }) {
  const t = useTranslations('audit.detail');
  const { changes, total } = auditChanges(entry.before, entry.after);
  if (changes.length === 0) {
    return (
      <RailPart title={t('changed')}>
        <p className="text-12 text-ink-3">{t('nothing')}</p>
      </RailPart>
    );
  }
  return (
    <RailPart title={t('changed')} side={t('count', { changed: changes.length, total })}>
      <div className="overflow-hidden rounded-md border border-line-2">
        {groupChanges(changes).map((group) => (
          <div key={group.parent} className="border-line not-first:border-t">
            {group.parent !== '' && <h3 className="id bg-sunken px-2 py-0.5 font-normal text-ink-3">{group.parent}</h3>}
            <DiffLines
              lines={diffLines({ urn: '', type: '', name: '', operation: 'update', changes: group.changes })}
            />
          </div>
        ))}
      </div>
    </RailPart>
  );
}

function useFacts(entry: Entry): readonly KeyValue[] {
  const t = useTranslations('audit.detail');
  const kind = useTranslations('audit')(`actorKind.${entry.actorKind}`);
  return [
    {
      label: t('actor'),
      value: (
        <>
          {entry.actorName}
          {entry.actorKind !== 'user' && <span className="text-ink-3">, {kind}</span>}
        </>
      ),
    },
    ...(entry.behalfOf === '' ? [] : [{ label: t('behalf'), value: <Id value={entry.behalfOf} /> }]),
    {
      label: t('right'),
      value: entry.rightUsed === 'system' ? t('rightSystem') : <span className="id">{entry.rightUsed}</span>,
    },
    { label: t('from'), value: entry.ip === '' ? t('fromInside') : <span className="num">{entry.ip}</span> },
    { label: t('organisation'), value: entry.organisation.name },
    {
      label: t('subject'),
      value: (
        <>
          {entry.subjectName}
          <br />
          <AppLink className="link text-12" href={`/audit?subject=${entry.subjectId}`}>
            {t('all')}
          </AppLink>
        </>
      ),
    },
    { label: t('action'), value: <span className="id">{entry.action}</span> },
    ...(entry.requestId === '' ? [] : [{ label: t('request'), value: <Id value={entry.requestId} /> }]),
  ];
}

/** One entry: the sentence, what changed, by which right and from where, and its place in the chain. */
export function AuditDetail({ entry, ...neighbours }: Neighbours & { readonly entry: Entry }) {
  const t = useTranslations('audit');
  const timeZone = useTimeZone() ?? 'UTC';
  const sentence = useSentence();
  const at = formatAbsolute(entry.at, timeZone);
  return (
    <>
      <DetailHead
        over={
          <span className="num">
            {entry.chainSeq !== null && `${t('detail.entry', { seq: formatNumber(Number(entry.chainSeq)) })} · `}
            {at}
          </span>
        }
        title={sentence(entry)}
        words={{ previous: t('previous'), next: t('next'), close: t('close') }}
        {...neighbours}
      />
      <Changed entry={entry} />
      <RailPart>
        <KeyValues rows={useFacts(entry)} />
      </RailPart>
      <ChainProof entry={entry} />
    </>
  );
}
