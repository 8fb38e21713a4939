'use client';

import type { Route } from 'next';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useTransition } from 'react';
import { changeParams } from './list-query.ts';

export interface UrlFilters {
  /** Chosen values of one filter; empty is "any". */
  readonly values: (key: string) => readonly string[];
  readonly setValues: (key: string, values: readonly string[]) => void;
  readonly q: string;
  readonly setQ: (q: string) => void;
  /** Removes the named filters and the search. */
  readonly clear: (keys: readonly string[]) => void;
  /** The list for the new address is on its way. */
  readonly pending: boolean;
}

/** Filters of a list, kept in its address: choosing adds a step to the history, typing replaces the last one. */
export function useUrlFilters(): UrlFilters {
  const router = useRouter();
  const pathname = usePathname();
  const params = useSearchParams();
  const [pending, startTransition] = useTransition();
  const go = (changes: Readonly<Record<string, string | null>>, how: 'push' | 'replace'): void => {
    const address = `${pathname}${changeParams(params.toString(), changes)}`;
    startTransition(() => router[how](address as Route, { scroll: false }));
  };
  return {
    values: (key) => (params.get(key) ?? '').split(',').filter((value) => value !== ''),
    setValues: (key, values) => go({ [key]: values.join(',') }, 'push'),
    q: params.get('q') ?? '',
    setQ: (q) => go({ q: q.trim() }, 'replace'),
    clear: (keys) => go(Object.fromEntries([...keys, 'q'].map((key) => [key, null])), 'push'),
    pending,
  };
}
