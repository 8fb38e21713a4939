'use client';

import { useSyncExternalStore } from 'react';

const never = (): (() => void) => () => undefined;

/** The key that goes with letters on this machine: ⌘, elsewhere Ctrl. */
export function useModKey(): '⌘' | 'Ctrl' {
  return useSyncExternalStore(
    never,
    () => (/mac|iphone|ipad/i.test(navigator.platform) ? '⌘' : 'Ctrl'),
    () => '⌘',
  );
}
