'use server';

import type { Route } from 'next';
import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { signInWithPassword } from '../../server/auth/sign-in.ts';
import { clientAddress } from '../../server/auth/client-address.ts';
import { parseReturnTo, type SignInState } from './sign-in-state.ts';

const Credentials = z.object({ email: z.email().max(254), password: z.string().min(1).max(1024) });

/** Tries e-mail and password; success sets the session's cookies and redirects, everything else comes back as a state to show. */
export async function signIn(_: SignInState, form: FormData): Promise<SignInState> {
  const head = await headers();
  const requestId = head.get('x-request-id') ?? '';
  const typed = form.get('email');
  const email = typeof typed === 'string' ? typed.trim() : '';
  const credentials = Credentials.safeParse({ email, password: form.get('password') });
  if (!credentials.success)
    return { kind: email === '' || form.get('password') === '' ? 'missing' : 'invalid', email, requestId };

  const outcome = await signInWithPassword({ ...credentials.data, ip: clientAddress(head), requestId });
  if (!outcome.ok) {
    return outcome.reason === 'throttled'
      ? { kind: 'throttled', email, requestId, retryAfterSeconds: outcome.retryAfterSeconds ?? 60 }
      : { kind: 'invalid', email, requestId };
  }
  const jar = await cookies();
  for (const { name, value, options } of outcome.cookies) jar.set(name, value, options);
  return redirect(parseReturnTo(form.get('returnTo')) as Route);
}
