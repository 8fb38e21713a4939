'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useLiveQuery } from '@/app/_portal/use-live-query.ts';
import { describeError, useTRPC, type ApiError } from '@/app/_trpc/client.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';
import type { Configuration } from '@/server/domain/configuration.ts';
import type { OrganisationId, PreviewId } from '@/server/domain/ids.ts';

/** The plan is asked for this long after the last change. */
const SETTLE_MS = 400;
const POLL_MS = 1_000;

export type Preview = RouterOutputs['previews']['byId'];

export interface PreviewState {
  /** The last plan that was computed, of these inputs or of earlier ones. */
  readonly preview: Preview | null;
  /** `incomplete`: something must be filled in first. `settling`: one still types. `computing`: the worker is at it. */
  readonly phase: 'incomplete' | 'settling' | 'computing' | 'ready' | 'failed' | 'refused';
  /** What the server said of the inputs. */
  readonly refusal: ApiError | null;
  readonly again: () => void;
}

/** Keeps the plan of what is configured: asks when the inputs have rested, follows the answer live, says when what is shown is old. */
export function usePreview(configuration: Configuration | null, organisationId: OrganisationId | null): PreviewState {
  const trpc = useTRPC();
  const [attempt, setAttempt] = useState(0);
  const wanted = configuration === null ? '' : JSON.stringify([configuration, organisationId, attempt]);
  const [asked, setAsked] = useState<{ readonly inputs: string; readonly id: PreviewId } | null>(null);
  const create = useMutation(trpc.previews.create.mutationOptions());
  const { mutate, reset } = create;
  useEffect(() => {
    if (wanted === '') return undefined;
    const timer = setTimeout(() => {
      const [inputs, forWhom] = JSON.parse(wanted) as [Configuration, OrganisationId | null, number];
      mutate(
        { configuration: inputs, ...(forWhom !== null && { organisationId: forWhom }) },
        { onSuccess: ({ previewId }) => setAsked({ inputs: wanted, id: previewId }) },
      );
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      reset();
    };
  }, [wanted, mutate, reset]);

  const found = useFollowed(asked?.id ?? null);
  const refusal = create.error ? describeError(create.error) : null;
  const current = asked !== null && asked.inputs === wanted;
  const phase = ((): PreviewState['phase'] => {
    if (wanted === '') return 'incomplete';
    if (create.error !== null) return 'refused';
    if (!current) return create.isPending ? 'computing' : 'settling';
    if (found?.state === 'ready') return 'ready';
    return found?.state === 'failed' ? 'failed' : 'computing';
  })();
  return { preview: found ?? null, phase, refusal, again: () => setAttempt((before) => before + 1) };
}

/** The preview by its id, woken by its events; asked again now and then in case the stream is cut. */
function useFollowed(previewId: PreviewId | null): Preview | undefined {
  const options = useTRPC().previews.byId.queryOptions({ previewId: previewId! });
  const { data } = useQuery({
    ...options,
    enabled: previewId !== null,
    placeholderData: (before) => before,
    refetchInterval: ({ state }) => (state.data?.state === 'queued' ? POLL_MS : false),
  });
  useLiveQuery(
    previewId === null ? {} : { previewId },
    '',
    options.queryKey,
    previewId !== null && data?.state !== 'ready',
  );
  return data;
}
