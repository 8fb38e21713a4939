/** Signing in with a password: throttled, in constant time, audited. */
import { appendAudit } from '../db/audit.ts';
import type { Database } from '../db/client.ts';
import { inScope, PLATFORM } from '../db/scope.ts';
import { verifyPassword } from './passwords.ts';
import { beginAttempt, forgetAttempts } from './throttle.ts';

export interface SignIn {
  readonly email: string;
  readonly password: string;
  readonly ip: string;
  readonly requestId: string;
}

/** A person as a session names them. */
export interface SignedIn {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly sessionVersion: number;
  readonly organisationId: string;
}

export type PasswordCheck =
  | { readonly ok: true; readonly person: SignedIn }
  | { readonly ok: false; readonly reason: 'invalid' }
  | { readonly ok: false; readonly reason: 'throttled'; readonly retryAfterSeconds: number };

/** Who this is, if the password is theirs. Whether an e-mail is known cannot be told from answer or duration. */
export async function checkPassword(db: Database, signIn: SignIn, now = new Date()): Promise<PasswordCheck> {
  const retryAfterSeconds = await beginAttempt(db, signIn, now);
  if (retryAfterSeconds > 0) return { ok: false, reason: 'throttled', retryAfterSeconds };
  const user = await findUser(db, signIn.email);
  const membership = user?.memberships[0];
  const right = await verifyPassword(signIn.password, user?.passwordHash ?? null);
  if (!user || !membership) return { ok: false, reason: 'invalid' };
  const ok = right && !user.disabled;
  if (ok) await forgetAttempts(db, signIn, now);
  await inScope(db, PLATFORM, (tx) =>
    appendAudit(tx, {
      organisationId: membership.organisationId,
      actorKind: 'user',
      actorId: user.id,
      actorName: user.name,
      rightUsed: 'system',
      action: ok ? 'session.sign_in' : 'session.sign_in_refused',
      subjectKind: 'user',
      subjectId: user.id,
      subjectName: user.name,
      before: {},
      after: ok ? {} : { reason: user.disabled ? 'disabled' : 'password' },
      requestId: signIn.requestId,
      ip: signIn.ip,
    }),
  );
  if (!ok) return { ok: false, reason: 'invalid' };
  const { id: userId, name, email, sessionVersion } = user;
  return { ok: true, person: { userId, name, email, sessionVersion, organisationId: membership.organisationId } };
}

async function findUser(db: Database, email: string) {
  return inScope(db, PLATFORM, (tx) =>
    tx.user.findUnique({
      where: { email: email.trim().toLowerCase() },
      include: { memberships: { orderBy: { createdAt: 'asc' }, take: 1 } },
    }),
  );
}
