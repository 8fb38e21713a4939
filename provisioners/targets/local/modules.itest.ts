/** Modules of every orderable offering, in a tenant that runs: from a template and added later they are the same, and they go again. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newTenantRef } from '../../../server/domain/ids.ts';
import { findRoute } from '../../../server/registry/routes.ts';
import { startTestCluster, type TestCluster } from '../../../server/testing/postgres.ts';
import { createEmbeddedEngine } from '../../engine/embedded/engine.ts';
import type { Engine } from '../../engine/port.ts';
import { prepareStateSchema } from '../../engine/state/schema.ts';
import { discoverOfferings } from '../../kit/discover.ts';
import type { OfferingDefinition } from '../../kit/offering.ts';
import { loadPack } from '../../kit/pack/load.ts';
import type { ConnectedTarget, TenantGraph } from '../../kit/target.ts';
import { connectShared, type SharedCluster } from './cluster.ts';
import local from './target.ts';

let tenants: TestCluster;
let platform: TestCluster;
let cluster: SharedCluster;
let target: ConnectedTarget;
let engine: Engine;
let dataDir: string;
let fence = 0n;

beforeAll(async () => {
  [tenants, platform] = await Promise.all([startTestCluster(), startTestCluster()]);
  await prepareStateSchema(platform.url());
  engine = createEmbeddedEngine({ stateUrl: platform.url(), passphrase: 'a passphrase of the test' });
  cluster = connectShared(tenants.url());
  dataDir = await mkdtemp(path.join(tmpdir(), 'modules-'));
  target = local.connect({
    TENANTS_ADMIN_URL: tenants.url(),
    ENVELOPE_KEY: randomBytes(32).toString('base64'),
    GATEWAY_URL: 'http://gateway.test/',
    DATA_DIR: dataDir,
  });
  await target.prepare([]);
});
afterAll(async () => {
  await engine.close();
  await Promise.all([target.close(), cluster.close()]);
  await Promise.all([tenants.remove(), platform.remove()]);
  await rm(dataDir, { recursive: true, force: true });
});

const orderable = (await discoverOfferings()).filter(({ lifecycle }) => lifecycle === 'ga');

function graphOf(offering: OfferingDefinition, ref: string, modules: readonly string[]): TenantGraph {
  const plan = offering.manifest.plans.find(({ code }) => code === 'S')!;
  const { pack, blueprint, manifest } = offering;
  if (!pack || !blueprint || !manifest.api) throw new Error(`${offering.slug} is not orderable`);
  const model = 'public' as const;
  return {
    ref,
    title: 'Modules',
    offering: offering.slug,
    version: offering.version,
    model,
    region: 'local',
    quotas: plan.quotas,
    modules,
    components: blueprint({ params: offering.params.parse({}), plan, model, modules }),
    pack,
    api: manifest.api,
  };
}

async function converge(graph: TenantGraph): Promise<void> {
  const up = await engine.up({
    project: 'industry-cloud',
    stack: graph.ref,
    fence: (fence += 1n),
    packages: target.packages,
    program: target.program(graph),
  });
  expect(up.errors).toEqual([]);
}

/** All that a pack put into a tenant's database, by name, with the bodies of its functions. */
const shapeOf = (ref: string) =>
  cluster.inDatabase(ref, async (client) => {
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
  cluster.inDatabase(ref, async (client) => {
    const { rows } = await client.query('SELECT rule FROM api.invariants WHERE violations > 0');
    return rows;
  });

describe.each(orderable.map((offering) => [offering.slug, offering] as const))('%s', (_, offering) => {
  const modules = offering.manifest.modules.filter(({ selectable }) => selectable).map(({ code }) => code);

  test('its modules come to a running tenant as they come in a template, and go as if they had never been', async () => {
    const [running, whole] = [newTenantRef(), newTenantRef()];
    await converge(graphOf(offering, running, []));
    const before = await shapeOf(running);
    await converge(graphOf(offering, running, modules));
    await converge(graphOf(offering, whole, modules));
    expect(await shapeOf(running)).toEqual(await shapeOf(whole));
    expect([...(await broken(running)), ...(await broken(whole))]).toEqual([]);
    expect((await findRoute(cluster.registry, running))?.modules.toSorted()).toEqual(modules.toSorted());

    const { removals } = await loadPack(offering.pack!);
    const staying = modules.filter((code) => !removals?.has(code));
    const { moduleRows } = await target.holdings(graphOf(offering, running, modules), modules);
    for (const code of modules) expect(moduleRows[code], code).toBe(staying.includes(code) ? null : 0);
    await converge(graphOf(offering, running, staying));
    if (staying.length === 0) expect(await shapeOf(running)).toEqual(before);
    expect(await broken(running)).toEqual([]);
  });
});
