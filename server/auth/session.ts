/** Reading and ending sessions. */
import { decode } from '@auth/core/jwt';
import { appendAudit } from '../db/audit.ts';
import type { Database, Transaction } from '../db/client.ts';
import { inScope, PLATFORM } from '../db/scope.ts';
import { SessionClaims, sessionCookieName } from './config.ts';

/** The claims of the request's session cookie; null when there is none, or it is not ours or too old. */
export async function readSession(
  headers: Headers,
  settings: { readonly secret: string; readonly portalUrl: string },
): Promise<SessionClaims | null> {
  const name = sessionCookieName(settings.portalUrl);
  const token = cookieOf(headers, name);
  if (token === null) return null;
  try {
    const claims = SessionClaims.safeParse(await decode({ token, secret: settings.secret, salt: name }));
    return claims.success ? claims.data : null;
  } catch {
    return null; // not encrypted by this installation, or altered
  }
}

/** Whether the request carries a session cookie at all. */
export const hasSessionCookie = (headers: Headers, portalUrl: string): boolean =>
  cookieOf(headers, sessionCookieName(portalUrl)) !== null;

function cookieOf(headers: Headers, name: string): string | null {
  for (const part of (headers.get('cookie') ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=');
    if (key === name && value.length > 0) return unescapeValue(value.join('='));
  }
  return null;
}

/** Null for what no browser of ours would send. */
function unescapeValue(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}

/** End all sessions of a person: their version is raised, so that no cookie stands any more. */
export async function raiseSessionVersion(tx: Transaction, userId: string): Promise<void> {
  await tx.user.update({ where: { id: userId }, data: { sessionVersion: { increment: 1 } }, select: { id: true } });
}

/** Sign out, which ends the person's sessions everywhere: a copied cookie is worth nothing afterwards. */
export async function endSession(
  db: Database,
  claims: SessionClaims,
  from: { readonly ip: string; readonly requestId: string },
): Promise<void> {
  await inScope(db, PLATFORM, async (tx) => {
    const user = await tx.user.findUnique({ where: { id: claims.sub } });
    if (user?.sessionVersion !== claims.sv) return; // ended already
    await raiseSessionVersion(tx, user.id);
    await appendAudit(tx, {
      organisationId: claims.org,
      actorKind: 'user',
      actorId: user.id,
      actorName: user.name,
      rightUsed: 'system',
      action: 'session.sign_out',
      subjectKind: 'user',
      subjectId: user.id,
      subjectName: user.name,
      before: {},
      after: {},
      ...from,
    });
  });
}
