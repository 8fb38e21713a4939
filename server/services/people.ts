/** People and their memberships. */
import type { z } from 'zod';
import type { Prisma } from '../../prisma/generated/client.ts';
import { raiseSessionVersion } from '../auth/session.ts';
import type { OrganisationId, UserId } from '../domain/ids.ts';
import type { ServiceContext } from './context.ts';
import { SELECT_ORGANISATION } from './references.ts';
import { audit, authorize, cutPage, keyset, like, organisationFilter, refuse, transact } from './support.ts';
import type { Page } from './views/common.ts';
import type { PeopleListInput, PersonView, SetDisabledInput } from './views/people.ts';

export async function listPeople(
  ctx: ServiceContext,
  input: z.output<typeof PeopleListInput>,
): Promise<Page<z.input<typeof PersonView>>> {
  authorize(ctx.actor, 'people:read');
  const { after, ...page } = keyset(input);
  const { q } = input;
  // Of a person, only the memberships that the reader may see.
  const membership = organisationFilter(ctx.actor, input.organisationId);
  const where: Prisma.UserWhereInput = {
    memberships: { some: membership },
    ...(q ? { OR: [{ name: like(q) }, { email: like(q) }] } : {}),
  };
  return transact(ctx, async (tx) => {
    const memberships = {
      where: membership,
      include: { organisation: SELECT_ORGANISATION },
      orderBy: { createdAt: 'asc' },
    } as const;
    const rows = await tx.user.findMany({ where: { AND: [where, after] }, ...page, include: { memberships } });
    return cutPage(rows, input.limit, await tx.user.count({ where }), (row) => ({
      id: row.id as UserId,
      name: row.name,
      email: row.email,
      disabled: row.disabled,
      createdAt: row.createdAt,
      memberships: row.memberships.map(({ organisation, role }) => {
        return { organisation: { ...organisation, id: organisation.id as OrganisationId }, role };
      }),
    }));
  });
}

/** Let a person in or keep them out. Kept out, their sessions end and their tokens stop with the next request. */
export async function setDisabled(
  ctx: ServiceContext,
  input: z.output<typeof SetDisabledInput>,
): Promise<{ disabled: boolean }> {
  authorize(ctx.actor, 'people:manage');
  const { userId, disabled } = input;
  if (userId === ctx.actor.userId) refuse({ code: 'own_request', what: 'person' });
  return transact(ctx, async (tx) => {
    const user = await tx.user.findUnique({
      where: { id: userId },
      include: { memberships: { orderBy: { createdAt: 'asc' } } },
    });
    const organisationId = user?.memberships[0]?.organisationId;
    if (!user || organisationId === undefined) return refuse({ code: 'not_found', what: 'person' });
    if (user.disabled === disabled) return { disabled };
    await tx.user.update({ where: { id: userId }, data: { disabled }, select: { id: true } });
    if (disabled) await raiseSessionVersion(tx, userId);
    await audit(ctx, tx, {
      organisationId,
      right: 'people:manage',
      action: disabled ? 'person.disable' : 'person.enable',
      subjectKind: 'user',
      subjectId: userId,
      subjectName: user.name,
      before: { disabled: user.disabled },
      after: { disabled },
    });
    return { disabled };
  });
}
