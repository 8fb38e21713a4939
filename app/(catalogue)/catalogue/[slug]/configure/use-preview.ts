'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import type { Planned } from '@/app/_portal/planned/planned.ts';
import { useAsked } from '@/app/_portal/planned/use-asked.ts';
import { useLiveQuery } from '@/app/_portal/use-live-query.ts';
import { useTRPC } from '@/app/_trpc/client.tsx';
import type { RouterInputs, RouterOutputs } from '@/server/api/root.ts';
import type { Configuration } from '@/server/domain/configuration.ts';
import type { OrganisationId, PreviewId } from '@/server/domain/ids.ts';

const POLL_MS = 1_000;

export type Preview = RouterOutputs['previews']['byId'];
export type PreviewState = Planned<Preview>;

const idOf = ({ previewId }: RouterOutputs['previews']['create']): PreviewId => previewId;

/** Keeps the plan of what is configured: asks when the inputs have rested, follows the answer live, says when what is shown is old. */
export function usePreview(configuration: Configuration | null, organisationId: OrganisationId | null): PreviewState {
  const create = useMutation(useTRPC().previews.create.mutationOptions());
  const input: RouterInputs['previews']['create'] | null = configuration && {
    configuration,
    ...(organisationId !== null && { organisationId }),
  };
  const asked = useAsked(input, create, idOf);
  const found = useFollowed(asked.id);
  const current = found?.id === asked.id && (found?.state === 'ready' || found?.state === 'failed');
  return {
    answer: found ?? null,
    phase: asked.phaseOf(current ? (found.state as 'ready' | 'failed') : null),
    refusal: asked.refusal,
    again: asked.again,
  };
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
