'use server';

import type { Route } from 'next';
import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { signOut } from '@/server/auth/sign-in.ts';
import { api } from '@/app/_trpc/server.ts';

async function dropCookies(): Promise<void> {
  const jar = await cookies();
  for (const { name, value, options } of await signOut(await headers())) jar.set(name, value, options);
}

/** Ends this browser's session. */
export async function signOutAction(): Promise<void> {
  await dropCookies();
  redirect('/sign-in' as Route);
}

/** Ends every session of the person, on every device. */
export async function signOutEverywhereAction(): Promise<void> {
  await api.account.signOutEverywhere();
  await dropCookies();
  redirect('/sign-in?reason=revoked' as Route);
}
