/** The web process's wiring on top of a service world, for tests of sign-in and of the API over HTTP. */
import { randomBytes } from 'node:crypto';
import { handleApi } from '../api/http.ts';
import { hasSessionCookie } from '../auth/session.ts';
import { createApiContext, wire, type Web } from '../compose/web.ts';
import { newTokenKeyPair } from '../domain/access-token.ts';
import type { ServiceWorld } from './service-world.ts';

export const PORTAL_URL = 'http://localhost:3000';

/** Wires the process as its environment would; the pages' sign-in finds the same wiring. */
export async function wireWeb(world: ServiceWorld): Promise<Web> {
  const pair = await newTokenKeyPair();
  globalThis.industryCloudWeb = wire({
    PORT: 3000,
    HOST: '127.0.0.1',
    PORTAL_URL,
    GATEWAY_URL: 'http://127.0.0.1:9',
    PLATFORM_APP_URL: world.platform.applicationUrl,
    AUTH_SECRET: randomBytes(32).toString('hex'),
    ENVELOPE_KEY: world.envelopeKey,
    TOKEN_PRIVATE_KEY: pair.privateKey,
    AUDIT_PUBLIC_KEY: pair.publicKey,
    REGION: 'local-1',
    LOG_LEVEL: 'error',
  });
  return globalThis.industryCloudWeb;
}

export async function closeWeb(web: Web): Promise<void> {
  await Promise.all([web.ports.events.close(), web.ports.jobs.close(), web.db.$disconnect()]);
  globalThis.industryCloudWeb = undefined;
}

/** One request to the API as Next's route handler passes it on. */
export async function ask(request: Request, ip = '127.0.0.1'): Promise<Response> {
  const { headers } = request;
  return handleApi(request, {
    portalUrl: PORTAL_URL,
    ip,
    requestId: 'req_test',
    byCookie: !headers.has('authorization') && hasSessionCookie(headers, PORTAL_URL),
    createContext: () => createApiContext(headers, 'req_test'),
  });
}
