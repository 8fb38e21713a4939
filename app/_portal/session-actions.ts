'use server';

import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { clientAddress } from '@/server/auth/client-address.ts';
import { signOut } from '@/server/auth/sign-in.ts';
import { api } from '@/app/_trpc/server.ts';

async function dropCookies(): Promise<void> {
  const [jar, head] = await Promise.all([cookies(), headers()]);
  const { cookies: cleared } = await signOut({
    headers: head,
    ip: clientAddress(head),
    requestId: head.get('x-request-id') ?? '',
  });
  for (const { name, value, options } of cleared) jar.set(name, value, options);
}

/** Ends this browser's session. */
export async function signOutAction(): Promise<void> {
  await dropCookies();
  redirect('/sign-in');
}

/** Ends every session of the person, on every device. */
export async function signOutEverywhereAction(): Promise<void> {
  await api.account.signOutEverywhere();
  await dropCookies();
  redirect('/sign-in?reason=revoked');
}
