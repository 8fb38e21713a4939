/** Modules of every orderable offering, in a tenant that runs: from a template and added later they are the same, and they go again. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newTenantRef } from '../../../server/domain/ids.ts';
import { findRoute } from '../../../server/registry/routes.ts';
import { discoverOfferings } from '../../kit/discover.ts';
import type { OfferingDefinition } from '../../kit/offering.ts';
import { loadPack } from '../../kit/pack/load.ts';
import type { TenantGraph } from '../../kit/target.ts';
import { graphOf, openEngineWorld, type EngineWorld } from '../../../server/testing/engine-world.ts';

let world: EngineWorld;
let fence = 0n;

beforeAll(async () => {
  world = await openEngineWorld();
  await world.target.prepare([]);
});
afterAll(() => world.close());

const orderable = (await discoverOfferings()).filter(({ lifecycle }) => lifecycle === 'ga');

const tenantOf = (offering: OfferingDefinition, ref: string, modules: readonly string[]): TenantGraph =>
  graphOf(offering, { ref, model: 'public', plan: 'S', modules });

async function converge(graph: TenantGraph): Promise<void> {
  expect((await world.engine.up(world.requestOf(graph, (fence += 1n)))).errors).toEqual([]);
}

/** All that a pack put into a tenant's database, by name, with the bodies of its functions. */
const shapeOf = (ref: string) =>
  world.cluster.inDatabase(ref, async (client) => {
    const mine = `nspname !~ '^pg_|^information_schema$|^ext$|^public$'`;
    const { rows } = await client.query<{ it: string }>(
      `SELECT 'relation ' || c.oid::regclass AS it FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE ${mine}
       UNION ALL SELECT 'function ' || p.oid::regprocedure || ' ' || md5(prosrc) || (pg_get_userbyid(proowner) = '${ref}_owner')
         FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE ${mine}
       UNION ALL SELECT 'trigger ' || tgname || ' ' || tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal
       UNION ALL SELECT 'migration ' || id FROM pack.migration
       UNION ALL SELECT 'installed ' || module FROM pack.installed ORDER BY 1`,
    );
    return rows.map(({ it }) => it);
  });

const broken = (ref: string) =>
  world.cluster.inDatabase(ref, async (client) => {
    const { rows } = await client.query('SELECT rule FROM api.invariants WHERE violations > 0');
    return rows;
  });

describe.each(orderable.map((offering) => [offering.slug, offering] as const))('%s', (_, offering) => {
  const modules = offering.manifest.modules.filter(({ selectable }) => selectable).map(({ code }) => code);

  test('its modules come to a running tenant as they come in a template, and go as if they had never been', async () => {
    const [running, whole] = [newTenantRef(), newTenantRef()];
    await converge(tenantOf(offering, running, []));
    const before = await shapeOf(running);
    await converge(tenantOf(offering, running, modules));
    await converge(tenantOf(offering, whole, modules));
    expect(await shapeOf(running)).toEqual(await shapeOf(whole));
    expect([...(await broken(running)), ...(await broken(whole))]).toEqual([]);
    expect((await findRoute(world.cluster.registry, running))?.modules.toSorted()).toEqual(modules.toSorted());

    const { removals } = await loadPack(offering.pack!);
    const staying = modules.filter((code) => !removals?.has(code));
    const { moduleRows } = await world.target.holdings(tenantOf(offering, running, modules), modules);
    for (const code of modules) expect(moduleRows[code], code).toBe(staying.includes(code) ? null : 0);
    await converge(tenantOf(offering, running, staying));
    if (staying.length === 0) expect(await shapeOf(running)).toEqual(before);
    expect(await broken(running)).toEqual([]);
  });
});
