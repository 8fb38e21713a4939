import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ApprovalStateBadge } from '@/app/_portal/approval-parts.tsx';
import { OfferingCell } from '@/app/_portal/cells.tsx';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { load } from '@/app/_portal/list-page.tsx';
import { MasterDetail, neighboursOf } from '@/app/_portal/master-detail.tsx';
import { api } from '@/app/_trpc/server.ts';
import { EmptyState } from '@/app/_ui/empty-state.tsx';
import { parseListQuery } from '@/app/_ui/list-query.ts';
import { RailPart } from '@/app/_ui/rail.tsx';
import type { Column } from '@/app/_ui/table.tsx';
import { Tabs } from '@/app/_ui/tabs.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { RouterInputs, RouterOutputs } from '@/server/api/root.ts';
import { ApprovalId } from '@/server/domain/ids.ts';
import { ApprovalDetail } from './approval-detail.tsx';
import { RuleCell } from './rule-cell.tsx';

type Row = RouterOutputs['approvals']['list']['items'][number];
type State = NonNullable<RouterInputs['approvals']['list']['state']>[number];
type Kind = NonNullable<RouterInputs['approvals']['list']['kind']>[number];

const PATH = '/admin/approvals';
const DECIDED = ['approved', 'rejected', 'obsolete'] as const satisfies readonly State[];
const KINDS = ['order', 'discount', 'run'] as const satisfies readonly Kind[];

type Words = (key: `column.${'what' | 'customer' | 'rule' | 'by' | 'at' | 'state'}`) => string;

function approvalColumns(t: Words, decided: boolean): readonly Column<Row>[] {
  const state: Column<Row> = {
    key: 'state',
    head: t('column.state'),
    cell: (row) => <ApprovalStateBadge state={row.state} />,
  };
  return [
    {
      key: 'what',
      head: t('column.what'),
      cell: (row) => (
        <span className="whitespace-nowrap">
          <span className="font-medium">{row.subject.label}</span>
          {row.kind !== 'run' && <span className="text-ink-3"> {row.subject.tenantName}</span>}
        </span>
      ),
    },
    {
      key: 'customer',
      head: t('column.customer'),
      cell: (row) => <span className="whitespace-nowrap">{row.organisation.name}</span>,
    },
    { key: 'rule', head: t('column.rule'), cell: (row) => <RuleCell rule={row.rule} /> },
    decided ? state : { key: 'by', head: t('column.by'), cell: (row) => row.requestedBy.name },
    { key: 'at', head: t('column.at'), cell: (row) => <When at={row.requestedAt} /> },
  ];
}

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('approval'))('title') };
}

/** The queue of questions, and one of them beside it: what, why, price, plan, decision. */
export default async function ApprovalsPage({ searchParams }: PageProps<'/admin/approvals'>) {
  const [params, t] = await Promise.all([searchParams, getTranslations('approval')]);
  const decided = params['view'] === 'decided';
  const query = parseListQuery(params, { filters: { view: ['decided'], state: DECIDED, kind: KINDS } });
  const chosenStates = DECIDED.filter((one) => query.filters['state']?.includes(one));
  const state: readonly State[] = decided ? (chosenStates.length > 0 ? chosenStates : DECIDED) : ['pending'];
  const kind = KINDS.filter((one) => query.filters['kind']?.includes(one));
  const page = await load(
    api.approvals.list({ cursor: query.after, state: [...state], ...(kind.length > 0 && { kind: [...kind] }) }),
  );
  const ids: readonly string[] = page.ok ? page.value.items.map((row) => row.id) : [];
  const asked = ApprovalId.safeParse(params['id']);
  const selected = asked.success ? asked.data : page.ok ? (page.value.items[0]?.id ?? null) : null;
  const detail = selected === null ? null : await load(api.approvals.byId({ approvalId: selected }));
  return (
    <MasterDetail
      title={t('title')}
      facts={<span>{t('facts')}</span>}
      tabs={
        <Tabs
          label={t('title')}
          current={decided ? 'decided' : 'waiting'}
          items={[
            {
              key: 'waiting',
              label: t('tab.waiting'),
              href: PATH,
              ...(page.ok && !decided && { count: page.value.total }),
            },
            { key: 'decided', label: t('tab.decided'), href: `${PATH}?view=decided` },
          ]}
        />
      }
      path={PATH}
      query={query}
      page={page}
      filters={[
        ...(decided
          ? [
              {
                key: 'state',
                label: t('filter.state'),
                options: DECIDED.map((value) => ({ value, label: t(`state.${value}`) })),
              },
            ]
          : []),
        {
          key: 'kind',
          label: t('filter.kind'),
          options: KINDS.map((value) => ({ value, label: t(`kind.${value}`) })),
        },
      ]}
      table={{ caption: t('title'), columns: approvalColumns(t, decided), minWidth: 760 }}
      rowKey={(row) => row.id}
      selected={selected}
      chosen={asked.success}
      railLabel={t('railLabel')}
      empty={<EmptyState title={t(decided ? 'emptyDecided' : 'empty')}>{t('emptyBody')}</EmptyState>}
      detail={
        detail === null ? (
          <RailPart>
            <p className="text-ink-3">{t('none')}</p>
          </RailPart>
        ) : detail.ok ? (
          <ApprovalDetail
            key={detail.value.id}
            approval={detail.value}
            offering={<OfferingCell offering={detail.value.offering} />}
            {...neighboursOf(PATH, query, ids, selected)}
          />
        ) : (
          <RailPart>
            <FaultState fault={detail.fault} requestId={detail.requestId} />
          </RailPart>
        )
      }
    />
  );
}
