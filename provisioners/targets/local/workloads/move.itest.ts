// A tenant with a workload moves to a server of its own: the process follows, and its copy is made anew there.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newTenantRef } from '../../../../server/domain/ids.ts';
import { makeTestKeeper, type TestKeeper } from '../../../../server/testing/keeper.ts';
import { startTestCluster, waitFor, type TestCluster } from '../../../../server/testing/postgres.ts';
import { createEmbeddedEngine } from '../../../engine/embedded/engine.ts';
import type { Engine } from '../../../engine/port.ts';
import { prepareStateSchema } from '../../../engine/state/schema.ts';
import { discoverOfferings } from '../../../kit/discover.ts';
import type { ConnectedTarget, TenantGraph } from '../../../kit/target.ts';
import { connectCluster, connectShared, type Cluster, type SharedCluster } from '../cluster.ts';
import local from '../target.ts';
import { findWorkload } from './registry.ts';

let tenants: TestCluster;
let platform: TestCluster;
let keeper: TestKeeper;
let cluster: SharedCluster;
let target: ConnectedTarget;
let engine: Engine;
let fence = 0n;

beforeAll(async () => {
  [tenants, platform, keeper] = await Promise.all([
    startTestCluster({ wal_level: 'logical' }),
    startTestCluster(),
    makeTestKeeper(),
  ]);
  await keeper.start();
  await prepareStateSchema(platform.url());
  engine = createEmbeddedEngine({ stateUrl: platform.url(), passphrase: 'a passphrase of the test' });
  cluster = connectShared(tenants.url());
  target = local.connect({
    TENANTS_ADMIN_URL: tenants.url(),
    ENVELOPE_KEY: randomBytes(32).toString('base64'),
    GATEWAY_URL: 'http://gateway.test/',
    DATA_DIR: keeper.dataDir,
  });
  await target.prepare([]);
});
afterAll(async () => {
  await engine.close();
  await Promise.all([target.close(), cluster.close()]);
  await keeper.remove();
  await Promise.all([tenants.remove(), platform.remove()]);
});

async function graphOf(
  ref: string,
  model: TenantGraph['model'],
  movedFrom?: TenantGraph['model'],
): Promise<TenantGraph> {
  for (const { pack, blueprint, manifest, params, slug, version } of await discoverOfferings()) {
    const plan = manifest.plans.find(({ code }) => code === 'S');
    const modules = manifest.modules.filter(({ selectable }) => selectable).map(({ code }) => code);
    if (!pack || !blueprint || !manifest.api || !plan) continue;
    const components = blueprint({ params: params.parse({ sample_data: 'demo' }), plan, model, modules });
    if (!components.some(({ kind }) => kind === 'workload')) continue;
    const base = { ref, title: 'Move', offering: slug, version, model, region: 'local', quotas: plan.quotas, modules };
    return { ...base, components, pack, api: manifest.api, ...(movedFrom !== undefined && { movedFrom }) };
  }
  throw new Error('no offering has a workload');
}

const stackOf = (graph: TenantGraph) => ({
  project: 'industry-cloud',
  stack: graph.ref,
  fence: (fence += 1n),
  packages: target.packages,
  program: target.program(graph),
});

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
  expect((await engine.up(stackOf(await graphOf(ref, 'public')))).errors).toEqual([]);
  const before = await copied(cluster, ref);
  expect(before).toBeGreaterThan(3_000);
  expect(await findWorkload(cluster.registry, ref, 'olap')).toMatchObject({ instance: null, state: 'running' });

  expect((await engine.up(stackOf(await graphOf(ref, 'private', 'public')))).errors).toEqual([]);
  expect(await findWorkload(cluster.registry, ref, 'olap')).toMatchObject({ instance: ref, state: 'running' });
  const { host, port, password } = (await keeper.client.find(ref))!;
  const own = connectCluster(`postgresql://postgres:${password}@${host}:${port}/postgres`);
  expect(await copied(own, ref)).toBe(before);
  await own.close();
  const { rowCount } = await cluster.admin.query('SELECT FROM pg_roles WHERE starts_with(rolname, $1)', [ref]);
  expect(rowCount).toBe(0);

  const { program: _, ...stack } = stackOf(await graphOf(ref, 'private'));
  expect((await engine.destroy(stack)).errors).toEqual([]);
  expect(await target.leftovers(ref)).toEqual([]);
});
