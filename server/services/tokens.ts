/** API tokens of the person who asks: made, listed, revoked. */
import type { z } from 'zod';
import type { Prisma } from '../../prisma/generated/client.ts';
import { makeToken } from '../auth/tokens.ts';
import { newId, type TokenId } from '../domain/ids.ts';
import { hasRight, Right } from '../domain/policy.ts';
import type { ServiceContext } from './context.ts';
import { SELECT_PERSON } from './references.ts';
import { audit, authorize, refuse, transact } from './support.ts';
import type { CreatedToken, CreateTokenInput, TokenView } from './views/people.ts';

const INCLUDE = { user: SELECT_PERSON } as const;
const DAY_MS = 24 * 3_600_000;

export async function listTokens(ctx: ServiceContext): Promise<{ tokens: z.input<typeof TokenView>[] }> {
  authorize(ctx.actor, 'token:manage');
  return transact(ctx, async (tx) => {
    const rows = await tx.apiToken.findMany({
      where: { userId: ctx.actor.userId, organisationId: ctx.actor.orgId },
      orderBy: { id: 'desc' },
      include: INCLUDE,
    });
    return { tokens: rows.map(tokenView) };
  });
}

/** @throws DomainError `session_needed` when a token asks: what it made would live on after it was revoked; `right_missing` naming a scope
 *  that the maker does not have: no token has more than its maker */
export async function createToken(
  ctx: ServiceContext,
  input: z.output<typeof CreateTokenInput>,
): Promise<z.input<typeof CreatedToken>> {
  authorize(ctx.actor, 'token:manage');
  if (ctx.actor.kind === 'token') refuse({ code: 'session_needed' });
  const scopes = [...new Set(input.scopes)];
  const lacking = scopes.find((scope) => !hasRight(ctx.actor, scope));
  if (lacking) refuse({ code: 'right_missing', right: lacking });
  const { token, prefix, hash } = makeToken();
  const { orgId: organisationId, userId } = ctx.actor;
  return transact(ctx, async (tx) => {
    const expiresAt = new Date(ctx.ports.now().getTime() + input.expiresInDays * DAY_MS);
    const { name } = input;
    const data = { id: newId(), organisationId, userId, name, prefix, hash, scopes, expiresAt };
    const row = await tx.apiToken.create({ data, include: INCLUDE });
    await audit(ctx, tx, {
      organisationId,
      right: 'token:manage',
      action: 'token.create',
      subjectKind: 'token',
      subjectId: row.id,
      subjectName: name,
      after: { prefix, scopes, expiresAt: expiresAt.toISOString() },
    });
    return { ...tokenView(row), token };
  });
}

export async function revokeToken(ctx: ServiceContext, tokenId: TokenId): Promise<{ revokedAt: Date }> {
  authorize(ctx.actor, 'token:manage');
  return transact(ctx, async (tx) => {
    const row = await tx.apiToken.findUnique({ where: { id: tokenId } });
    if (row?.userId !== ctx.actor.userId) return refuse({ code: 'not_found', what: 'token' });
    if (row.revokedAt) return { revokedAt: row.revokedAt };
    const revokedAt = ctx.ports.now();
    await tx.apiToken.update({ where: { id: tokenId }, data: { revokedAt }, select: { id: true } });
    await audit(ctx, tx, {
      organisationId: row.organisationId,
      right: 'token:manage',
      action: 'token.revoke',
      subjectKind: 'token',
      subjectId: tokenId,
      subjectName: row.name,
      before: { revokedAt: null },
      after: { revokedAt: revokedAt.toISOString() },
    });
    return { revokedAt };
  });
}

function tokenView(row: Prisma.ApiTokenGetPayload<{ include: typeof INCLUDE }>): z.input<typeof TokenView> {
  const { id, name, prefix, scopes, user, createdAt, expiresAt, lastUsedAt, revokedAt } = row;
  const known = scopes.flatMap((scope) => Right.safeParse(scope).data ?? []);
  return { id: id, name, prefix, scopes: known, owner: user, createdAt, expiresAt, lastUsedAt, revokedAt };
}
