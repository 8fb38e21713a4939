/** Organisations: customers and the platform itself. */
import type { z } from 'zod';
import type { Prisma } from '../../prisma/generated/client.ts';
import type { OrganisationId } from '../domain/ids.ts';
import { seesAllOrganisations } from '../domain/policy.ts';
import type { ServiceContext } from './context.ts';
import { authorize, cutPage, keyset, like, transact } from './support.ts';
import type { Page } from './views/common.ts';
import type { OrganisationListInput, OrganisationView } from './views/people.ts';

export async function listOrganisations(
  ctx: ServiceContext,
  input: z.output<typeof OrganisationListInput>,
): Promise<Page<z.input<typeof OrganisationView>>> {
  authorize(ctx.actor, 'organisation:read');
  const { after, ...page } = keyset(input);
  const { q, kind } = input;
  const where: Prisma.OrganisationWhereInput = {
    ...(seesAllOrganisations(ctx.actor) ? {} : { id: ctx.actor.orgId }),
    ...(kind ? { kind } : {}),
    ...(q ? { OR: [{ name: like(q) }, { slug: like(q) }] } : {}),
  };
  return transact(ctx, async (tx) => {
    const count = { select: { memberships: true, tenants: { where: { state: { not: 'retired' } } } } } as const;
    const rows = await tx.organisation.findMany({
      where: { AND: [where, after] },
      ...page,
      include: { _count: count },
    });
    return cutPage(rows, input.limit, await tx.organisation.count({ where }), (row) => {
      const { id, slug, name, kind: is, createdAt, _count: counted } = row;
      const { tenants, memberships: people } = counted;
      return { id: id as OrganisationId, slug, name, kind: is, createdAt, tenants, people };
    });
  });
}
