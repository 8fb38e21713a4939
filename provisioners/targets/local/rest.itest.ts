/** A hybrid tenant at rest: the server of its own is down, its link has let go and kept its place, and all of it flows again afterwards. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newTenantRef } from '../../../server/domain/ids.ts';
import { replicationSettings } from '../../../server/domain/replication-room.ts';
import { makeTestKeeper, type TestKeeper } from '../../../server/testing/keeper.ts';
import { startTestCluster, waitFor, type TestCluster } from '../../../server/testing/postgres.ts';
import { createEmbeddedEngine } from '../../engine/embedded/engine.ts';
import type { Engine } from '../../engine/port.ts';
import { prepareStateSchema } from '../../engine/state/schema.ts';
import { discoverOfferings } from '../../kit/discover.ts';
import type { LinkMode, OfferingDefinition } from '../../kit/offering.ts';
import type { ConnectedTarget, TenantGraph } from '../../kit/target.ts';
import { linkNames, waysOf } from './links/ways.ts';
import localTarget from './target.ts';

const ROOM = Object.fromEntries(Object.entries(replicationSettings(4)).map(([name, value]) => [name, String(value)]));

let tenants: TestCluster;
let platform: TestCluster;
let keeper: TestKeeper;
let target: ConnectedTarget;
let engine: Engine;
let offering: OfferingDefinition;

beforeAll(async () => {
  [tenants, platform, keeper] = await Promise.all([
    startTestCluster({ wal_level: 'logical', wal_retrieve_retry_interval: '1s', ...ROOM }),
    startTestCluster(),
    makeTestKeeper(),
  ]);
  await keeper.start();
  await prepareStateSchema(platform.url());
  engine = createEmbeddedEngine({ stateUrl: platform.url(), passphrase: 'a passphrase of the test' });
  target = localTarget.connect({
    TENANTS_ADMIN_URL: tenants.url(),
    ENVELOPE_KEY: randomBytes(32).toString('base64'),
    GATEWAY_URL: 'http://gateway.test/',
    DATA_DIR: keeper.dataDir,
  });
  const found = (await discoverOfferings()).find(({ manifest, pack }) => manifest.edgeApi !== undefined && pack);
  if (found?.pack == null) throw new Error('no offering has an edge');
  offering = found;
  await target.prepare([{ pack: found.pack, modules: [] }]);
});
afterAll(async () => {
  await engine.close();
  await target.close();
  await keeper.remove();
  await Promise.all([tenants.remove(), platform.remove()]);
});

function graphOf(ref: string, mode: LinkMode): TenantGraph {
  const { manifest, pack, blueprint, params } = offering;
  const plan = manifest.plans.find(({ code }) => code === 'M');
  if (plan === undefined || pack === null || blueprint === null || manifest.api === null)
    throw new Error('not orderable');
  const components = blueprint({ params: params.parse({ edge_link: mode }), plan, model: 'hybrid', modules: [] });
  return {
    ref,
    title: 'Rest',
    offering: offering.slug,
    version: offering.version,
    model: 'hybrid',
    region: 'local',
    quotas: plan.quotas,
    modules: [],
    components,
    pack,
    api: manifest.api,
    edgeApi: manifest.edgeApi ?? null,
  };
}

const requestOf = (graph: TenantGraph, fence: bigint) => ({
  project: 'industry-cloud',
  stack: graph.ref,
  fence,
  packages: target.packages,
  program: target.program(graph),
  onEvent: () => {},
});

async function inside<T extends object>(ref: string, where: 'dmz' | 'edge', sql: string): Promise<T[]> {
  const { instance, database } = linkNames(ref)[where];
  const { host, port, password } = (instance === null ? null : await keeper.client.find(instance)) ?? tenants;
  const client = new Client({ host, port, password, user: 'postgres', database });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

const slotsOf = (ref: string, where: 'dmz' | 'edge') =>
  inside<{ name: string; lost: boolean }>(
    ref,
    where,
    `SELECT slot_name AS name, wal_status = 'lost' OR invalidation_reason IS NOT NULL AS lost
     FROM pg_replication_slots WHERE starts_with(slot_name, '${ref}_') ORDER BY 1`,
  );

const statesOf = async (ref: string) => {
  const picture = await target.topology?.(ref);
  return {
    parts: picture?.nodes.filter(({ side, kind }) => side === 'record' && kind !== 'agent').map(({ state }) => state),
    links: [...new Set(picture?.links.map(({ state }) => state))],
  };
};

test.each(['direct', 'tunnel', 'push'] as const)('over a link of mode %s', async (mode) => {
  const ref = newTenantRef();
  const graph = graphOf(ref, mode);
  expect((await engine.up(requestOf(graph, 1n))).errors).toEqual([]);
  const flowing = async () => {
    const ways = (await target.topology?.(ref))?.links.filter(({ from }) => from !== 'gateway') ?? [];
    return ways.length > 2 && ways.every(({ state }) => state === 'flowing');
  };
  await waitFor(flowing, { what: 'the link to flow', timeoutMs: 30_000, everyMs: 250 });
  const [inward, ours] = [await slotsOf(ref, 'edge'), await slotsOf(ref, 'dmz')];
  expect([inward.length, ours.length]).toEqual([1, 2]);

  await target.setRoute(ref, 'closed');
  await target.rest?.(ref);
  await target.rest?.(ref); // a worker that died in between does it again
  expect(await keeper.client.find(ref)).toMatchObject({ state: 'stopped', pid: null });
  expect(await statesOf(ref)).toEqual({ parts: ['stopped', 'stopped', 'stopped'], links: ['stopped'] });
  expect(await slotsOf(ref, 'edge')).toEqual(inward);
  const asking = `SELECT subenabled AS asks FROM pg_subscription WHERE subname = '${waysOf(ref).outward.name}'`;
  expect(await inside(ref, 'edge', asking)).toEqual(mode === 'push' ? [] : [{ asks: false }]);
  await expect(target.incarnation?.(ref)).resolves.toContain('rests');

  await target.wake?.(ref);
  await target.wake?.(ref);
  await target.setRoute(ref, 'open');
  expect(await slotsOf(ref, 'edge')).toEqual(inward);
  expect(await slotsOf(ref, 'dmz')).toEqual(ours);
  expect(await inside(ref, 'edge', asking)).toEqual(mode === 'push' ? [] : [{ asks: true }]);
  await waitFor(flowing, { what: 'the link to flow again', timeoutMs: 30_000, everyMs: 250 });

  await target.rest?.(ref);
  expect((await engine.destroy(requestOf(graph, 2n))).errors).toEqual([]);
  expect(await target.leftovers(ref)).toEqual([]);
});
