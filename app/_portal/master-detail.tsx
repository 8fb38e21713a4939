/** A list with one row's detail beside it (384 px), both in the address: filters, page and `?id=`. On small screens one of the two is shown. */
import { ChevronDown, ChevronUp, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { FilterBar, NoMatch, type FilterDef } from '@/app/_ui/filter-bar.tsx';
import { ButtonLink } from '@/app/_ui/button.tsx';
import { cx } from '@/app/_ui/cx.ts';
import { writeListQuery, type ListQuery } from '@/app/_ui/list-query.ts';
import { Page } from '@/app/_ui/page.tsx';
import type { PageHeaderProps } from '@/app/_ui/page-header.tsx';
import { Pager } from '@/app/_ui/pager.tsx';
import { Table, type TableProps } from '@/app/_ui/table.tsx';
import { FaultState } from './fault-state.tsx';
import type { Loaded, Rows } from './list-page.tsx';

/** The address of the list with one row open. */
export function rowAddress(path: string, query: Partial<ListQuery>, id: string): string {
  const address = writeListQuery(path, query);
  return `${address}${address.includes('?') ? '&' : '?'}id=${id}`;
}

export interface Neighbours {
  readonly previousHref: string | null;
  readonly nextHref: string | null;
  readonly closeHref: string;
}

/** Where "previous", "next" and "close" lead from an open row. */
export function neighboursOf(
  path: string,
  query: Partial<ListQuery>,
  ids: readonly string[],
  id: string | null,
): Neighbours {
  const here = id === null ? -1 : ids.indexOf(id);
  const at = (index: number): string | null => {
    const other = here === -1 ? undefined : ids[index];
    return other === undefined ? null : rowAddress(path, query, other);
  };
  return {
    previousHref: here > 0 ? at(here - 1) : null,
    nextHref: at(here + 1),
    closeHref: writeListQuery(path, query),
  };
}

/** Top of a detail: what it is, and the ways to its neighbours. */
export function DetailHead({
  over,
  title,
  words,
  previousHref,
  nextHref,
  closeHref,
}: Neighbours & {
  readonly over: ReactNode;
  readonly title: ReactNode;
  readonly words: Record<'previous' | 'next' | 'close', string>;
}) {
  return (
    <div className="border-b border-line bg-surface px-5 pt-4 pb-4 max-lg:border-t">
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0 text-12 text-ink-3">{over}</div>
        <div className="-mt-1.5 -mr-2 flex shrink-0">
          {previousHref !== null && (
            <ButtonLink kind="ghost" size="sm" iconOnly href={previousHref} aria-label={words.previous}>
              <ChevronUp />
            </ButtonLink>
          )}
          {nextHref !== null && (
            <ButtonLink kind="ghost" size="sm" iconOnly href={nextHref} aria-label={words.next}>
              <ChevronDown />
            </ButtonLink>
          )}
          <ButtonLink kind="ghost" size="sm" iconOnly href={closeHref} aria-label={words.close}>
            <X />
          </ButtonLink>
        </div>
      </div>
      <h2 className="text-16 break-words">{title}</h2>
    </div>
  );
}

export interface MasterDetailProps<Row> extends Pick<
  PageHeaderProps,
  'title' | 'badge' | 'facts' | 'actions' | 'tabs'
> {
  readonly path: string;
  readonly query: ListQuery;
  readonly page: Loaded<Rows<Row>>;
  readonly filters: readonly FilterDef[];
  readonly searchPlaceholder?: string;
  /** Right of the filters. */
  readonly side?: ReactNode;
  /** Above the filters: a banner that concerns the whole list. */
  readonly notice?: ReactNode;
  readonly table: Pick<TableProps<Row>, 'caption' | 'columns' | 'minWidth' | 'height'>;
  readonly rowKey: (row: Row) => string;
  readonly empty: ReactNode;
  /** The row whose detail is shown; null when none is. */
  readonly selected: string | null;
  /** The address named it: then small screens show the detail instead of the list. */
  readonly chosen: boolean;
  readonly detail: ReactNode;
  readonly railLabel: string;
}

function MasterList<Row>(props: MasterDetailProps<Row>) {
  const { path, query, page, filters, table, rowKey, empty, selected } = props;
  if (!page.ok)
    return (
      <div className="p-4 lg:p-6">
        <FaultState fault={page.fault} requestId={page.requestId} />
      </div>
    );
  const { items, nextCursor, total } = page.value;
  const isFiltered = query.q !== '' || filters.some((def) => query.filters[def.key] !== undefined);
  if (items.length === 0 && isFiltered) return <NoMatch defs={filters} />;
  if (items.length === 0) return <div className="px-4 pb-6 lg:px-6">{empty}</div>;
  return (
    <>
      <Table
        {...table}
        rows={items}
        rowKey={rowKey}
        rowHref={(row) => rowAddress(path, query, rowKey(row))}
        selectedKey={selected}
      />
      <Pager
        shown={items.length}
        total={total}
        firstHref={query.after === null ? null : writeListQuery(path, { ...query, after: null })}
        nextHref={nextCursor === null ? null : writeListQuery(path, { ...query, after: nextCursor })}
      />
    </>
  );
}

export function MasterDetail<Row>(props: MasterDetailProps<Row>) {
  const { title, badge, facts, actions, tabs, filters, searchPlaceholder, side, notice, chosen, detail, railLabel } =
    props;
  return (
    <Page
      title={title}
      badge={badge}
      facts={facts}
      actions={actions}
      tabs={tabs}
      padded={false}
      railKind="detail"
      railLabel={railLabel}
      rail={<div className={cx('contents', !chosen && 'max-lg:hidden')}>{detail}</div>}
    >
      {notice}
      <div className={cx(chosen && 'max-lg:hidden')}>
        <FilterBar
          defs={filters}
          {...(searchPlaceholder !== undefined && { searchPlaceholder })}
          {...(side !== undefined && { side })}
        />
        <MasterList {...props} />
      </div>
    </Page>
  );
}
