import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { OfferingCell, OrderStateBadge } from '@/app/_portal/cells.tsx';
import { ListPage, load } from '@/app/_portal/list-page.tsx';
import { WaitsFor } from '@/app/_portal/waits-for.tsx';
import { api, currentActor } from '@/app/_trpc/server.ts';
import { ButtonLink } from '@/app/_ui/button.tsx';
import { EmptyState } from '@/app/_ui/empty-state.tsx';
import { parseListQuery } from '@/app/_ui/list-query.ts';
import { Money } from '@/app/_ui/money.tsx';
import type { Column } from '@/app/_ui/table.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';
import { ORDER_STATES, OrderState } from '@/server/domain/lifecycle.ts';
import { seesAllOrganisations } from '@/server/domain/policy.ts';

type Row = RouterOutputs['orders']['list']['items'][number];

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('lists'))('orders.title') };
}

export default async function OrdersPage({ searchParams }: PageProps<'/orders'>) {
  const [params, actor, t, d] = await Promise.all([
    searchParams,
    currentActor(),
    getTranslations('lists'),
    getTranslations('domain'),
  ]);
  const query = parseListQuery(params, { filters: { state: ORDER_STATES } });
  const state = OrderState.array().parse(query.filters['state'] ?? []);
  const page = await load(
    api.orders.list({ cursor: query.after, ...(query.q && { q: query.q }), ...(state.length > 0 && { state }) }),
  );
  const wide = actor !== null && seesAllOrganisations(actor);
  const columns: Column<Row>[] = [
    { key: 'number', head: t('orders.number'), cell: (row) => <span className="num font-medium">{row.number}</span> },
    { key: 'tenant', head: t('orders.tenant'), cell: (row) => row.tenant.name },
    { key: 'offering', head: t('offering'), cell: (row) => <OfferingCell offering={row.offering} /> },
    ...(wide ? [{ key: 'org', head: t('organisation'), cell: (row: Row) => row.organisation.name }] : []),
    { key: 'plan', head: t('tenants.plan'), cell: (row) => `${row.plan}, ${d(`model.${row.model}`)}` },
    {
      key: 'amount',
      head: t('orders.amount'),
      align: 'end',
      cell: (row) => <Money micro={row.monthlyMicro} currency={row.currency} />,
    },
    { key: 'state', head: t('state'), cell: (row) => <OrderStateBadge state={row.state} /> },
    { key: 'waits', head: t('orders.waitsFor'), cell: (row) => <WaitsFor facts={row.waitsFor} /> },
    { key: 'by', head: t('orders.placedBy'), cell: (row) => row.placedBy.name },
    { key: 'at', head: t('orders.placed'), cell: (row) => <When at={row.createdAt} /> },
  ];
  return (
    <ListPage
      title={t('orders.title')}
      path="/orders"
      query={query}
      page={page}
      searchPlaceholder={t('orders.search')}
      filters={[
        {
          key: 'state',
          label: t('state'),
          options: ORDER_STATES.map((value) => ({ value, label: d(`orderState.${value}`) })),
        },
      ]}
      table={{
        caption: t('orders.title'),
        columns,
        rowKey: (row) => row.id,
        rowHref: (row) => `/orders/${row.id}`,
        minWidth: 1080,
      }}
      empty={
        <EmptyState
          title={t('orders.empty')}
          actions={
            wide ? undefined : (
              <ButtonLink kind="primary" href="/catalogue">
                {t('tenants.order')}
              </ButtonLink>
            )
          }
        >
          {t('orders.emptyBody')}
        </EmptyState>
      }
    />
  );
}
