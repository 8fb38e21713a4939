/** Running tenants and their changes, for tests of services: what the worker would write is written here. */
import { newId } from '../domain/ids.ts';
import type { Wish } from '../domain/change.ts';
import { planHash } from '../domain/plan-hash.ts';
import type { ServiceWorld } from './service-world.ts';

/** Makes an ordered tenant run, with a subscription at its order's amount. */
export async function subscribe(world: ServiceWorld, tenantId: string): Promise<void> {
  await world.sql(`UPDATE "Tenant" SET state = 'active' WHERE id = $1`, [tenantId]);
  await world.sql(`UPDATE "Run" SET state = 'succeeded', "finishedAt" = now() WHERE "tenantId" = $1`, [tenantId]);
  await world.sql(
    `INSERT INTO "Subscription" (id, "organisationId", "orderId", "tenantId", "offeringVersionId", "priceBookId", "planCode", model,
       modules, currency, "monthlyMicro", "termMonths", "startedAt")
     SELECT $2, o."organisationId", o.id, t.id, t."offeringVersionId", o."priceBookId", t."planCode", t.model, t.modules, o.currency,
       o."monthlyMicro", 1, now()
     FROM "Tenant" t JOIN "Order" o ON o."tenantId" = t.id WHERE t.id = $1`,
    [tenantId, newId()],
  );
}

/** A change of the customer's whose plan was computed. */
export async function plannedChange(
  world: ServiceWorld,
  tenantId: string,
  wish: Partial<Wish> = {},
): Promise<{ readonly changeId: string; readonly changeHash: string }> {
  const whole: Wish = { plan: 'S', modules: [], params: { holdMinutes: 15 }, ...wish };
  const { changeId } = await world.as('customer_admin').tenants.planChange({ tenantId, wish: whole });
  const resources = [
    {
      urn: 'urn:x',
      type: 'local:Pack',
      name: 'pack',
      parent: null,
      operation: 'update',
      changes: [],
      inputs: { wish },
    },
  ];
  const changeHash = await planHash({ resources });
  await world.sql(
    `UPDATE "TenantChange" SET state = 'ready', plan = $2, "planHash" = $3, "computedAt" = now() WHERE id = $1`,
    [changeId, JSON.stringify({ resources, counts: { update: 1 } }), changeHash],
  );
  return { changeId, changeHash };
}
