import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ListPage, load } from '@/app/_portal/list-page.tsx';
import { api } from '@/app/_trpc/server.ts';
import { ButtonLink } from '@/app/_ui/button.tsx';
import { EmptyState } from '@/app/_ui/empty-state.tsx';
import { parseListQuery } from '@/app/_ui/list-query.ts';
import { Quantity } from '@/app/_ui/quantity.tsx';
import type { Column } from '@/app/_ui/table.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';

type Row = RouterOutputs['organisations']['list']['items'][number];

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('lists'))('customers.title') };
}

export default async function CustomersPage({ searchParams }: PageProps<'/desk/customers'>) {
  const [params, t] = await Promise.all([searchParams, getTranslations('lists')]);
  const query = parseListQuery(params, { filters: {} });
  const page = await load(
    api.organisations.list({ kind: 'customer', cursor: query.after, ...(query.q && { q: query.q }) }),
  );
  const columns: Column<Row>[] = [
    { key: 'name', head: t('customers.name'), cell: (row) => <span className="font-medium">{row.name}</span> },
    { key: 'slug', head: t('customers.slug'), cell: (row) => <span className="id text-ink-3">{row.slug}</span> },
    { key: 'tenants', head: t('customers.tenants'), align: 'end', cell: (row) => <Quantity value={row.tenants} /> },
    { key: 'people', head: t('customers.people'), align: 'end', cell: (row) => <Quantity value={row.people} /> },
    { key: 'since', head: t('customers.since'), cell: (row) => <When at={row.createdAt} /> },
    {
      key: 'quote',
      head: t('customers.quote'),
      headHidden: true,
      cell: (row) => (
        <ButtonLink size="sm" href={`/catalogue?for=${row.id}`} className="relative z-10">
          {t('customers.quote')}
        </ButtonLink>
      ),
    },
  ];
  return (
    <ListPage
      title={t('customers.title')}
      path="/desk/customers"
      query={query}
      page={page}
      searchPlaceholder={t('customers.search')}
      table={{ caption: t('customers.title'), columns, rowKey: (row) => row.id, minWidth: 760 }}
      empty={<EmptyState title={t('customers.empty')}>{t('customers.emptyBody')}</EmptyState>}
    />
  );
}
