'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useLocale } from 'next-intl';
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '@/app/_trpc/client.tsx';
import type { TenantId } from '@/server/domain/ids.ts';
import type { Picture } from '@/server/domain/picture.ts';

const REFRESH_MS = 15_000;

const paramOf = (picture: Picture, input: string): string => `${picture.name}.${input}`;

/** What the reader chose of a picture, kept in the address, so that it can be sent on and survives a reload. */
function useGiven(picture: Picture) {
  const params = useSearchParams();
  const [given, setGiven] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(
      picture.inputs.flatMap(({ name }) => {
        const value = params.get(paramOf(picture, name));
        return value === null ? [] : [[name, value] as const];
      }),
    ),
  );
  const give = (input: string, value: string): void => {
    setGiven({ ...given, [input]: value });
    const url = new URL(window.location.href);
    if (value === '') url.searchParams.delete(paramOf(picture, input));
    else url.searchParams.set(paramOf(picture, input), value);
    window.history.replaceState(null, '', url);
  };
  return { given, give };
}

/** A picture's rows, read anew every 15 s while the page is looked at. */
export function usePicture(tenantId: TenantId, picture: Picture, enabled: boolean) {
  const locale = useLocale();
  const { given, give } = useGiven(picture);
  const options = useTRPC().tenants.picture.queryOptions({ tenantId, name: picture.name, inputs: given, locale });
  const query = useQuery({ ...options, enabled, refetchInterval: REFRESH_MS, placeholderData: keepPreviousData });
  return { query, given, give };
}
