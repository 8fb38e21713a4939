'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import type { Planned } from '@/app/_portal/planned/planned.ts';
import { useAsked } from '@/app/_portal/planned/use-asked.ts';
import { useLiveQuery } from '@/app/_portal/use-live-query.ts';
import { useTRPC } from '@/app/_trpc/client.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';
import type { Wish } from '@/server/domain/change.ts';
import type { ChangeId, TenantId } from '@/server/domain/ids.ts';

const POLL_MS = 1_000;

export type Change = RouterOutputs['tenants']['changeById'];
export type ChangeState = Planned<Change>;

const idOf = ({ changeId }: RouterOutputs['tenants']['planChange']): ChangeId => changeId;

/** Keeps price and plan of what is wished: asks when the form has rested, and follows the answer live.
 * @param wish null while nothing is otherwise than now, or something is not filled in */
export function useChange(tenantId: TenantId, wish: Wish | null): ChangeState {
  const plan = useMutation(useTRPC().tenants.planChange.mutationOptions());
  const asked = useAsked(wish && { tenantId, wish }, plan, idOf);
  const found = useFollowed(tenantId, asked.id);
  const computed = found?.id === asked.id && found?.state !== 'queued';
  return {
    answer: wish === null ? null : (found ?? null),
    phase: asked.phaseOf(computed ? (found?.state === 'failed' ? 'failed' : 'ready') : null),
    refusal: asked.refusal,
    again: asked.again,
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
