import type { ReactNode } from 'react';
import { Crumbs, type Crumb } from '../_shell/crumbs.tsx';

export interface PageHeaderProps {
  readonly title: ReactNode;
  /** State badge, spine, version: right of the title. */
  readonly badge?: ReactNode;
  /** One line of facts below; each its own element. */
  readonly facts?: ReactNode;
  /** Right; the destructive one last, with "…". */
  readonly actions?: ReactNode;
  /** `<Tabs>`, on the bottom line. */
  readonly tabs?: ReactNode;
  /** What follows the section's name in the top bar: `[{ label: 'shop-cn' }]`. */
  readonly crumbs?: readonly Crumb[];
}

/** Title, state, one line of facts, actions, tabs. */
export function PageHeader({ title, badge, facts, actions, tabs, crumbs }: PageHeaderProps) {
  return (
    <header className={`border-b border-line bg-surface px-4 pt-4 lg:px-6 ${tabs === undefined ? 'pb-4' : ''}`}>
      {crumbs !== undefined && <Crumbs items={crumbs} />}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-2.5">
            <h1 className="min-w-0 text-20 break-words">{title}</h1>
            {badge}
          </div>
          {facts !== undefined && (
            <div className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1 text-13 text-ink-2">{facts}</div>
          )}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {tabs}
    </header>
  );
}
