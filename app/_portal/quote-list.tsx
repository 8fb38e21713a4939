import { getTranslations } from 'next-intl/server';
import { OfferingCell, QuoteStateBadge } from './cells.tsx';
import { ListPage, load } from './list-page.tsx';
import { api } from '@/app/_trpc/server.ts';
import { ButtonLink } from '@/app/_ui/button.tsx';
import { EmptyState } from '@/app/_ui/empty-state.tsx';
import { formatNumber } from '@/app/_ui/format.ts';
import { parseListQuery, type SearchParams } from '@/app/_ui/list-query.ts';
import { Money } from '@/app/_ui/money.tsx';
import type { Column } from '@/app/_ui/table.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';
import { QUOTE_STATES, QuoteState } from '@/server/domain/lifecycle.ts';

type Row = RouterOutputs['quotes']['list']['items'][number];

/** Quotes: the desk sees those of all customers and makes new ones, a customer those that were sent to them. */
export async function QuoteList({
  params,
  path,
  desk,
}: {
  readonly params: SearchParams;
  readonly path: string;
  readonly desk: boolean;
}) {
  const [t, d] = await Promise.all([getTranslations('lists'), getTranslations('domain')]);
  const query = parseListQuery(params, { filters: { state: QUOTE_STATES } });
  const state = QuoteState.array().parse(query.filters['state'] ?? []);
  const page = await load(
    api.quotes.list({ cursor: query.after, ...(query.q && { q: query.q }), ...(state.length > 0 && { state }) }),
  );
  const columns: Column<Row>[] = [
    { key: 'number', head: t('quotes.number'), cell: (row) => <span className="num font-medium">{row.number}</span> },
    { key: 'tenant', head: t('orders.tenant'), cell: (row) => row.tenantName },
    { key: 'offering', head: t('offering'), cell: (row) => <OfferingCell offering={row.offering} /> },
    ...(desk ? [{ key: 'org', head: t('quotes.customer'), cell: (row: Row) => row.organisation.name }] : []),
    {
      key: 'amount',
      head: t('orders.amount'),
      align: 'end',
      cell: (row) => <Money micro={row.monthlyMicro} currency={row.currency} />,
    },
    {
      key: 'discount',
      head: t('quotes.discount'),
      align: 'end',
      cell: (row) => (row.discountBp === 0 ? '–' : `${formatNumber(row.discountBp / 100)} %`),
    },
    { key: 'state', head: t('state'), cell: (row) => <QuoteStateBadge state={row.state} /> },
    { key: 'until', head: t('quotes.validUntil'), cell: (row) => <When at={row.validUntil} style="absolute" /> },
    { key: 'by', head: t('quotes.madeBy'), cell: (row) => row.createdBy.name },
  ];
  const create = desk && (
    <ButtonLink kind="primary" href="/catalogue">
      {t('quotes.create')}
    </ButtonLink>
  );
  return (
    <ListPage
      title={t('quotes.title')}
      actions={create || undefined}
      path={path}
      query={query}
      page={page}
      searchPlaceholder={t('quotes.search')}
      filters={[
        {
          key: 'state',
          label: t('state'),
          options: QUOTE_STATES.map((value) => ({ value, label: d(`quoteState.${value}`) })),
        },
      ]}
      table={{
        caption: t('quotes.title'),
        columns,
        rowKey: (row) => row.id,
        rowHref: (row) => `${path}/${row.id}`,
        minWidth: 1080,
      }}
      empty={
        <EmptyState title={t(desk ? 'quotes.emptyDesk' : 'quotes.empty')}>
          {t(desk ? 'quotes.emptyDeskBody' : 'quotes.emptyBody')}
        </EmptyState>
      }
    />
  );
}
