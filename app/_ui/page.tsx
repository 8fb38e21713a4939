import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { PageHeader, type PageHeaderProps } from './page-header.tsx';

export interface PageProps extends PageHeaderProps {
  readonly children: ReactNode;
  /** Facts and the action, right of the content; sticky and full height where `rail="sticky"`. */
  readonly rail?: ReactNode;
  readonly railKind?: 'facts' | 'action' | 'detail';
  readonly railLabel?: string;
  /** Above content and rail, to the full width: the strip of indicators. */
  readonly lead?: ReactNode;
  /** Content with page padding and gaps between panels; off for full-bleed tables and sections. */
  readonly padded?: boolean;
}

const ACTION_COLUMNS = {
  action: 'lg:grid-cols-[minmax(0,1fr)_356px]',
  detail: 'lg:grid-cols-[minmax(0,1fr)_384px]',
} as const;

/**
 * A page to the full width. `railKind` `facts` (316 px, panels beside the content), `action` (356 px, sticky from the top bar down:
 * price, approval) or `detail` (384 px, master–detail).
 */
export function Page({ children, rail, railKind = 'facts', railLabel, lead, padded = true, ...header }: PageProps) {
  if (rail !== undefined && railKind !== 'facts') {
    return (
      <div className={cx('min-h-[calc(100dvh-48px)] lg:grid', ACTION_COLUMNS[railKind])}>
        <div className="min-w-0">
          <PageHeader {...header} />
          {padded ? <div className="grid grid-cols-[minmax(0,1fr)] gap-4 p-4 lg:p-6">{children}</div> : children}
        </div>
        {/* Small screens: the parts follow the content as its siblings, so the foot can stay at the bottom of the screen all the way. */}
        <aside
          {...(railLabel !== undefined && { 'aria-label': railLabel })}
          className="border-line bg-surface max-lg:contents lg:sticky lg:top-12 lg:flex lg:h-[calc(100dvh-48px)] lg:flex-col lg:overflow-y-auto lg:border-l"
        >
          {rail}
        </aside>
      </div>
    );
  }
  return (
    <>
      <PageHeader {...header} />
      {rail === undefined ? (
        padded ? (
          <div className="grid grid-cols-[minmax(0,1fr)] gap-4 p-4 lg:p-6">{children}</div>
        ) : (
          children
        )
      ) : (
        <div
          className={cx(
            'grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-[minmax(0,1fr)_316px]',
            padded && 'p-4 lg:p-6',
          )}
        >
          {lead !== undefined && <div className="min-w-0 lg:col-span-2">{lead}</div>}
          <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-4">{children}</div>
          <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-4">{rail}</div>
        </div>
      )}
    </>
  );
}
