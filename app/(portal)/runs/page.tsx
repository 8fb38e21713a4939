import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { OfferingCell, RunStateBadge } from '@/app/_portal/cells.tsx';
import { ListPage, load } from '@/app/_portal/list-page.tsx';
import { WaitsFor } from '@/app/_portal/waits-for.tsx';
import { api, currentActor } from '@/app/_trpc/server.ts';
import { EmptyState } from '@/app/_ui/empty-state.tsx';
import { parseListQuery } from '@/app/_ui/list-query.ts';
import { Duration } from '@/app/_ui/quantity.tsx';
import type { Column } from '@/app/_ui/table.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';
import { ActionName, RUN_STATES, RunState } from '@/server/domain/lifecycle.ts';
import { seesAllOrganisations } from '@/server/domain/policy.ts';

type Row = RouterOutputs['runs']['list']['items'][number];

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('lists'))('runs.title') };
}

export default async function RunsPage({ searchParams }: PageProps<'/runs'>) {
  const [params, actor, t, d] = await Promise.all([
    searchParams,
    currentActor(),
    getTranslations('lists'),
    getTranslations('domain'),
  ]);
  const query = parseListQuery(params, { filters: { state: RUN_STATES, action: ActionName.options } });
  const state = RunState.array().parse(query.filters['state'] ?? []);
  const action = ActionName.array().parse(query.filters['action'] ?? []);
  const page = await load(
    api.runs.list({
      cursor: query.after,
      ...(query.q && { q: query.q }),
      ...(state.length > 0 && { state }),
      ...(action.length > 0 && { action }),
    }),
  );
  const wide = actor !== null && seesAllOrganisations(actor);
  const columns: Column<Row>[] = [
    {
      key: 'what',
      head: t('runs.what'),
      cell: (row) => (
        <span className="font-medium">
          {t('runs.name', { action: d(`action.${row.action}`), tenant: row.tenant.name, number: row.number })}
        </span>
      ),
    },
    { key: 'state', head: t('state'), cell: (row) => <RunStateBadge state={row.state} /> },
    { key: 'offering', head: t('offering'), cell: (row) => <OfferingCell offering={row.offering} /> },
    ...(wide ? [{ key: 'org', head: t('organisation'), cell: (row: Row) => row.organisation.name }] : []),
    {
      key: 'waits',
      head: t('runs.why'),
      cell: (row) => <WaitsFor facts={row.state === 'failed' ? row.failure : row.waitsFor} />,
    },
    { key: 'by', head: t('runs.askedBy'), cell: (row) => row.requestedBy.name },
    { key: 'queued', head: t('runs.queued'), cell: (row) => <When at={row.queuedAt} /> },
    {
      key: 'took',
      head: t('runs.took'),
      align: 'end',
      cell: (row) =>
        row.startedAt && row.finishedAt ? <Duration ms={row.finishedAt.getTime() - row.startedAt.getTime()} /> : '–',
    },
  ];
  return (
    <ListPage
      title={t('runs.title')}
      path="/runs"
      query={query}
      page={page}
      searchPlaceholder={t('runs.search')}
      filters={[
        {
          key: 'state',
          label: t('state'),
          options: RUN_STATES.map((value) => ({ value, label: d(`runState.${value}`) })),
        },
        {
          key: 'action',
          label: t('runs.action'),
          options: ActionName.options.map((value) => ({ value, label: d(`action.${value}`) })),
        },
      ]}
      table={{
        caption: t('runs.title'),
        columns,
        rowKey: (row) => row.id,
        rowHref: (row) => `/runs/${row.id}`,
        minWidth: 1080,
      }}
      empty={<EmptyState title={t('runs.empty')}>{t('runs.emptyBody')}</EmptyState>}
    />
  );
}
