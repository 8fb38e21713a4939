/**
 * Sessions by @auth/core: signed and encrypted cookies that carry a person, an organisation and a session version, which is compared with
 * the person's on every request; raising it ends all sessions.
 */
import type { AuthConfig } from '@auth/core';
import Credentials from '@auth/core/providers/credentials';
import type { JWT } from '@auth/core/jwt';
import { z } from 'zod';
import type { SignedIn } from './check-password.ts';

export const SESSION_MAX_AGE_SECONDS = 12 * 3_600;
export const AUTH_PATH = '/api/auth';

export const SessionClaims = z.object({ sub: z.uuid(), org: z.uuid(), sv: z.int() });
export type SessionClaims = z.infer<typeof SessionClaims>;

export interface AuthSettings {
  readonly secret: string;
  /** Where people open the portal: over https the cookies are Secure. */
  readonly portalUrl: string;
  /** Whether the claims' session version still stands. */
  readonly stillStands: (claims: SessionClaims) => Promise<boolean>;
  /** Ends the person's sessions: a copied cookie is worth nothing after a sign-out. */
  readonly onSignOut?: (claims: SessionClaims) => Promise<void>;
  /** Who this is; null when the credentials are refused. */
  readonly check: (
    credentials: { readonly email: string; readonly password: string },
    request: Request,
  ) => Promise<SignedIn | null>;
}

const Typed = z.object({ email: z.string().max(254), password: z.string().min(1).max(1_024) });

export const isSecure = (portalUrl: string): boolean => portalUrl.startsWith('https:');

/** The name of the session's cookie; also the salt of its encryption. */
export const sessionCookieName = (portalUrl: string): string =>
  isSecure(portalUrl) ? '__Secure-authjs.session-token' : 'authjs.session-token';

export function authConfig(settings: AuthSettings): AuthConfig {
  return {
    secret: settings.secret,
    basePath: AUTH_PATH,
    trustHost: true,
    useSecureCookies: isSecure(settings.portalUrl),
    session: { strategy: 'jwt', maxAge: SESSION_MAX_AGE_SECONDS },
    pages: { signIn: '/sign-in', signOut: '/sign-in', error: '/sign-in' },
    logger: { error: () => undefined, warn: () => undefined, debug: () => undefined },
    providers: [
      Credentials({
        credentials: { email: {}, password: {} },
        async authorize(credentials, request) {
          const typed = Typed.safeParse(credentials);
          const person = typed.success ? await settings.check(typed.data, request) : null;
          if (!person) return null;
          const { userId, name, email, organisationId, sessionVersion } = person;
          return { id: userId, name, email, organisationId, sessionVersion };
        },
      }),
    ],
    events: {
      async signOut(message) {
        const claims = SessionClaims.safeParse('token' in message ? message.token : null);
        if (claims.success) await settings.onSignOut?.(claims.data);
      },
    },
    callbacks: {
      /** At sign-in the claims are made; whenever the session is read again they must still stand. */
      async jwt({ token, user, trigger }) {
        if (trigger === 'signIn') return { sub: user.id, ...pick(user) } as JWT;
        const claims = SessionClaims.safeParse(token);
        return claims.success && (await settings.stillStands(claims.data)) ? { ...claims.data } : null;
      },
      /** Pages read the person from the database; the public session says only that there is one. */
      session: ({ session }) => ({ expires: session.expires }),
      redirect: ({ url, baseUrl }) => (url.startsWith('/') && !url.startsWith('//') ? `${baseUrl}${url}` : baseUrl),
    },
  };
}

function pick(user: object): { org: unknown; sv: unknown } {
  return { org: Reflect.get(user, 'organisationId'), sv: Reflect.get(user, 'sessionVersion') };
}
