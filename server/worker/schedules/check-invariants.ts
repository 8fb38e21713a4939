/** Asks every living tenant whether its rules hold. A rule that does not makes it degraded, by the rule's name; when all hold again it is active. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { appendEvents } from '../../db/events.ts';
import { PLATFORM, inScope } from '../../db/scope.ts';
import type { StateReason } from '../../domain/run-facts.ts';
import { changeTenant } from '../close-run.ts';
import type { WorkerContext } from '../context.ts';
import { brokenWall } from '../../domain/isolation.ts';
import { isolationOf } from '../isolation.ts';
import { forEachTenant, livingTenants, type LivingTenant } from '../living-tenants.ts';
import { tenantEvent, toJson } from '../run-record.ts';
import { GatewayUnreachable, openTenantApi } from '../tenant-api.ts';

const Rule = z.object({ rule: z.string(), violations: z.coerce.number() });
/** A tenant may be away for a moment; only one that is still away then is degraded. */
const ASK_AGAIN_AFTER_MS = 2_000;
const PAGE_ROWS = '200';

type Finding =
  | { readonly answered: true; readonly rules: readonly z.infer<typeof Rule>[] }
  | { readonly answered: false; readonly status: number };

/** @param visit what else is done while a tenant is looked into, one among so many */
export async function checkAllInvariants(
  ctx: WorkerContext,
  visit: (tenant: LivingTenant, among: number) => Promise<void> = async () => {},
): Promise<void> {
  const tenants = await livingTenants(ctx);
  await forEachTenant(ctx, tenants, async (tenant) => {
    await checkInvariants(ctx, tenant);
    await visit(tenant, tenants.length);
  });
}

/** Checks one tenant and writes what was found. */
export async function checkInvariants(ctx: WorkerContext, tenant: LivingTenant): Promise<void> {
  let found = await ask(ctx, tenant.ref);
  if (!found.answered) {
    await delay(ASK_AGAIN_AFTER_MS);
    found = await ask(ctx, tenant.ref);
  }
  await write(ctx, tenant, found);
}

async function ask(ctx: WorkerContext, ref: string): Promise<Finding> {
  const api = openTenantApi(ctx, ref, { purpose: 'kpi', scope: 'read', sub: 'check-invariants' });
  try {
    const { status, items } = await api.view('invariants', { limit: PAGE_ROWS });
    return status === 200 ? { answered: true, rules: z.array(Rule).parse(items) } : { answered: false, status };
  } catch (error) {
    if (error instanceof GatewayUnreachable) return { answered: false, status: 0 };
    throw error;
  }
}

async function write(ctx: WorkerContext, tenant: LivingTenant, found: Finding): Promise<void> {
  const violated = found.answered ? found.rules.filter(({ violations }) => violations !== 0) : [];
  const ofData: StateReason | null = !found.answered
    ? { code: 'api_unreachable', status: found.status }
    : violated.length > 0
      ? { code: 'invariants_violated', rules: violated }
      : null;
  await inScope(ctx.db, PLATFORM, async (tx) => {
    const [now] = await tx.$queryRaw<
      { state: string; tainted: boolean; proof: object; stateReason: { code?: string } }[]
    >`
      SELECT state::text, tainted, proof, "stateReason" FROM "Tenant" WHERE id = ${tenant.id}::uuid AND state IN ('active', 'degraded') FOR UPDATE`;
    if (!now) return; // a run has begun meanwhile: its end will say what the tenant is
    if (found.answered) {
      const invariants = { at: ctx.clock(), rules: found.rules.length, violated: violated.map(({ rule }) => rule) };
      const proof = toJson({ ...now.proof, invariants });
      await tx.tenant.updateMany({ where: { id: tenant.id }, data: { proof } });
      await appendEvents(tx, [tenantEvent(tenant, 'tenant.invariants', { proof })]);
    }
    const reason = ofData ?? brokenWall(isolationOf(now.proof));
    const state = reason ? 'degraded' : 'active';
    if (now.state === state && (reason === null || now.stateReason.code === reason.code)) return;
    await appendEvents(tx, [await changeTenant(tx, tenant, { state, tainted: now.tainted, reason })]);
  });
}
