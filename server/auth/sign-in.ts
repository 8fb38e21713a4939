/** Sign-in and sign-out for the pages' server actions. Goes through @auth/core, so that there is one format of cookies. */
import { Auth, raw, skipCSRFCheck } from '@auth/core';
import { CredentialsSignin } from '@auth/core/errors';
import { web } from '../compose/web.ts';
import { checkPassword, type PasswordCheck, type SignIn } from './check-password.ts';
import { AUTH_PATH, authConfig, isSecure, sessionCookieName } from './config.ts';
import { endSession, readSession } from './session.ts';

/** As Next's `cookies().set(name, value, options)` takes it. */
export interface CookieToSet {
  readonly name: string;
  readonly value: string;
  readonly options: {
    readonly path: string;
    readonly httpOnly: boolean;
    readonly secure: boolean;
    readonly sameSite: 'lax';
    readonly expires?: Date;
  };
}

export type SignInOutcome =
  | { readonly ok: true; readonly cookies: readonly CookieToSet[] }
  | { readonly ok: false; readonly reason: 'invalid' | 'throttled'; readonly retryAfterSeconds?: number };

/** Sign in with e-mail and password.
 * @returns the session's cookies to set, or why not; whether the e-mail is known is not said */
export async function signInWithPassword(signIn: SignIn): Promise<SignInOutcome> {
  const { db, auth } = web();
  let checked: PasswordCheck = { ok: false, reason: 'invalid' };
  const config = authConfig({
    ...auth,
    async check() {
      checked = await checkPassword(db, signIn);
      return checked.ok ? checked.person : null;
    },
  });
  try {
    const request = new Request(new URL(`${AUTH_PATH}/callback/credentials`, auth.portalUrl), {
      method: 'POST',
      body: new URLSearchParams({ email: signIn.email, password: signIn.password }),
    });
    const answer = (await Auth(request, { ...config, raw, skipCSRFCheck } as typeof config)) as unknown as {
      readonly cookies?: readonly {
        readonly name: string;
        readonly value: string;
        readonly options: { readonly expires?: Date };
      }[];
    };
    return {
      ok: true,
      cookies: (answer.cookies ?? []).map((cookie) => toSet(cookie, auth.portalUrl)).filter(isSession),
    };
  } catch (error) {
    if (!(error instanceof CredentialsSignin)) throw error;
    return refusal(checked);
  }

  function isSession({ name }: CookieToSet): boolean {
    return name.startsWith(sessionCookieName(auth.portalUrl));
  }
}

function refusal(checked: PasswordCheck): SignInOutcome {
  if (checked.ok || checked.reason === 'invalid') return { ok: false, reason: 'invalid' };
  return { ok: false, reason: 'throttled', retryAfterSeconds: checked.retryAfterSeconds };
}

function toSet(
  cookie: { readonly name: string; readonly value: string; readonly options: { readonly expires?: Date } },
  portalUrl: string,
): CookieToSet {
  const { expires } = cookie.options;
  const options = { path: '/', httpOnly: true, secure: isSecure(portalUrl), sameSite: 'lax' } as const;
  return { name: cookie.name, value: cookie.value, options: expires ? { ...options, expires } : options };
}

/** Sign out: the person's sessions end, and the answer tells which cookies to clear. */
export async function signOut(from: {
  readonly headers: Headers;
  readonly ip: string;
  readonly requestId: string;
}): Promise<{ readonly cookies: readonly CookieToSet[] }> {
  const { db, auth } = web();
  const claims = await readSession(from.headers, auth);
  if (claims) await endSession(db, claims, { ip: from.ip, requestId: from.requestId });
  const cleared = { name: sessionCookieName(auth.portalUrl), value: '', options: { expires: new Date(0) } };
  return { cookies: [toSet(cleared, auth.portalUrl)] };
}
