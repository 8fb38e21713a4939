/** The web process: reads its environment once and wires what the API and the pages use. Nothing else in it reads the environment. */
import { Auth } from '@auth/core';
import { pino, type Logger } from 'pino';
import type { ApiContext } from '../api/context.ts';
import { readBody } from '../api/edge.ts';
import { resolveActor } from '../auth/actor.ts';
import { checkPassword } from '../auth/check-password.ts';
import { clientAddress } from '../auth/client-address.ts';
import { authConfig, type AuthSettings, type SessionClaims } from '../auth/config.ts';
import { endSession } from '../auth/session.ts';
import { createDatabase, type Database } from '../db/client.ts';
import { listenEvents } from '../db/events.ts';
import { createJobSender } from '../db/queue.ts';
import { inScope, PLATFORM } from '../db/scope.ts';
import { importSigningKey, signAccessToken } from '../domain/access-token.ts';
import { DomainError } from '../domain/faults.ts';
import { newId } from '../domain/ids.ts';
import { readEnv, WebEnv } from '../env.ts';
import { openSecret } from '../registry/seal.ts';
import type { Ports } from '../services/context.ts';

export interface Web {
  readonly env: WebEnv;
  readonly log: Logger;
  readonly db: Database;
  readonly ports: Ports;
  readonly auth: Pick<AuthSettings, 'secret' | 'portalUrl' | 'stillStands'>;
}

declare global {
  /** Next bundles each entry by itself; the wiring is one for the process. */
  var industryCloudWeb: Web | undefined;
}

/** The wiring, made at the first request.
 * @throws Error naming the variables that are missing or malformed */
export function web(): Web {
  return (globalThis.industryCloudWeb ??= wire(readEnv(WebEnv)));
}

/** Wire a web process; tests give an environment of their own. */
export function wire(env: WebEnv): Web {
  const log = pino({ name: 'web', level: env.LOG_LEVEL });
  const db = createDatabase(env.PLATFORM_APP_URL);
  const signingKey = importSigningKey(env.TOKEN_PRIVATE_KEY);
  // Said by the call that needs it; an unhandled rejection would end the process first.
  signingKey.catch(() => undefined);
  const ports: Ports = {
    openSealed: (sealed, ref) => openSecret(sealed, env.ENVELOPE_KEY, ref),
    signAccess: async (grant) => signAccessToken(await signingKey, { ...grant, iss: 'portal' }),
    fetch,
    gatewayUrl: env.GATEWAY_URL,
    portalUrl: env.PORTAL_URL,
    auditPublicKey: env.AUDIT_PUBLIC_KEY,
    events: listenEvents(env.PLATFORM_APP_URL),
    jobs: createJobSender(env.PLATFORM_APP_URL),
    now: () => new Date(),
  };
  const auth = {
    secret: env.AUTH_SECRET,
    portalUrl: env.PORTAL_URL,
    stillStands: (claims: SessionClaims) => sessionStands(db, claims),
  };
  return { env, log, db, ports, auth };
}

async function sessionStands(db: Database, claims: SessionClaims): Promise<boolean> {
  const user = await inScope(db, PLATFORM, (tx) =>
    tx.user.findUnique({ where: { id: claims.sub }, select: { sessionVersion: true, disabled: true } }),
  );
  return user !== null && !user.disabled && user.sessionVersion === claims.sv;
}

/** The request's id as proxy.ts set it, never the caller's own; one of ours where the proxy was not asked. */
export const requestIdOf = (headers: Headers): string => headers.get('x-request-id') ?? `req_${newId()}`;

/** The context of one request. */
export async function createApiContext(headers: Headers, requestId = requestIdOf(headers)): Promise<ApiContext> {
  const { db, ports, auth, log } = web();
  const { actor, refused } = await resolveActor({ db, now: ports.now, ...auth }, headers);
  return {
    db,
    ports,
    actor,
    refused,
    requestId,
    ip: clientAddress(headers),
    onInternalError: (error, where) => log.error({ err: error, ...where }, 'a request failed'),
  };
}

/** Answers @auth/core's own routes. */
export async function handleAuth(request: Request): Promise<Response> {
  const { db, auth } = web();
  const from = {
    ip: clientAddress(request.headers),
    requestId: requestIdOf(request.headers),
  };
  const config = authConfig({
    ...auth,
    onSignOut: (claims) => endSession(db, claims, from),
    async check(credentials) {
      const checked = await checkPassword(db, { ...credentials, ...from });
      return checked.ok ? checked.person : null;
    },
  });
  try {
    return await Auth(await readBody(request), config);
  } catch (error) {
    if (error instanceof DomainError) return new Response(null, { status: 413 });
    throw error;
  }
}
