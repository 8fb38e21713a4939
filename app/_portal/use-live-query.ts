'use client';

import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useSubscription } from '@trpc/tanstack-react-query';
import { useEffect, useState } from 'react';
import type { RouterInputs } from '@/server/api/root.ts';
import { useTRPC } from '@/app/_trpc/client.tsx';

type Filter = Omit<RouterInputs['events']['subscribe'], 'lastEventId'>;

/** At most one read in this time: a run of fifty resources tells of each, the page needs the last state. */
const SETTLE_MS = 120;

export interface Live {
  /** `live`: told as it happens. `connecting`: at first, and after a break. `stale`: the connection is gone. */
  readonly state: 'live' | 'connecting' | 'stale';
  /** When the last event or the first answer came. */
  readonly at: Date;
  readonly reconnect: () => void;
}

/**
 * Reads a query anew whenever something happens to its object. Events only wake; what is shown is always a whole answer of the server, so
 * a reload, a second browser and a reconnect show the same.
 * @param after where the stream begins: the cursor that came with the first answer, so that nothing between is missed
 */
export function useLiveQuery(filter: Filter, after: string, queryKey: QueryKey, enabled = true): Live {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [at, setAt] = useState(() => new Date());
  const [woken, setWoken] = useState(false);
  useEffect(() => {
    if (!woken) return undefined;
    const timer = setTimeout(() => {
      setWoken(false);
      setAt(new Date());
      void queryClient.invalidateQueries({ queryKey });
    }, SETTLE_MS);
    return () => clearTimeout(timer);
    // The key is made anew at every draw; what it says changes only with the page.
  }, [woken, queryClient, queryKey]);
  const subscription = useSubscription(
    trpc.events.subscribe.subscriptionOptions(
      { ...filter, lastEventId: after },
      {
        enabled,
        onData: () => setWoken(true),
      },
    ),
  );
  const state =
    subscription.status === 'pending'
      ? 'live'
      : subscription.status === 'connecting' && subscription.error === null
        ? 'connecting'
        : subscription.error
          ? 'stale'
          : 'connecting';
  return { state, at, reconnect: subscription.reset };
}
