'use client';

import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { Fragment, useEffect, useSyncExternalStore } from 'react';
import type { Persona } from '../../server/domain/policy.ts';
import { AppLink } from '../_ui/app-link.tsx';
import { currentNavKey, NAV_ITEMS, navWord } from './nav.ts';

export interface Crumb {
  readonly label: string;
  readonly href?: string;
}

// Set from effects only, so the server never shares it between requests.
const NOTHING: readonly Crumb[] = [];
let shown: readonly Crumb[] = NOTHING;
const listeners = new Set<() => void>();

function show(items: readonly Crumb[]): void {
  shown = items;
  for (const tell of listeners) tell();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A page says what follows its section in the top bar. */
export function Crumbs({ items }: { readonly items: readonly Crumb[] }) {
  const key = JSON.stringify(items);
  useEffect(() => {
    show(JSON.parse(key) as Crumb[]);
    return () => show(NOTHING);
  }, [key]);
  return null;
}

/** Section from the address, the rest from the page; on small screens the last two. */
export function CrumbTrail({ persona }: { readonly persona: Persona }) {
  const t = useTranslations('shell');
  const pathname = usePathname();
  const rest = useSyncExternalStore(
    subscribe,
    () => shown,
    () => NOTHING,
  );
  const section = currentNavKey(persona, pathname);
  const trail: Crumb[] =
    section === null ? [...rest] : [{ label: t(`nav.${navWord(section)}`), href: NAV_ITEMS[section].href }, ...rest];
  return (
    <nav aria-label={t('breadcrumb')} className="flex min-w-0 items-center gap-2 text-13 text-ink-2">
      {trail.map((crumb, index) => {
        const isLast = index === trail.length - 1;
        const folded = index < trail.length - 2 ? 'hidden sm:inline' : '';
        return (
          <Fragment key={`${index} ${crumb.label}`}>
            <span aria-hidden className={`text-line-2 ${folded}`}>
              /
            </span>
            {isLast || crumb.href === undefined ? (
              <span
                className={`truncate ${isLast ? 'font-medium text-ink' : folded}`}
                {...(isLast && { 'aria-current': 'page' as const })}
              >
                {crumb.label}
              </span>
            ) : (
              <AppLink href={crumb.href} className={`truncate hover:text-ink hover:underline ${folded}`}>
                {crumb.label}
              </AppLink>
            )}
          </Fragment>
        );
      })}
    </nav>
  );
}
