import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { load } from '@/app/_portal/list-page.tsx';
import { api } from '@/app/_trpc/server.ts';
import { Badge } from '@/app/_ui/badge.tsx';
import { Money } from '@/app/_ui/money.tsx';
import { Page } from '@/app/_ui/page.tsx';
import { Panel } from '@/app/_ui/panel.tsx';
import { Quantity } from '@/app/_ui/quantity.tsx';
import { Table, type Column } from '@/app/_ui/table.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';
import { CURRENCIES } from '@/server/domain/configuration.ts';

type Book = RouterOutputs['priceBooks']['list']['books'][number];
type PriceRow = RouterOutputs['priceBooks']['current']['rows'][number];

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('lists'))('books.title') };
}

export default async function PriceBooksPage() {
  const [t, answer] = await Promise.all([
    getTranslations('lists'),
    load(Promise.all([api.priceBooks.list(), api.priceBooks.current()])),
  ]);
  if (!answer.ok) {
    return (
      <Page title={t('books.title')}>
        <FaultState fault={answer.fault} requestId={answer.requestId} />
      </Page>
    );
  }
  const [{ books }, current] = answer.value;
  const bookColumns: Column<Book>[] = [
    {
      key: 'version',
      head: t('books.version'),
      cell: (book) => <span className="num font-medium">{book.version}</span>,
    },
    {
      key: 'current',
      head: t('state'),
      cell: (book) => (book.current ? <Badge tone="ok">{t('books.current')}</Badge> : <Badge>{t('books.kept')}</Badge>),
    },
    { key: 'rows', head: t('books.rows'), align: 'end', cell: (book) => <Quantity value={book.rows} /> },
    { key: 'from', head: t('books.validFrom'), cell: (book) => <When at={book.validFrom} style="absolute" /> },
    { key: 'published', head: t('books.published'), cell: (book) => <When at={book.publishedAt} /> },
  ];
  const skus = [...new Set(current.rows.map((price) => price.sku))];
  return (
    <Page title={t('books.title')} facts={<span>{t('books.facts')}</span>}>
      <Panel title={t('books.books')}>
        <Table
          caption={t('books.books')}
          columns={bookColumns}
          rows={books}
          rowKey={(book) => book.id}
          bleed={false}
          minWidth={600}
        />
      </Panel>
      <Panel title={t('books.prices', { version: current.version })} side={<span>{t('books.unit')}</span>}>
        <Table
          caption={t('books.prices', { version: current.version })}
          columns={priceColumns(t('books.sku'), current.rows)}
          rows={skus}
          rowKey={(sku) => sku}
          bleed={false}
          minWidth={600}
          height="dense"
        />
      </Panel>
    </Page>
  );
}

function priceColumns(skuHead: string, prices: readonly PriceRow[]): Column<string>[] {
  const amount = (sku: string, currency: string) => {
    const row = prices.find((price) => price.sku === sku && price.currency === currency && price.model === null);
    return row ? <Money micro={row.micro} currency={currency} bare /> : '–';
  };
  return [
    { key: 'sku', head: skuHead, cell: (sku) => <span className="id">{sku}</span> },
    ...CURRENCIES.map((currency): Column<string> => ({
      key: currency,
      head: currency,
      align: 'end',
      cell: (sku) => amount(sku, currency),
    })),
  ];
}
