'use client';

import { useNow } from 'next-intl';
import { useEffect, useState } from 'react';

/**
 * The reader's clock. The first draw takes the request's time, so that server and browser say the same; from then on it is the time now,
 * which on a page that was reached without a new document is later than the document's.
 */
export function useClock(everyMs: number): Date {
  const first = useNow();
  const [now, setNow] = useState(first);
  useEffect(() => {
    const tick = (): void => setNow(new Date());
    const soon = setTimeout(tick, 0);
    const timer = setInterval(tick, everyMs);
    return () => {
      clearTimeout(soon);
      clearInterval(timer);
    };
  }, [everyMs]);
  return now;
}
