/** Targets as their worker last reported them. */
import type { ServiceContext } from './context.ts';
import { regionView } from './references.ts';
import { authorize, transact } from './support.ts';
import type { z } from 'zod';
import { TargetView } from './views/catalogue.ts';

export async function listTargets(ctx: ServiceContext): Promise<{ targets: z.input<typeof TargetView>[] }> {
  authorize(ctx.actor, 'target:read');
  return transact(ctx, async (tx) => {
    const rows = await tx.target.findMany({
      orderBy: [{ regionCode: 'asc' }, { name: 'asc' }],
      include: { region: true, _count: { select: { tenants: { where: { state: { not: 'retired' } } } } } },
    });
    const targets = rows.map(({ id, name, region, models, healthy, reason, capacity, seenAt, _count }) => ({
      id,
      name,
      region: regionView(region),
      models,
      healthy,
      reason,
      capacity: TargetView.shape.capacity.parse(capacity),
      tenants: _count.tenants,
      seenAt,
    }));
    return { targets };
  });
}
