// A tenant with a workload moves to a server of its own: the process follows, and its copy is made anew there.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newTenantRef } from '../../../../server/domain/ids.ts';
import { waitFor } from '../../../../server/testing/postgres.ts';
import { discoverOfferings } from '../../../kit/discover.ts';
import type { TenantGraph } from '../../../kit/target.ts';
import { connectCluster, type Cluster } from '../cluster.ts';
import { graphOf, openEngineWorld, type EngineWorld } from '../../../../server/testing/engine-world.ts';
import { findWorkload } from './registry.ts';

let world: EngineWorld;
let fence = 0n;

beforeAll(async () => {
  world = await openEngineWorld({ instances: true });
  await world.target.prepare([]);
});
afterAll(() => world.close());

async function withWorkload(
  ref: string,
  model: TenantGraph['model'],
  movedFrom?: TenantGraph['model'],
): Promise<TenantGraph> {
  for (const offering of await discoverOfferings()) {
    const modules = offering.manifest.modules.filter(({ selectable }) => selectable).map(({ code }) => code);
    if (offering.blueprint === null) continue;
    const graph = graphOf(offering, { ref, model, plan: 'S', params: { sample_data: 'demo' }, modules });
    if (graph.components.some(({ kind }) => kind === 'workload'))
      return { ...graph, ...(movedFrom !== undefined && { movedFrom }) };
  }
  throw new Error('no offering has a workload');
}

const stackOf = (graph: TenantGraph) => world.requestOf(graph, (fence += 1n));

/** Until every part of the copy is up to date and every rule of the pack holds. @returns rows in the files */
async function copied(server: Cluster, ref: string): Promise<number> {
  return waitFor(
    () =>
      server.inDatabase(ref, async (client) => {
        const { rows } = await client.query<{ behind: number; rows: number; broken: number }>(
          `SELECT sum(parts_behind)::int AS behind, sum(rows)::int AS rows,
                  (SELECT count(*)::int FROM api.invariants WHERE violations > 0) AS broken FROM api.olap_datasets`,
        );
        const found = rows[0];
        return found !== undefined && found.behind === 0 && found.broken === 0 && found.rows;
      }),
    { what: 'the copy', timeoutMs: 20_000 },
  );
}

test('the process and its copy follow the tenant to a server of its own, and go with it', async () => {
  const ref = newTenantRef();
  expect((await world.engine.up(stackOf(await withWorkload(ref, 'public')))).errors).toEqual([]);
  const before = await copied(world.cluster, ref);
  expect(before).toBeGreaterThan(3_000);
  expect(await findWorkload(world.cluster.registry, ref, 'olap')).toMatchObject({ instance: null, state: 'running' });

  expect((await world.engine.up(stackOf(await withWorkload(ref, 'private', 'public')))).errors).toEqual([]);
  expect(await findWorkload(world.cluster.registry, ref, 'olap')).toMatchObject({ instance: ref, state: 'running' });
  const { host, port, password } = (await world.keeper.client.find(ref))!;
  const own = connectCluster(`postgresql://postgres:${password}@${host}:${port}/postgres`);
  expect(await copied(own, ref)).toBe(before);
  await own.close();
  const { rowCount } = await world.cluster.admin.query('SELECT FROM pg_roles WHERE starts_with(rolname, $1)', [ref]);
  expect(rowCount).toBe(0);

  const { program: _, ...stack } = stackOf(await withWorkload(ref, 'private'));
  expect((await world.engine.destroy(stack)).errors).toEqual([]);
  expect(await world.target.leftovers(ref)).toEqual([]);
});
