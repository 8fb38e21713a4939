import { ArrowDown, ArrowUp } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useId, type ReactNode } from 'react';
import { AppLink } from './app-link.tsx';
import { cx } from './cx.ts';
import { Kbd } from './kbd.tsx';
import type { Sort } from './list-query.ts';
import { TableKeys } from './table-keys.tsx';

export interface Column<Row> {
  readonly key: string;
  readonly head: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** Figures stand right, in tabular digits. */
  readonly align?: 'start' | 'end';
  /** The head is a link that sorts; needs `sortHref`. */
  readonly sortable?: boolean;
  /** The head is for screen readers only (actions, marks). */
  readonly headHidden?: boolean;
  readonly className?: string;
}

export interface TableProps<Row> {
  /** What the table holds, for screen readers. */
  readonly caption: string;
  /** The first column names the row and carries its link. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly rowHref?: (row: Row) => string;
  /** The row shown beside the list; j and k then open as they move. */
  readonly selectedKey?: string | null;
  readonly sort?: Sort | null;
  readonly sortHref?: (sort: Sort) => string;
  /** 36, 32 or 28 px. */
  readonly height?: 'normal' | 'audit' | 'dense';
  /** From edge to edge of the page; off inside a panel. */
  readonly bleed?: boolean;
  /** Below this width the table scrolls in its own box; above, its head sticks under the top bar. */
  readonly minWidth?: 320 | 480 | 600 | 760 | 1080;
}

const WIDTH = {
  320: ['min-w-[300px]', '@min-[300px]:overflow-x-visible @min-[300px]:[&_th[scope=col]]:sticky'],
  480: ['min-w-[480px]', '@min-[480px]:overflow-x-visible @min-[480px]:[&_th[scope=col]]:sticky'],
  600: ['min-w-[600px]', '@min-[600px]:overflow-x-visible @min-[600px]:[&_th[scope=col]]:sticky'],
  760: ['min-w-[760px]', '@min-[760px]:overflow-x-visible @min-[760px]:[&_th[scope=col]]:sticky'],
  1080: ['min-w-[1080px]', '@min-[1080px]:overflow-x-visible @min-[1080px]:[&_th[scope=col]]:sticky'],
} as const;

/** A panel clips what is in it and would become the box that a sticky head sticks to. */
const IN_PANEL = '[&_th[scope=col]]:static!';

function Head<Row>({
  column,
  sort,
  sortHref,
}: {
  readonly column: Column<Row>;
  readonly sort: Sort | null;
  readonly sortHref: ((sort: Sort) => string) | undefined;
}) {
  const sorted = sort?.key === column.key ? sort.direction : null;
  const content = column.headHidden ? <span className="sr-only">{column.head}</span> : column.head;
  const Arrow = sorted === 'desc' ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      className={cx('top-12 z-10', column.align === 'end' && 'text-right', column.className)}
      {...(sorted !== null && { 'aria-sort': sorted === 'asc' ? ('ascending' as const) : ('descending' as const) })}
    >
      {column.sortable && sortHref ? (
        <AppLink
          href={sortHref({ key: column.key, direction: sorted === 'asc' ? 'desc' : 'asc' })}
          scroll={false}
          className={cx(
            'group inline-flex items-center gap-1 hover:text-ink',
            column.align === 'end' && 'flex-row-reverse',
            sorted && 'text-ink',
          )}
        >
          {content}
          <Arrow
            className={cx(
              'size-3',
              sorted === null && 'opacity-0 group-hover:opacity-60 group-focus-visible:opacity-60',
            )}
          />
        </AppLink>
      ) : (
        content
      )}
    </th>
  );
}

/**
 * Rows as a real table. Draws on the server; columns are functions, so a page that passes it through a client component builds them there.
 * The whole row is the target of its link; buttons inside stay above it. j and k move, Enter opens.
 */
export function Table<Row>({
  caption,
  columns,
  rows,
  rowKey,
  rowHref,
  selectedKey = null,
  sort = null,
  sortHref,
  height = 'normal',
  bleed = true,
  minWidth = 760,
}: TableProps<Row>) {
  const tableId = useId();
  const [first, ...rest] = columns;
  const [minimum, whenWide] = WIDTH[minWidth];
  return (
    <div className={cx('@container bg-surface', bleed && 'border-y border-line')}>
      <div
        className={cx('overflow-x-auto', whenWide)}
        {...(!rowHref && { tabIndex: 0, role: 'group', 'aria-label': caption })}
      >
        <table id={tableId} className={cx('tbl', minimum, !bleed && IN_PANEL)} data-row={height} data-bleed={bleed}>
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <Head key={column.key} column={column} sort={sort} sortHref={sortHref} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const key = rowKey(row);
              const name = first?.cell(row);
              return (
                <tr
                  key={key}
                  {...(rowHref && { 'data-link': true })}
                  {...(key === selectedKey && { 'aria-selected': true })}
                >
                  <th scope="row" className={first?.className}>
                    {rowHref ? (
                      <AppLink href={rowHref(row)} scroll={selectedKey === null} className="row-link">
                        {name}
                      </AppLink>
                    ) : (
                      name
                    )}
                  </th>
                  {rest.map((column) => (
                    <td key={column.key} className={cx(column.align === 'end' && 'num-cell', column.className)}>
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {rowHref && <TableKeys tableId={tableId} opens={selectedKey !== null} />}
    </div>
  );
}

const key = (name: string) => () => <Kbd>{name}</Kbd>;

/** What the keys do, for the foot of a list. */
export function TableKeyHints() {
  const t = useTranslations('ui.table');
  return (
    <span className="hidden items-center gap-1 text-12 text-ink-3 lg:flex">
      {t.rich('rowKeys', { j: key('j'), k: key('k'), enter: key('↵') })}
    </span>
  );
}
