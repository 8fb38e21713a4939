'use client';

import { useRouter } from 'next/navigation';
import { useRef } from 'react';
import type { Persona } from '../../server/domain/policy.ts';
import { useKey } from '../_ui/use-key.ts';
import { NAV_ITEMS, navKeys } from './nav.ts';

const CHORD_MS = 1200;

/** `g`, then the letter of a page, within a moment. */
export function useGoKeys(persona: Persona): void {
  const router = useRouter();
  const armedAt = useRef(Number.NEGATIVE_INFINITY);
  const letters = navKeys(persona).map((key) => NAV_ITEMS[key].goKey);
  useKey(['g', ...letters], ({ key, timeStamp }) => {
    const armed = timeStamp - armedAt.current < CHORD_MS;
    armedAt.current = Number.NEGATIVE_INFINITY;
    if (armed) {
      const target = navKeys(persona).find((item) => NAV_ITEMS[item].goKey === key);
      if (target === undefined) return false;
      router.push(NAV_ITEMS[target].href);
      return true;
    }
    if (key !== 'g') return false;
    armedAt.current = timeStamp;
    return true;
  });
}
