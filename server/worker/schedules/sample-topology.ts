/** What runs where and what crosses between, of every living tenant: looked at by the target, kept in the tenant's row for its page. */
import { PLATFORM, inScope } from '../../db/scope.ts';
import { Topology } from '../../domain/topology.ts';
import { targetOf, type WorkerContext } from '../context.ts';
import { forEachTenant, livingTenants, type LivingTenant } from '../living-tenants.ts';
import { toJson } from '../run-record.ts';

/** A picture in which nothing changed is written this often, so that its time says that somebody looked. */
const WRITTEN_EVERY_MS = 60_000;

export async function sampleTopology(ctx: WorkerContext): Promise<void> {
  await forEachTenant(ctx, await livingTenants(ctx), (tenant) => sampleOne(ctx, tenant));
}

async function sampleOne(ctx: WorkerContext, tenant: LivingTenant): Promise<void> {
  const found = await targetOf(ctx, tenant.target).topology?.(tenant.ref);
  if (!found) return;
  const known = Topology.safeParse(tenant.topology);
  if (known.success && sameButForTime(known.data, found)) return;
  await inScope(ctx.db, PLATFORM, (tx) =>
    tx.tenant.updateMany({ where: { id: tenant.id }, data: { topology: toJson(found) } }),
  );
}

function sameButForTime(known: Topology, found: Topology): boolean {
  const old = Date.parse(found.at) - Date.parse(known.at) > WRITTEN_EVERY_MS;
  return !old && partsOf(known) === partsOf(found);
}

/** In the order of the schema, whatever the row made of it. */
function partsOf(topology: Topology): string {
  const { model, nodes, links } = Topology.parse(topology);
  return JSON.stringify({ model, nodes, links });
}
