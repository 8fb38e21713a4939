import type { z } from 'zod';
import type { Prisma } from '../../../prisma/generated/client.ts';
import type { ServiceContext } from '../context.ts';
import { authorize, cutPage, keyset, like, organisationFilter, transact } from '../support.ts';
import type { Page } from '../views/common.ts';
import type { RunListInput, RunSummary } from '../views/runs.ts';
import { RUN_INCLUDE, runView } from './run-view.ts';

export async function listRuns(
  ctx: ServiceContext,
  input: z.output<typeof RunListInput>,
): Promise<Page<z.input<typeof RunSummary>>> {
  authorize(ctx.actor, 'run:read');
  const { after, ...page } = keyset(input);
  const { q, state, action, tenantId } = input;
  const where: Prisma.RunWhereInput = {
    ...organisationFilter(ctx.actor, input.organisationId),
    ...(state?.length ? { state: { in: state } } : {}),
    ...(action?.length ? { action: { in: action } } : {}),
    ...(tenantId ? { tenantId } : {}),
    ...(q
      ? { OR: [{ tenant: { name: like(q) } }, { tenant: { ref: like(q) } }, { organisation: { name: like(q) } }] }
      : {}),
  };
  return transact(ctx, async (tx) => {
    const rows = await tx.run.findMany({ where: { AND: [where, after] }, ...page, include: RUN_INCLUDE });
    return cutPage(rows, input.limit, await tx.run.count({ where }), runView);
  });
}
