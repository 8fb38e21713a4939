'use client';

import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useKey } from './use-key.ts';

/** `[` and `]`: the tab before and after. */
export function TabKeys({ hrefs, current }: { readonly hrefs: readonly string[]; readonly current: number }) {
  const router = useRouter();
  useKey(['[', ']'], (event) => {
    const href = hrefs[current + (event.key === '[' ? -1 : 1)];
    if (href === undefined) return false;
    router.push(href as Route, { scroll: false });
    return true;
  });
  return null;
}
