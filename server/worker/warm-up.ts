/** The first program a process runs is slow: code is loaded and compiled. A plan that nobody asked for takes that from the first customer. */
import { toManifest } from '../../provisioners/kit/offering.ts';
import type { TargetDefinition } from '../../provisioners/kit/target.ts';
import { newTenantRef } from '../domain/ids.ts';
import { tenantProgram } from './graph.ts';
import type { WorkerContext } from './context.ts';

/** Previews one tenant of the first offering that can be built; touches neither state nor world, and never throws. */
export async function warmUp(ctx: WorkerContext, definitions: readonly TargetDefinition[]): Promise<void> {
  const startedAt = performance.now();
  for (const offering of ctx.offerings.values()) {
    const params = offering.params.safeParse({});
    const manifest = toManifest(offering);
    const [plan] = manifest.plans;
    const [model] = plan?.models ?? [];
    const target = definitions.find(({ models }) => model !== undefined && models.includes(model));
    const region = target && ctx.targets.get(target.name)?.regions[0];
    if (!offering.blueprint || !params.success || !plan || !model || !target || !region) continue;
    try {
      const { graph: _graph, ...request } = tenantProgram(ctx, {
        ref: newTenantRef(),
        name: 'warm-up',
        manifest,
        model,
        planCode: plan.code,
        quotas: plan.quotas,
        modules: [],
        params: params.data,
        target: target.name,
        region: region.code,
      });
      await ctx.engine.preview({ ...request, fence: 0n });
      ctx.log.info({ offering: offering.slug, ms: Math.round(performance.now() - startedAt) }, 'warm');
    } catch (error) {
      ctx.log.warn({ offering: offering.slug, err: error }, 'a plan to warm up with could not be made');
    }
    return;
  }
}
