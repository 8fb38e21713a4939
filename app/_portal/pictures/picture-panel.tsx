'use client';
/**
 * Pictures that an offering declares (server/domain/picture.ts), drawn by their kind. Nothing here knows an offering; a new kind is a component
 * and its line in `Drawing`.
 */
import { useLocale, useTimeZone, useTranslations } from 'next-intl';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { describeError } from '@/app/_trpc/client.tsx';
import { Callout } from '@/app/_ui/callout.tsx';
import { formatClock } from '@/app/_ui/format-time.ts';
import { Panel } from '@/app/_ui/panel.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';
import type { TenantId } from '@/server/domain/ids.ts';
import type { Manifest } from '@/server/domain/manifest.ts';
import type { Picture } from '@/server/domain/picture.ts';
import type { Row } from './cells.ts';
import { LedgerPicture } from './ledger-picture.tsx';
import { PathPicture } from './path-picture.tsx';
import { PictureInputs } from './picture-inputs.tsx';
import { SeriesPicture } from './series-picture.tsx';
import { StatesPicture } from './states-picture.tsx';
import { TreePicture } from './tree-picture.tsx';
import { usePicture } from './use-picture.ts';

type Data = RouterOutputs['tenants']['picture'];

export interface PicturePanelProps {
  readonly tenantId: TenantId;
  readonly picture: Picture;
  readonly machine: Manifest['stateMachine'];
  /** Whether the tenant's API can be asked now. */
  readonly open: boolean;
}

/** One picture in its frame: title, what one sees, what one chooses, the drawing. */
export function PicturePanel({ tenantId, picture, machine, open }: PicturePanelProps) {
  const t = useTranslations('pictures');
  const locale = useLocale();
  const timeZone = useTimeZone() ?? 'UTC';
  const { query, given, give } = usePicture(tenantId, picture, open);
  const { data } = query;
  const failure = query.error ? describeError(query.error) : null;
  const answered = data?.inputs ?? [];
  return (
    <Panel
      title={picture.title[locale]}
      {...(data && { side: <span className="num">{formatClock(data.at, timeZone)}</span> })}
    >
      {picture.inputs.length > 0 && (
        <PictureInputs inputs={picture.inputs} given={given} answered={answered} onGive={give} />
      )}
      <div className="grid gap-3 p-4" aria-busy={query.isFetching}>
        <p className="text-12 text-ink-3">{picture.what[locale]}</p>
        {failure && <FaultState fault={failure.fault} requestId={failure.requestId} />}
        {!open && <p className="text-ink-3">{t('closed')}</p>}
        {open && query.isPending && <output className="text-ink-3">{t('reading')}</output>}
        {open && data && <Answer picture={picture} machine={machine} data={data} />}
      </div>
    </Panel>
  );
}

function Answer({ picture, machine, data }: Pick<PicturePanelProps, 'picture' | 'machine'> & { readonly data: Data }) {
  const t = useTranslations('pictures');
  const locale = useLocale();
  const { rows, problem, inputs, truncated } = data;
  if (problem) {
    return (
      <Callout tone="wait" title={t('refused', { status: problem.status })}>
        {problem.title} {problem.code !== '' && <span className="id text-ink-3">{problem.code}</span>}
      </Callout>
    );
  }
  if (rows === null) {
    const missing = picture.inputs.find(({ name, optional }) => {
      return !optional && inputs.find((input) => input.name === name)?.value === null;
    });
    return <p className="text-ink-3">{missing ? t('give', { name: missing.label[locale] }) : t('empty')}</p>;
  }
  // A map of states is worth drawing when all are empty, too.
  if (rows.length === 0 && picture.kind !== 'states') {
    return <p className="text-ink-3">{inputs.some(({ value }) => value !== null) ? t('notFound') : t('empty')}</p>;
  }
  return (
    <>
      <Drawing picture={picture} machine={machine} rows={rows} />
      {truncated && <p className="text-12 text-ink-3">{t('truncated', { count: rows.length })}</p>}
    </>
  );
}

function Drawing({
  picture,
  machine,
  rows,
}: Pick<PicturePanelProps, 'picture' | 'machine'> & { readonly rows: readonly Row[] }) {
  switch (picture.kind) {
    case 'series':
      return <SeriesPicture picture={picture} rows={rows} />;
    case 'path':
      return <PathPicture picture={picture} rows={rows} />;
    case 'tree':
      return <TreePicture picture={picture} rows={rows} />;
    case 'ledger':
      return <LedgerPicture picture={picture} rows={rows} />;
    case 'states':
    default: {
      const map = picture.machine ?? machine;
      return map && <StatesPicture picture={picture} rows={rows} machine={map} />;
    }
  }
}
