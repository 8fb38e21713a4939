'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useLiveQuery } from '@/app/_portal/use-live-query.ts';
import { describeError, useTRPC, type ApiError } from '@/app/_trpc/client.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';
import type { Wish } from '@/server/domain/change.ts';
import type { ChangeId, TenantId } from '@/server/domain/ids.ts';

/** The plan is asked for this long after the last change. */
const SETTLE_MS = 400;
const POLL_MS = 1_000;

export type Change = RouterOutputs['tenants']['changeById'];

export interface ChangeState {
  /** Of the last wish that the server took, or of an earlier one. */
  readonly change: Change | null;
  /** `none`: nothing is otherwise. `settling`: one still types. `computing`: the worker is at it. */
  readonly phase: 'none' | 'settling' | 'computing' | 'ready' | 'failed' | 'refused';
  /** What the server said of the wish. */
  readonly refusal: ApiError | null;
  readonly again: () => void;
}

/** Keeps price and plan of what is wished: asks when the form has rested, and follows the answer live.
 * @param wish null while nothing is otherwise than now, or something is not filled in */
export function useChange(tenantId: TenantId, wish: Wish | null): ChangeState {
  const trpc = useTRPC();
  const [attempt, setAttempt] = useState(0);
  const wanted = wish === null ? '' : JSON.stringify([wish, attempt]);
  const [asked, setAsked] = useState<{ readonly inputs: string; readonly id: ChangeId } | null>(null);
  const plan = useMutation(trpc.tenants.planChange.mutationOptions());
  const { mutate, reset } = plan;
  useEffect(() => {
    if (wanted === '') return undefined;
    const timer = setTimeout(() => {
      const [inputs] = JSON.parse(wanted) as [Wish, number];
      mutate({ tenantId, wish: inputs }, { onSuccess: ({ changeId }) => setAsked({ inputs: wanted, id: changeId }) });
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      reset();
    };
  }, [wanted, tenantId, mutate, reset]);

  const found = useFollowed(tenantId, asked?.id ?? null);
  const current = asked !== null && asked.inputs === wanted;
  const phase = ((): ChangeState['phase'] => {
    if (wanted === '') return 'none';
    if (plan.error !== null) return 'refused';
    if (!current) return plan.isPending ? 'computing' : 'settling';
    if (found?.id !== asked.id || found.state === 'queued') return 'computing';
    return found.state === 'failed' ? 'failed' : 'ready';
  })();
  return {
    change: wanted === '' ? null : (found ?? null),
    phase,
    refusal: plan.error ? describeError(plan.error) : null,
    again: () => setAttempt((before) => before + 1),
  };
}

/** The change by its id, woken by its tenant's events; asked again now and then in case the stream is cut. */
function useFollowed(tenantId: TenantId, changeId: ChangeId | null): Change | undefined {
  const options = useTRPC().tenants.changeById.queryOptions({ changeId: changeId! });
  const { data } = useQuery({
    ...options,
    enabled: changeId !== null,
    placeholderData: (before) => before,
    refetchInterval: ({ state }) => (state.data?.state === 'queued' ? POLL_MS : false),
  });
  useLiveQuery({ tenantId }, '', options.queryKey, changeId !== null && data?.state === 'queued');
  return data;
}
