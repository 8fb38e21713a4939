import type { z } from 'zod';
import type { Prisma } from '../../../prisma/generated/client.ts';
import type { OrderId, TenantId } from '../../domain/ids.ts';
import { isCreate, ActionName, LIFECYCLE, refusal, type Action, type TenantState } from '../../domain/lifecycle.ts';
import { hasRight, type Actor } from '../../domain/policy.ts';
import type { ServiceContext } from '../context.ts';
import { recentEvents } from '../events.ts';
import { subscriptionView } from '../orders/read-orders.ts';
import { manifestOf } from '../references.ts';
import { stateAfterQueue } from '../runs/queue-run.ts';
import { RUN_INCLUDE, runView } from '../runs/run-view.ts';
import { authorize, found, transact } from '../support.ts';
import type { Facts } from '../views/common.ts';
import type { ActionView, TenantDetail } from '../views/tenants.ts';
import { readSeries } from './read-metrics.ts';
import { TENANT_INCLUDE, tenantView } from './tenant-view.ts';

const DAY_MS = 24 * 3_600_000;
const RUNS_MAX = 50;
const EVENTS_MAX = 100;
const DETAIL = {
  ...TENANT_INCLUDE,
  resources: { orderBy: { position: 'asc' } },
  runs: { include: RUN_INCLUDE, orderBy: { number: 'desc' }, take: RUNS_MAX },
  order: { select: { id: true, number: true, createdAt: true } },
  subscriptions: { orderBy: { startedAt: 'desc' }, take: 1 },
  keyReveals: { orderBy: { createdAt: 'desc' }, take: 1 },
} as const satisfies Prisma.TenantInclude;

/** Everything that the tenant's page shows. */
export async function readTenant(ctx: ServiceContext, tenantId: TenantId): Promise<z.input<typeof TenantDetail>> {
  authorize(ctx.actor, 'tenant:read');
  return transact(ctx, async (tx) => {
    // Events first: what happens between the two reads is told twice rather than not at all.
    const { events, cursor } = await recentEvents(tx, { tenantId }, EVENTS_MAX);
    const row = found(ctx.actor, 'tenant', await tx.tenant.findUnique({ where: { id: tenantId }, include: DETAIL }));
    const manifest = manifestOf(row.offeringVersion);
    const to = ctx.ports.now();
    const reveal = row.keyReveals.find(({ expiresAt }) => expiresAt > to);
    return {
      ...tenantView(row),
      manifest,
      modules: row.modules,
      params: row.params as Facts,
      endpoints: row.endpoints.map(({ name, url, keyPrefix }) => ({ name, url, keyPrefix })),
      keyReveal: reveal ? { expiresAt: reveal.expiresAt } : null,
      kpis: await readSeries(tx, { tenantId, manifest, from: new Date(to.getTime() - DAY_MS), to }),
      resources: row.resources.map(({ urn, type, name, providerId, parentUrn, outputs, modifiedAt }) => {
        return { urn, type, name, providerId, parentUrn, outputs: outputs as Facts, modifiedAt };
      }),
      runs: row.runs.map(runView),
      events,
      eventCursor: cursor,
      order: row.order && { ...row.order, id: row.order.id as OrderId },
      subscription: row.subscriptions[0] ? subscriptionView(row.subscriptions[0]) : null,
      actions: actionsFor(ctx.actor, await stateAfterQueue(tx, row)),
    };
  });
}

/** The lifecycle as buttons: what may not be done says why. A create is asked for by an order, never by a button. */
function actionsFor(actor: Actor, state: TenantState): z.input<typeof ActionView>[] {
  return ActionName.options
    .filter((name) => !isCreate(LIFECYCLE[name]))
    .map((name) => {
      const { needs, confirmByName }: Action = LIFECYCLE[name];
      const missing = hasRight(actor, needs) ? null : ({ code: 'right_missing', right: needs } as const);
      return { action: name, needs, confirmByName, refusal: missing ?? refusal(name, { state }) };
    });
}
