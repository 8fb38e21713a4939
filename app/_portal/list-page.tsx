import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { currentRequestId, faultOfError } from '@/app/_trpc/server.ts';
import { FilterBar, NoMatch, type FilterDef } from '@/app/_ui/filter-bar.tsx';
import { writeListQuery, type ListQuery } from '@/app/_ui/list-query.ts';
import { Page } from '@/app/_ui/page.tsx';
import type { PageHeaderProps } from '@/app/_ui/page-header.tsx';
import { Pager } from '@/app/_ui/pager.tsx';
import { Table, type TableProps } from '@/app/_ui/table.tsx';
import type { Fault } from '@/server/domain/faults.ts';
import { FaultState } from './fault-state.tsx';

export interface Rows<Row> {
  readonly items: readonly Row[];
  readonly nextCursor: string | null;
  readonly total: number;
}

export type Loaded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: Fault; readonly requestId: string };

/** Awaits a call of the API; what the server refused becomes something to show in its place. A missing session leads to the sign-in page. */
export async function load<T>(call: Promise<T>): Promise<Loaded<T>> {
  try {
    return { ok: true, value: await call };
  } catch (error) {
    const fault = faultOfError(error);
    if (fault.code === 'not_signed_in' || fault.code === 'session_ended') redirect('/sign-in?reason=ended');
    return { ok: false, fault, requestId: await currentRequestId() };
  }
}

export interface ListPageProps<Row> extends Pick<PageHeaderProps, 'title' | 'facts' | 'actions'> {
  /** The list's own address. */
  readonly path: string;
  readonly query: ListQuery;
  readonly page: Loaded<Rows<Row>>;
  readonly filters?: readonly FilterDef[];
  readonly searchPlaceholder?: string;
  readonly table: Pick<TableProps<Row>, 'caption' | 'columns' | 'rowKey' | 'rowHref' | 'minWidth' | 'height'>;
  /** Shown when there is nothing and nothing was filtered. */
  readonly empty: ReactNode;
}

const isFiltered = (query: ListQuery) => query.q !== '' || Object.keys(query.filters).length > 0;

function ListBody<Row>({ path, query, page, filters = [], table, empty }: ListPageProps<Row>) {
  if (!page.ok)
    return (
      <div className="p-4 lg:p-6">
        <FaultState fault={page.fault} requestId={page.requestId} />
      </div>
    );
  const { items, nextCursor, total } = page.value;
  if (items.length === 0 && isFiltered(query)) return <NoMatch defs={filters} />;
  if (items.length === 0) return <div className="px-4 pb-6 lg:px-6">{empty}</div>;
  const first = query.after === null ? null : writeListQuery(path, { ...query, after: null });
  const next = nextCursor === null ? null : writeListQuery(path, { ...query, after: nextCursor });
  return (
    <>
      <Table {...table} rows={items} />
      <Pager shown={items.length} total={total} firstHref={first} nextHref={next} />
    </>
  );
}

/** A list: header, filters in the address, rows, keyset pages; with its empty, no-match and error state. */
export function ListPage<Row>(props: ListPageProps<Row>) {
  const { title, facts, actions, filters = [], searchPlaceholder } = props;
  return (
    <Page title={title} facts={facts} actions={actions} padded={false}>
      <FilterBar defs={filters} {...(searchPlaceholder !== undefined && { searchPlaceholder })} />
      <ListBody {...props} />
    </Page>
  );
}
