/**
 * Auth: who a request comes from. Imports db and domain; api, compose and the pages' server actions use it. Roles, disabled people, ended
 * sessions and revoked tokens are read anew on every request.
 */
import type { Database } from '../db/client.ts';
import { inScope, PLATFORM } from '../db/scope.ts';
import type { Fault } from '../domain/faults.ts';
import type { OrganisationId, UserId } from '../domain/ids.ts';
import { Right, type Actor } from '../domain/policy.ts';
import { readSession } from './session.ts';
import { bearerOf, hashToken } from './tokens.ts';

export interface Resolved {
  readonly actor: Actor | null;
  /** Why there is nobody although a session or a token was shown. */
  readonly refused: Fault | null;
}

export interface AuthWorld {
  readonly db: Database;
  readonly secret: string;
  readonly portalUrl: string;
  readonly now: () => Date;
}

const NOBODY: Resolved = { actor: null, refused: null };
const ENDED: Resolved = { actor: null, refused: { code: 'session_ended' } };

/** A token, where one is shown, goes before a cookie: a program never acts with the cookie of a browser. */
export async function resolveActor(world: AuthWorld, headers: Headers): Promise<Resolved> {
  if (headers.has('authorization')) {
    const token = bearerOf(headers);
    return token === null ? { actor: null, refused: { code: 'not_signed_in' } } : actorOfToken(world, token);
  }
  const claims = await readSession(headers, world);
  if (claims === null) return NOBODY;
  const membership = await findMembership(world.db, claims.sub, claims.org);
  if (!membership || membership.user.disabled || membership.user.sessionVersion !== claims.sv) return ENDED;
  return { actor: { ...personOf(membership), kind: 'user', scopes: null, tokenId: null }, refused: null };
}

/** Last use is written at most this often. */
const TOUCH_MS = 60_000;

async function actorOfToken({ db, now }: AuthWorld, token: string): Promise<Resolved> {
  const row = await inScope(db, PLATFORM, (tx) => tx.apiToken.findUnique({ where: { hash: hashToken(token) } }));
  const at = now();
  if (!row || row.revokedAt !== null || row.expiresAt <= at) return ENDED;
  const membership = await findMembership(db, row.userId, row.organisationId);
  if (!membership || membership.user.disabled) return ENDED;
  if (row.lastUsedAt === null || at.getTime() - row.lastUsedAt.getTime() > TOUCH_MS) {
    await inScope(db, PLATFORM, (tx) => tx.apiToken.updateMany({ where: { id: row.id }, data: { lastUsedAt: at } }));
  }
  const scopes = row.scopes.flatMap((scope) => Right.safeParse(scope).data ?? []);
  return { actor: { ...personOf(membership), kind: 'token', scopes, tokenId: row.id }, refused: null };
}

async function findMembership(db: Database, userId: string, organisationId: string) {
  return inScope(db, PLATFORM, (tx) =>
    tx.membership.findUnique({
      where: { organisationId_userId: { organisationId, userId } },
      include: { user: true, organisation: { select: { name: true } } },
    }),
  );
}
type MembershipRow = NonNullable<Awaited<ReturnType<typeof findMembership>>>;

function personOf({
  user,
  organisation,
  organisationId,
  role,
}: MembershipRow): Omit<Actor, 'kind' | 'scopes' | 'tokenId'> {
  return {
    userId: user.id as UserId,
    name: user.name,
    email: user.email,
    orgId: organisationId as OrganisationId,
    orgName: organisation.name,
    role,
  };
}
