import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { handleAuth, type Web } from '../compose/web.ts';
import { makeServiceWorld, type ServiceWorld } from '../testing/service-world.ts';
import { closeWeb, PORTAL_URL, wireWeb } from '../testing/web-world.ts';
import { resolveActor } from './actor.ts';
import { signInWithPassword, signOut, type SignInOutcome } from './sign-in.ts';
import { makeToken } from './tokens.ts';

let world: ServiceWorld;
let web: Web;
beforeAll(async () => {
  world = await makeServiceWorld();
  web = await wireWeb(world);
});
afterAll(async () => {
  await closeWeb(web);
  await world.close();
});
beforeEach(async () => {
  await world.sql(`DELETE FROM "SignInAttempt"`);
});

const EMAIL = 'chen.yu@lanhai.example';
const signIn = (change: { email?: string; password?: string; ip?: string } = {}) =>
  signInWithPassword({ email: EMAIL, password: world.password, ip: '10.0.0.1', requestId: 'req_test', ...change });
const cookieHeader = (outcome: SignInOutcome) => {
  if (!outcome.ok) throw new Error(outcome.reason);
  return outcome.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
};
const whoIs = (headers: Record<string, string>) =>
  resolveActor({ db: web.db, now: () => new Date(), ...web.auth }, new Headers(headers));

describe('a session', () => {
  test('is a cookie that names the person, whatever the case of the e-mail', async () => {
    const outcome = await signIn({ email: ` ${EMAIL.toUpperCase()} ` });
    expect(outcome).toMatchObject({
      ok: true,
      cookies: [{ name: 'authjs.session-token', options: { httpOnly: true, sameSite: 'lax', secure: false } }],
    });
    const { actor } = await whoIs({ cookie: cookieHeader(outcome) });
    expect(actor).toMatchObject({
      kind: 'user',
      name: 'Chen Yu',
      role: 'customer_admin',
      orgName: 'Lanhai Retail',
      scopes: null,
    });
  });

  test('is the one that @auth/core itself reads, and its public view tells nothing', async () => {
    const cookie = cookieHeader(await signIn());
    const answer = await handleAuth(new Request(`${PORTAL_URL}/api/auth/session`, { headers: { cookie } }));
    expect(Object.keys((await answer.json()) as object)).toEqual(['expires']);
  });

  test('ends everywhere at sign-out, and says so to who comes back with it', async () => {
    const [one, two] = [cookieHeader(await signIn()), cookieHeader(await signIn())];
    const { cookies } = await signOut({ headers: new Headers({ cookie: one }), ip: '', requestId: 'req_test' });
    expect(cookies[0]?.options.expires?.getTime()).toBe(0);
    for (const cookie of [one, two]) {
      expect(await whoIs({ cookie })).toEqual({ actor: null, refused: { code: 'session_ended' } });
      const answer = await handleAuth(new Request(`${PORTAL_URL}/api/auth/session`, { headers: { cookie } }));
      expect(await answer.json()).toBeNull();
    }
  });

  test('of a disabled person is none', async () => {
    const cookie = cookieHeader(await signIn());
    await world.sql(`UPDATE "User" SET disabled = true WHERE email = $1`, [EMAIL]);
    expect((await whoIs({ cookie })).actor).toBeNull();
    expect(await signIn()).toEqual({ ok: false, reason: 'invalid' });
    await world.sql(`UPDATE "User" SET disabled = false WHERE email = $1`, [EMAIL]);
  });

  test('of another installation, or altered, is nobody', async () => {
    const cookie = cookieHeader(await signIn());
    expect(await whoIs({ cookie: `${cookie}x` })).toEqual({ actor: null, refused: null });
    expect(
      (
        await resolveActor(
          { db: web.db, now: () => new Date(), secret: 'another secret', portalUrl: PORTAL_URL },
          new Headers({ cookie }),
        )
      ).actor,
    ).toBeNull();
  });
});

describe('the routes of @auth/core', () => {
  const URL_OF = (path: string) => `${PORTAL_URL}/api/auth/${path}`;
  const form = (path: string, cookie: string, body: Record<string, string>) =>
    handleAuth(new Request(URL_OF(path), { method: 'POST', headers: { cookie }, body: new URLSearchParams(body) }));
  const csrf = async () => {
    const answer = await handleAuth(new Request(URL_OF('csrf')));
    const { csrfToken } = (await answer.json()) as { csrfToken: string };
    return {
      csrfToken,
      cookie: answer.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; '),
    };
  };
  const setsSession = (answer: Response) =>
    answer.headers.getSetCookie().some((line) => /^authjs\.session-token=[^;]/.test(line));

  test('sign in as the page does, throttled alike, and only with their own token against forgery', async () => {
    const { csrfToken, cookie } = await csrf();
    const typed = { email: EMAIL, password: world.password };
    expect(setsSession(await form('callback/credentials', cookie, { ...typed, csrfToken }))).toBe(true);
    expect(setsSession(await form('callback/credentials', '', typed))).toBe(false);
    for (let i = 0; i < 5; i++) await form('callback/credentials', cookie, { ...typed, password: 'wrong', csrfToken });
    expect(setsSession(await form('callback/credentials', cookie, { ...typed, csrfToken }))).toBe(false);
  });

  test('sign out everywhere too', async () => {
    const session = cookieHeader(await signIn());
    const { csrfToken, cookie } = await csrf();
    await form('signout', `${session}; ${cookie}`, { csrfToken });
    expect((await whoIs({ cookie: session })).refused).toEqual({ code: 'session_ended' });
  });

  test('take no large bodies', async () => {
    const answer = await form('callback/credentials', '', { email: 'x'.repeat(300_000) });
    expect(answer.status).toBe(413);
  });
});

describe('guessing', () => {
  test('an unknown e-mail and a wrong password look the same', async () => {
    expect(await signIn({ password: 'wrong' })).toEqual({ ok: false, reason: 'invalid' });
    expect(await signIn({ email: 'nobody@lanhai.example' })).toEqual({ ok: false, reason: 'invalid' });
  });

  test('is slowed down after five tries, more and more, even with the right password', async () => {
    for (let i = 0; i < 5; i++)
      expect(await signIn({ password: 'wrong', ip: `10.0.1.${i}` })).toMatchObject({ reason: 'invalid' });
    const sixth = await signIn({ ip: '10.0.1.9' });
    expect(sixth).toMatchObject({ ok: false, reason: 'throttled' });
    await world.sql(`UPDATE "SignInAttempt" SET at = at - interval '31 seconds'`);
    expect(await signIn({ password: 'wrong' })).toMatchObject({ reason: 'invalid' });
    const seventh = await signIn();
    if (sixth.ok || seventh.ok) throw new Error('let in');
    expect(seventh.retryAfterSeconds).toBeGreaterThan(sixth.retryAfterSeconds!);
    await world.sql(`UPDATE "SignInAttempt" SET at = at - interval '61 minutes'`);
    expect(await signIn()).toMatchObject({ ok: true });
  });

  test('many at once do not slip through', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, i) => signIn({ password: 'wrong', ip: `10.0.2.${i}` })),
    );
    expect(outcomes.filter((outcome) => !outcome.ok && outcome.reason === 'invalid')).toHaveLength(5);
  });

  test('from one address is slowed down whoever is guessed', async () => {
    for (let i = 0; i < 20; i++) await signIn({ email: `someone${i}@x.example`, password: 'wrong', ip: '10.0.3.1' });
    expect(await signIn({ ip: '10.0.3.1' })).toMatchObject({ reason: 'throttled' });
    expect(await signIn({ ip: '10.0.3.2' })).toMatchObject({ ok: true });
  });

  test('leaves its traces, and no password', async () => {
    await signIn({ password: 'a wrong secret' });
    const entries = await world.sql<{ action: string }>(
      `SELECT * FROM "AuditEntry" WHERE action LIKE 'session.%' ORDER BY id`,
    );
    expect(entries.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['session.sign_in', 'session.sign_in_refused', 'session.sign_out']),
    );
    expect(JSON.stringify(entries, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))).not.toContain(
      'a wrong secret',
    );
  });
});

describe('a token', () => {
  const insert = async (change: string) => {
    const { token, prefix, hash } = makeToken();
    const { userId, orgId } = world.actors.customer_admin;
    await world.sql(
      `INSERT INTO "ApiToken" (id, "organisationId", "userId", name, prefix, hash, scopes, "expiresAt", "revokedAt")
       VALUES (gen_random_uuid(), $1, $2, 't', $3, $4, '{order:read,nonsense}', ${change})`,
      [orgId, userId, prefix, hash],
    );
    return `Bearer ${token}`;
  };

  test('acts for its maker, with its scopes', async () => {
    const authorization = await insert(`now() + interval '1 day', NULL`);
    expect((await whoIs({ authorization })).actor).toMatchObject({
      kind: 'token',
      name: 'Chen Yu',
      scopes: ['order:read'],
    });
    expect(await world.sql(`SELECT 1 FROM "ApiToken" WHERE "lastUsedAt" IS NOT NULL`)).toHaveLength(1);
  });

  test('that expired, was revoked or never existed opens nothing, nor does the cookie beside it', async () => {
    const cookie = cookieHeader(await signIn());
    const expired = await insert(`now(), NULL`);
    const revoked = await insert(`now() + interval '1 day', now()`);
    for (const authorization of [expired, revoked, `Bearer ${makeToken().token}`, 'Basic abc']) {
      expect((await whoIs({ authorization, cookie })).actor).toBeNull();
    }
  });
});
