'use client';

import { useEffect, useSyncExternalStore } from 'react';

/** Something ⌘K can do or open. */
export interface CommandEntry {
  readonly id: string;
  /** "Change plan of", "Open tenant". */
  readonly label: string;
  /** "shop-cn": stands out after the label. */
  readonly subject?: string;
  /** At the right end: an id, the state now. */
  readonly hint?: string;
  readonly href?: string;
  readonly run?: () => void;
  /** Why it cannot be done now; it stays visible. */
  readonly refusal?: string;
  /** Other words it is found by. */
  readonly keywords?: readonly string[];
}

// Filled from effects only, so the server never shares it between requests.
const NOTHING: readonly CommandEntry[] = [];
let entries: readonly CommandEntry[] = NOTHING;
const listeners = new Set<() => void>();

function replace(next: readonly CommandEntry[]): void {
  entries = next;
  for (const tell of listeners) tell();
}

/** A page offers its verbs to ⌘K while it is shown. Keep the array stable (module constant, `useMemo`). */
export function useCommands(mine: readonly CommandEntry[]): void {
  useEffect(() => {
    replace([...entries, ...mine]);
    return () => replace(entries.filter((entry) => !mine.includes(entry)));
  }, [mine]);
}

export function useCommandEntries(): readonly CommandEntry[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => entries,
    () => NOTHING,
  );
}
