/** `GET /internal/usage/<ref>`: what portal and worker ask for a tenant's quotas and KPIs; for signed tokens of that tenant only. */
import { tenantOfRoute } from '../registry/sides.ts';
import { json, type Answer, type Exchange } from './exchange.ts';
import type { Identifier } from './identify.ts';
import type { TenantPools } from './tenant-pools.ts';
import type { Tenants } from './tenants.ts';
import type { UsageFacts } from './usage.ts';

export interface UsageReport extends UsageFacts {
  readonly ref: string;
  /** When it was asked, ISO 8601. */
  readonly at: string;
  readonly state: 'open' | 'read_only' | 'closed';
  /** `inUse` calls run, `open` connections exist, `waiting` calls wait for one; `peak`: most that callers had in use at once in the window, without the platform's own; `max` is the plan's. */
  readonly connections: {
    readonly inUse: number;
    readonly open: number;
    readonly waiting: number;
    readonly peak: number;
    readonly max: number;
  };
  /** Requests the plan would allow at once now. */
  readonly bucket: { readonly level: number; readonly burst: number; readonly rps: number };
}

/** @throws Problem `unauthorized` or `tenant_unknown` */
export async function reportUsage(
  exchange: Exchange,
  ref: string,
  {
    tenants,
    identifier,
    pools,
  }: { readonly tenants: Tenants; readonly identifier: Identifier; readonly pools: TenantPools },
): Promise<Answer> {
  const now = Date.now();
  const claims = await identifier.requireToken(exchange.req.headers.authorization, tenantOfRoute(ref), now);
  exchange.note.caller = `${claims.iss}:${claims.sub}`;
  exchange.note.channel = claims.purpose;
  const route = await tenants.find(ref);
  const { usage, gate, bucket } = tenants.state(route);
  const { connections, burst, rps } = route.limits;
  const report: UsageReport = {
    ref,
    at: new Date(now).toISOString(),
    state: route.state,
    ...usage.facts(now),
    connections: {
      inUse: gate.inside,
      open: pools.open(ref),
      waiting: gate.waiting,
      peak: Math.min(connections, usage.busiest(now)),
      max: connections,
    },
    bucket: { level: Math.floor(bucket.level(now) * 10) / 10, burst, rps },
  };
  return json(200, JSON.stringify(report));
}
