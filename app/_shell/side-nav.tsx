'use client';

import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { AppLink } from '../_ui/app-link.tsx';
import type { Persona } from '../../server/domain/policy.ts';
import { formatNumber } from '../_ui/format.ts';
import { currentNavKey, NAV, NAV_ITEMS, navWord, type NavGroup, type NavKey } from './nav.ts';
import { NavIcon } from './nav-icon.tsx';

export type NavCounts = Partial<Readonly<Record<NavKey, number>>>;

export interface SideNavProps {
  readonly persona: Persona;
  readonly counts: NavCounts;
  readonly onNavigate?: () => void;
}

/** The persona's pages in groups, with how many things wait in each. */
export function SideNav({ persona, counts, onNavigate }: SideNavProps) {
  const t = useTranslations('shell');
  const current = currentNavKey(persona, usePathname());
  const groups: readonly NavGroup[] = NAV[persona];
  return (
    <nav aria-label={t('mainNav')} className="grid gap-4">
      {groups.map(({ group, items }) => (
        <div key={group ?? ''} className="grid gap-px">
          {group !== null && <div className="px-2 pb-1 text-12 text-ink-3">{t(`group.${group}`)}</div>}
          {items.map((key) => (
            <AppLink
              key={key}
              href={NAV_ITEMS[key].href}
              className="nav-item"
              {...(onNavigate && { onClick: onNavigate })}
              {...(key === current && { 'aria-current': 'page' as const })}
            >
              <NavIcon name={key} />
              {t(`nav.${navWord(key)}`)}
              {(counts[key] ?? 0) > 0 && (
                <span className="num ml-auto text-12 font-normal text-ink-3">{formatNumber(counts[key] ?? 0)}</span>
              )}
            </AppLink>
          ))}
        </div>
      ))}
    </nav>
  );
}
