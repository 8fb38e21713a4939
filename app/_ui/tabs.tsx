import { AppLink } from './app-link.tsx';
import { TabKeys } from './tab-keys.tsx';

export interface Tab {
  readonly key: string;
  readonly label: string;
  /** Tabs are addresses: a path or `?tab=…`. */
  readonly href: string;
  readonly count?: number;
}

/** Tabs on the bottom line of the page header. They are links, so back works; `[` and `]` move between them. */
export function Tabs({
  items,
  current,
  label,
}: {
  readonly items: readonly Tab[];
  readonly current: string;
  readonly label: string;
}) {
  return (
    <nav aria-label={label} className="-mx-0.5 mt-3 -mb-px flex gap-5 overflow-x-auto">
      <TabKeys hrefs={items.map((tab) => tab.href)} current={items.findIndex((tab) => tab.key === current)} />
      {items.map((tab) => (
        <AppLink
          key={tab.key}
          href={tab.href}
          scroll={false}
          className="tab"
          {...(tab.key === current && { 'aria-current': 'page' as const })}
        >
          {tab.label}
          {tab.count !== undefined && <span className="num text-12 font-normal text-ink-3">{tab.count}</span>}
        </AppLink>
      ))}
    </nav>
  );
}
