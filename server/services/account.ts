/** One's own account. */
import type { z } from 'zod';
import { hashPassword, verifyPassword } from '../auth/passwords.ts';
import { raiseSessionVersion } from '../auth/session.ts';
import { beginAttempt, forgetAttempts } from '../auth/throttle.ts';
import { hasRight, PERSONA, RIGHTS_OF } from '../domain/policy.ts';
import type { ServiceContext } from './context.ts';
import { SELECT_ORGANISATION } from './references.ts';
import { audit, refuse, transact } from './support.ts';
import type { ChangePasswordInput, Me } from './views/people.ts';

export async function readMe(ctx: ServiceContext): Promise<z.input<typeof Me>> {
  const { actor } = ctx;
  const organisation = await transact(ctx, async (tx) =>
    tx.organisation.findUniqueOrThrow({ where: { id: actor.orgId }, ...SELECT_ORGANISATION }),
  );
  return {
    userId: actor.userId,
    name: actor.name,
    email: actor.email,
    organisation: { ...organisation, id: organisation.id },
    role: actor.role,
    persona: PERSONA[actor.role],
    rights: RIGHTS_OF[actor.role].filter((right) => hasRight(actor, right)),
    via: actor.kind,
  };
}

/** A person is there in front of a screen; a token may not change who its maker is.
 * @throws DomainError `not_signed_in` */
function assertPerson(ctx: ServiceContext): void {
  if (ctx.actor.kind !== 'user') refuse({ code: 'not_signed_in' });
}

export async function signOutEverywhere(ctx: ServiceContext): Promise<{ ended: true }> {
  assertPerson(ctx);
  await transact(ctx, async (tx) => {
    await raiseSessionVersion(tx, ctx.actor.userId);
    await audit(ctx, tx, { ...self(ctx), action: 'session.end_all' });
  });
  return { ended: true };
}

/** Changes the password and ends all sessions, this one too. Guesses are slowed down as they are at sign-in.
 * @throws DomainError `invalid_input` when the present password is another, `too_many_requests` after a few of these */
export async function changePassword(
  ctx: ServiceContext,
  input: z.output<typeof ChangePasswordInput>,
): Promise<{ changed: true }> {
  assertPerson(ctx);
  const { userId } = ctx.actor;
  const attempt = { email: `password of ${userId}`, ip: `password of ${userId}` };
  const now = ctx.ports.now();
  const retryAfterSeconds = await beginAttempt(ctx.db, attempt, now);
  if (retryAfterSeconds > 0) refuse({ code: 'too_many_requests', retryAfterSeconds });
  const user = await transact(ctx, async (tx) => tx.user.findUniqueOrThrow({ where: { id: userId } }));
  if (!(await verifyPassword(input.current, user.passwordHash))) {
    refuse({ code: 'invalid_input', issues: [{ path: 'current', message: 'is not your present password' }] });
  }
  await forgetAttempts(ctx.db, attempt, now);
  const passwordHash = await hashPassword(input.next);
  await transact(ctx, async (tx) => {
    await tx.user.update({ where: { id: userId }, data: { passwordHash }, select: { id: true } });
    await raiseSessionVersion(tx, userId);
    await audit(ctx, tx, { ...self(ctx), action: 'password.change' });
  });
  return { changed: true };
}

function self({ actor }: ServiceContext) {
  return {
    organisationId: actor.orgId,
    right: 'system',
    subjectKind: 'user',
    subjectId: actor.userId,
    subjectName: actor.name,
  } as const;
}
