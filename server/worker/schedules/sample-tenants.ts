/** KPIs of every living tenant, through its own API, and the use it makes of its quotas. */
import { z } from 'zod';
import { appendEvents } from '../../db/events.ts';
import { PLATFORM, inScope } from '../../db/scope.ts';
import { QuotaUses } from '../../domain/quota-levels.ts';
import { edgeRouteOf } from '../../registry/sides.ts';
import { targetOf, type WorkerContext } from '../context.ts';
import { forEachTenant, livingTenants, type LivingTenant } from '../living-tenants.ts';
import { mergeUsage } from '../merge-usage.ts';
import { forgetRests, mayRest } from '../quiet.ts';
import { apiUse, GatewayReport, quotaEvents, serverUse } from '../quota-use.ts';
import { openTenantApi } from '../tenant-api.ts';

const Kpi = z.object({ name: z.string().max(80), value: z.number() });

export async function sampleTenants(ctx: WorkerContext): Promise<void> {
  const tenants = await livingTenants(ctx);
  forgetRests(ctx, tenants);
  await forEachTenant(ctx, tenants, async (tenant) => {
    const report = await askGateway(ctx, tenant.ref).catch(() => null);
    if (!mayRest(ctx, tenant, report?.requests ?? null)) await sampleTenant(ctx, tenant);
  });
}

export async function sampleTenant(ctx: WorkerContext, tenant: LivingTenant): Promise<void> {
  const at = ctx.clock();
  const api = openTenantApi(ctx, tenant.ref, { purpose: 'kpi', scope: 'read', sub: 'sample-tenants' });
  const [kpis, stored, report] = await Promise.all([
    api.view('kpis', { limit: '100' }),
    targetOf(ctx, tenant.target).usage(tenant.ref),
    askGateway(ctx, tenant.ref),
  ]);
  const samples = kpis.items.flatMap((row) => {
    const kpi = Kpi.safeParse(row);
    return kpi.success ? [{ tenantId: tenant.id, name: kpi.data.name, value: kpi.data.value, at }] : [];
  });
  const edge = tenant.model === 'hybrid' ? await askGateway(ctx, edgeRouteOf(tenant.ref), tenant.ref) : null;
  const quotas = QuotaUses.parse({
    record: { ...(report && apiUse(report, tenant.quotas)), ...(stored && serverUse(stored, tenant.quotas)) },
    edge: edge ? apiUse(edge, tenant.quotas) : {},
  });
  const { storageBytes, connections = 0 } = stored ?? {};
  const usage = {
    ...(storageBytes === undefined ? {} : { storageBytes }),
    quotas,
    ...(report
      ? { rpsPeak: report.rps.peak, connections: Math.max(report.connections.open, connections) }
      : { connections }),
    at,
  };
  await inScope(ctx.db, PLATFORM, async (tx) => {
    await tx.kpiSample.createMany({ data: samples, skipDuplicates: true });
    await mergeUsage(tx, tenant.id, usage);
    await appendEvents(tx, quotaEvents(tenant, quotas));
  });
}

/** @param route the tenant's, or that of its public side */
async function askGateway(ctx: WorkerContext, route: string, ref = route): Promise<GatewayReport | null> {
  const token = await ctx.signToken({ ref, scope: 'read', purpose: 'kpi', sub: 'sample-tenants' });
  const answer = await fetch(`${ctx.gatewayUrl}/internal/usage/${route}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(5_000),
  });
  const report = GatewayReport.safeParse(await answer.json().catch(() => null));
  return report.success ? report.data : null;
}
