import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../domain/ids.ts';
import { faultOf } from '../../testing/fault-of.ts';
import { pinnedGoodsOffering } from '../../testing/goods-offering.ts';
import { subscribe } from '../../testing/service-changes.ts';
import { configuration, makeServiceWorld, type ServiceWorld } from '../../testing/service-world.ts';
import { publishOfferings } from '../publish-offerings.ts';

let world: ServiceWorld;
beforeAll(async () => {
  world = await makeServiceWorld();
  await publishOfferings(world.db, [pinnedGoodsOffering()]);
  await world.sql(`UPDATE "Region" SET territories = '{CN}' WHERE code = 'local-1'`);
  await world.sql(
    `INSERT INTO "Region" (code, "nameEn", "nameZh", territories) VALUES ('eu-1', 'Europe', '欧洲', '{EU}')`,
  );
});
afterAll(async () => {
  await world.close();
});

const wanted = (residency: string, model: 'public' | 'private' = 'private') => ({
  offering: 'pinned-goods',
  model,
  plan: model === 'private' ? ('L' as const) : ('S' as const),
  params: { holdMinutes: 15, residency },
});
const customer = () => world.as('customer_admin');
const preview = (residency: string, model?: 'public') =>
  customer().previews.create({ configuration: configuration(wanted(residency, model)) });
const placedIn = async (previewId: string) =>
  (
    await world.sql<{ region: string }>(
      `SELECT t."regionCode" AS region FROM "PlanPreview" p JOIN "Target" t ON t.id = p."targetId" WHERE p.id = $1`,
      [previewId],
    )
  )[0]?.region;

test('a tenant goes where its records must stay, and is refused where no target is', async () => {
  expect(await placedIn((await preview('CN')).previewId)).toBe('local-1');
  expect(await faultOf(preview('EU'))).toEqual({ code: 'residency_unmet', residency: 'EU', territories: ['CN'] });
  expect(await faultOf(preview('nowhere'))).toMatchObject({ code: 'params_invalid' });
  expect(await placedIn((await preview('EU', 'public')).previewId)).toBe('local-1'); // it promises no place

  await world.sql(
    `INSERT INTO "Target" (id, name, "regionCode", models, healthy, capacity, "seenAt")
     VALUES (gen_random_uuid(), 'other', 'eu-1', '{private}', true, '[]', now())`,
  );
  expect(await placedIn((await preview('EU')).previewId)).toBe('eu-1');
  expect(await faultOf(preview('JP'))).toMatchObject({ territories: expect.arrayContaining(['CN', 'EU']) });
  await world.sql(`DELETE FROM "PlanPreview" USING "Target" t WHERE t.id = "targetId" AND t.name = 'other'`);
  await world.sql(`DELETE FROM "Target" WHERE name = 'other'`);
});

test('it is kept with the tenant, shown on the picture of its sides, and may be asked for later as far as it is so', async () => {
  const { previewId } = await world.readyPreview(wanted('any'));
  const { tenantId } = await customer().orders.place({ previewId, idempotencyKey: newId() });
  await subscribe(world, tenantId);
  const plan = (residency: string) =>
    customer().tenants.planChange({
      tenantId,
      wish: { plan: 'L', modules: [], params: { holdMinutes: 15, residency } },
    });
  expect(await faultOf(plan('EU'))).toEqual({ code: 'residency_unmet', residency: 'EU', territories: ['CN'] });
  expect(await plan('CN')).toMatchObject({ state: 'queued' });

  const seen = { model: 'private', at: new Date().toISOString(), nodes: [], links: [] };
  await world.sql(`UPDATE "Tenant" SET topology = $2, params = $3 WHERE id = $1`, [
    tenantId,
    JSON.stringify(seen),
    JSON.stringify({ holdMinutes: 15, residency: 'CN' }),
  ]);
  expect(await customer().tenants.topology({ tenantId })).toMatchObject({ residency: { record: 'CN', edge: null } });
  await world.sql(`UPDATE "Tenant" SET model = 'hybrid' WHERE id = $1`, [tenantId]);
  expect(await customer().tenants.topology({ tenantId })).toMatchObject({ residency: { record: 'CN', edge: 'any' } });
  await world.sql(`UPDATE "Tenant" SET model = 'public' WHERE id = $1`, [tenantId]);
  expect((await customer().tenants.topology({ tenantId }))?.residency).toBeUndefined();
});
