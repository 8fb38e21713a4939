import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ListPage, load } from '@/app/_portal/list-page.tsx';
import { api, currentActor } from '@/app/_trpc/server.ts';
import { Badge } from '@/app/_ui/badge.tsx';
import { EmptyState } from '@/app/_ui/empty-state.tsx';
import { parseListQuery } from '@/app/_ui/list-query.ts';
import type { Column } from '@/app/_ui/table.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';
import { hasRight } from '@/server/domain/policy.ts';
import { DisablePerson } from './disable-person.tsx';

type Row = RouterOutputs['people']['list']['items'][number];

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('lists'))('people.title') };
}

export default async function PeoplePage({ searchParams }: PageProps<'/admin/people'>) {
  const [params, actor, t, d] = await Promise.all([
    searchParams,
    currentActor(),
    getTranslations('lists'),
    getTranslations('domain'),
  ]);
  const query = parseListQuery(params, { filters: {} });
  const page = await load(api.people.list({ cursor: query.after, ...(query.q && { q: query.q }) }));
  const mayManage = actor !== null && hasRight(actor, 'people:manage');
  const columns: Column<Row>[] = [
    { key: 'name', head: t('people.name'), cell: (row) => <span className="font-medium">{row.name}</span> },
    { key: 'email', head: t('people.email'), cell: (row) => <span className="text-ink-2">{row.email}</span> },
    {
      key: 'role',
      head: t('people.role'),
      cell: (row) => row.memberships.map((m) => `${d(`role.${m.role}`)}, ${m.organisation.name}`).join(' · '),
    },
    {
      key: 'state',
      head: t('state'),
      cell: (row) =>
        row.disabled ? (
          <Badge tone="bad">{t('people.disabled')}</Badge>
        ) : (
          <Badge tone="ok">{t('people.enabled')}</Badge>
        ),
    },
    { key: 'since', head: t('people.since'), cell: (row) => <When at={row.createdAt} /> },
    {
      key: 'act',
      head: t('people.act'),
      headHidden: true,
      cell: (row) => (
        <DisablePerson
          userId={row.id}
          name={row.name}
          disabled={row.disabled}
          refusal={!mayManage ? 'right' : row.id === actor?.userId ? 'self' : null}
        />
      ),
    },
  ];
  return (
    <ListPage
      title={t('people.title')}
      path="/admin/people"
      query={query}
      page={page}
      searchPlaceholder={t('people.search')}
      table={{ caption: t('people.title'), columns, rowKey: (row) => row.id, minWidth: 1080 }}
      empty={<EmptyState title={t('people.empty')}>{t('people.emptyBody')}</EmptyState>}
    />
  );
}
