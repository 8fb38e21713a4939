/** The API for pages and server actions: the same procedures, called in process with the reader's own rights. Server code only. */
import { headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { cache } from 'react';
import { createCaller } from '@/server/api/root.ts';
import { faultOf } from '@/server/api/trpc.ts';
import { createApiContext } from '@/server/compose/web.ts';
import type { Fault } from '@/server/domain/faults.ts';
import type { Actor } from '@/server/domain/policy.ts';

/** One context a request, so that the session is read once. */
const requestContext = cache(async () => createApiContext(await headers()));

/** `await api.tenants.byId({ tenantId })`; failures are thrown: see `faultOfError`, `orNotFound`. */
export const api = createCaller(requestContext);

/** Who is signed in, or null. */
export async function currentActor(): Promise<Actor | null> {
  return (await requestContext()).actor;
}

/** The request's id, to show with an error. */
export async function currentRequestId(): Promise<string> {
  return (await requestContext()).requestId;
}

/** The fault behind what a call of `api` threw. */
export const faultOfError = (error: unknown): Fault => faultOf(error);

/** Awaits a call for a page: what is not found (or belongs to others) becomes Next's not-found page, a missing session the sign-in page. */
export async function orNotFound<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const fault = faultOf(error);
    if (fault.code === 'not_found' || fault.code === 'offering_unknown') notFound();
    if (fault.code === 'not_signed_in' || fault.code === 'session_ended') redirect('/sign-in');
    throw error;
  }
}
