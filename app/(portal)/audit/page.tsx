import type { Metadata } from 'next';
import { getLocale, getNow, getTimeZone, getTranslations } from 'next-intl/server';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { load, type Loaded } from '@/app/_portal/list-page.tsx';
import { MasterDetail, neighboursOf } from '@/app/_portal/master-detail.tsx';
import { api, currentActor } from '@/app/_trpc/server.ts';
import { EmptyState } from '@/app/_ui/empty-state.tsx';
import type { FilterDef } from '@/app/_ui/filter-bar.tsx';
import { formatNumber, shortenId } from '@/app/_ui/format.ts';
import { parseListQuery, type ListQuery } from '@/app/_ui/list-query.ts';
import { RailPart } from '@/app/_ui/rail.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { RouterInputs, RouterOutputs } from '@/server/api/root.ts';
import { AuditEntryId } from '@/server/domain/ids.ts';
import { hasRight, seesAllOrganisations } from '@/server/domain/policy.ts';
import { AUDIT_ACTIONS, SUBJECT_KINDS } from './actions.ts';
import { auditColumns, type AuditRow } from './audit-columns.tsx';
import { AuditDetail } from './audit-detail.tsx';
import { ExportAudit } from './export-audit.tsx';
import { PERIODS, periodStart } from './period.ts';
import { SealBadge, VerifyButton, VerifyResult, VerifyScope } from './verify.tsx';

const PATH = '/audit';
type Filter = RouterInputs['audit']['export'];

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('audit'))('title') };
}

/** What the address asks for, as the API takes it. */
function filterOf({ q, filters }: ListQuery, now: Date, timeZone: string): Filter {
  const period = PERIODS.find((one) => one === filters['time']?.[0]);
  const [action, subjectKind, subjectId] = [filters['action']?.[0], filters['kind']?.[0], filters['subject']?.[0]];
  return {
    ...(q !== '' && { q }),
    ...(action !== undefined && { action }),
    ...(subjectKind !== undefined && { subjectKind }),
    ...(subjectId !== undefined && { subjectId }),
    ...(period !== undefined && { from: periodStart(period, now, timeZone) }),
  };
}

async function filterDefs(query: ListQuery, rows: readonly AuditRow[]): Promise<readonly FilterDef[]> {
  const t = await getTranslations('audit');
  const subject = query.filters['subject']?.[0];
  const named = rows.find((row) => row.subjectId === subject)?.subjectName;
  return [
    {
      key: 'time',
      label: t('filter.time'),
      single: true,
      options: PERIODS.map((value) => ({ value, label: t(`time.${value}`) })),
    },
    {
      key: 'action',
      label: t('filter.action'),
      single: true,
      options: AUDIT_ACTIONS.map((value) => ({ value, label: value })),
    },
    {
      key: 'kind',
      label: t('filter.kind'),
      single: true,
      options: SUBJECT_KINDS.map((value) => ({ value, label: t(`kind.${value}`) })),
    },
    ...(subject === undefined
      ? []
      : [
          {
            key: 'subject',
            label: t('filter.subject'),
            single: true,
            options: [{ value: subject, label: named ?? shortenId(subject) }],
          },
        ]),
  ];
}

async function SealFacts({ status }: { readonly status: RouterOutputs['audit']['status'] }) {
  const t = await getTranslations('audit.seal');
  const mark = status.lastCheckpoint;
  return (
    <>
      <span>{t('chain', { count: status.entries, shown: formatNumber(status.entries) })}</span>
      {mark === null ? (
        <span className="text-ink-3">{t('noCheckpoint')}</span>
      ) : (
        <span>
          {t.rich('checkpoint', {
            seq: formatNumber(Number(mark.chainSeq)),
            at: () => <When at={mark.at} />,
            key: () => (
              <span className="id" title={mark.keyId}>
                {mark.keyId.slice(0, 8)}…
              </span>
            ),
          })}
        </span>
      )}
    </>
  );
}

async function Detail({ detail, ...neighbours }: DetailProps) {
  const t = await getTranslations('audit');
  if (detail === null)
    return (
      <RailPart>
        <p className="text-ink-3">{t('none')}</p>
      </RailPart>
    );
  if (detail.ok) return <AuditDetail key={detail.value.id} entry={detail.value} {...neighbours} />;
  return (
    <RailPart>
      <FaultState fault={detail.fault} requestId={detail.requestId} />
    </RailPart>
  );
}
type DetailProps = ReturnType<typeof neighboursOf> & {
  readonly detail: Loaded<RouterOutputs['audit']['byId']> | null;
};

export default async function AuditPage({ searchParams }: PageProps<'/audit'>) {
  const [params, actor, t, locale, now, timeZone] = await Promise.all([
    searchParams,
    currentActor(),
    getTranslations('audit'),
    getLocale(),
    getNow(),
    getTimeZone(),
  ]);
  const query = parseListQuery(params, {
    filters: { time: PERIODS, action: AUDIT_ACTIONS, kind: SUBJECT_KINDS, subject: null },
  });
  const filter = filterOf(query, now, timeZone);
  const [page, status] = await Promise.all([
    load(api.audit.search({ cursor: query.after, ...filter })),
    load(api.audit.status()),
  ]);
  const items = page.ok ? page.value.items : [];
  const asked = AuditEntryId.safeParse(params['id']);
  const selected = asked.success ? asked.data : (items[0]?.id ?? null);
  const detail = selected === null ? null : await load(api.audit.byId({ id: selected }));
  const mayVerify = actor !== null && hasRight(actor, 'audit:verify');
  const columns = auditColumns(
    {
      head: {
        entry: t('column.entry'),
        time: t('column.time'),
        actor: t('column.actor'),
        action: t('column.action'),
        subject: t('column.subject'),
        organisation: t('column.organisation'),
        chain: t('column.chain'),
      },
      unsealed: t('unsealed'),
      sealedMark: t('sealedMark'),
      unsealedMark: t('unsealedMark'),
      locale,
      timeZone,
      now,
    },
    actor !== null && seesAllOrganisations(actor),
  );
  const neighbours = neighboursOf(
    PATH,
    query,
    items.map((row) => row.id),
    selected,
  );
  return (
    <VerifyScope>
      <MasterDetail
        title={t('title')}
        badge={status.ok ? <SealBadge status={status.value} /> : undefined}
        facts={status.ok ? <SealFacts status={status.value} /> : undefined}
        actions={
          <>
            <VerifyButton mayVerify={mayVerify} />
            <ExportAudit filter={filter} mayExport={mayVerify} />
          </>
        }
        notice={<VerifyResult />}
        path={PATH}
        query={query}
        page={page}
        filters={await filterDefs(query, items)}
        searchPlaceholder={t('search')}
        {...(page.ok && {
          side: t('entries', { count: page.value.total, shown: formatNumber(page.value.total) }),
        })}
        table={{ caption: t('title'), columns, minWidth: 760, height: 'audit' }}
        rowKey={(row) => row.id}
        selected={selected}
        chosen={asked.success}
        railLabel={t('railLabel')}
        empty={<EmptyState title={t('empty')}>{t('emptyBody')}</EmptyState>}
        detail={<Detail detail={detail} {...neighbours} />}
      />
    </VerifyScope>
  );
}
