/** The whole path below the worker: an offering's blueprint, this target's program, the embedded engine, a real cluster, the proof. */
import { randomBytes, randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiDescription } from '../../../server/domain/manifest.ts';
import { newTenantRef } from '../../../server/domain/ids.ts';
import { findRoute } from '../../../server/registry/routes.ts';
import { openSecret } from '../../../server/registry/seal.ts';
import { startTestCluster, type TestCluster } from '../../../server/testing/postgres.ts';
import { createEmbeddedEngine } from '../../engine/embedded/engine.ts';
import type { Engine, EngineEvent } from '../../engine/port.ts';
import { prepareStateSchema } from '../../engine/state/schema.ts';
import { discoverOfferings, discoverTargets } from '../../kit/discover.ts';
import type { OfferingDefinition, SmokeClient } from '../../kit/offering.ts';
import { stepsFor } from '../../kit/smoke.ts';
import type { ConnectedTarget, TenantGraph } from '../../kit/target.ts';
import { connectShared, sqlState, type SharedCluster } from './cluster.ts';

const envelopeKey = randomBytes(32).toString('base64');
let tenants: TestCluster;
let platform: TestCluster;
let cluster: SharedCluster;
let target: ConnectedTarget;
let engine: Engine;
let offering: OfferingDefinition;

beforeAll(async () => {
  [tenants, platform] = await Promise.all([startTestCluster(), startTestCluster()]);
  await prepareStateSchema(platform.url());
  engine = createEmbeddedEngine({ stateUrl: platform.url(), passphrase: 'a passphrase of the test' });
  cluster = connectShared(tenants.url());
  const [found] = (await discoverTargets()).filter(({ name }) => name === 'local');
  if (found === undefined) throw new Error('target local is not discovered');
  target = found.connect({
    TENANTS_ADMIN_URL: tenants.url(),
    ENVELOPE_KEY: envelopeKey,
    GATEWAY_URL: 'http://gateway.test/',
  });
  const [ecommerce] = (await discoverOfferings()).filter(({ slug }) => slug === 'ecommerce');
  if (ecommerce === undefined) throw new Error('the shop is not discovered');
  offering = ecommerce;
  await target.prepare([{ pack: packOf(offering), modules: [] }]);
});
afterAll(async () => {
  await engine.close();
  await Promise.all([target.close(), cluster.close()]);
  await Promise.all([tenants.remove(), platform.remove()]);
});

const packOf = ({ pack }: OfferingDefinition): TenantGraph['pack'] => {
  if (pack === null) throw new Error('an orderable offering has a pack');
  return pack;
};

function graphOf(ref: string, planCode: 'S' | 'M', params: unknown = {}): TenantGraph {
  const plan = offering.manifest.plans.find(({ code }) => code === planCode);
  if (plan === undefined || offering.blueprint === null || offering.manifest.api === null)
    throw new Error('not orderable');
  const input = { params: offering.params.parse(params), plan, model: 'public', modules: [] } as const;
  return {
    ref,
    title: 'Proof',
    offering: offering.slug,
    version: offering.version,
    model: 'public',
    region: 'local',
    quotas: plan.quotas,
    modules: [],
    components: offering.blueprint(input),
    pack: packOf(offering),
    api: offering.manifest.api,
  };
}

const requestOf = (graph: TenantGraph, fence: bigint, events: EngineEvent[] = []) => ({
  project: 'industry-cloud',
  stack: graph.ref,
  fence,
  packages: target.packages,
  program: target.program(graph),
  onEvent: (event: EngineEvent) => void events.push(event),
});

/** Speaks to the pack as the gateway would, without one: same role, same call, statuses from the manifest. */
async function directClient(
  ref: string,
  api: ApiDescription,
): Promise<{ readonly client: SmokeClient; readonly end: () => Promise<void> }> {
  const route = await findRoute(cluster.registry, ref);
  if (route === null) throw new Error(`${ref} has no route`);
  const { host, port, role: user, database, limits } = route;
  const password = openSecret(route.sealedPassword, envelopeKey, ref);
  const pool = new Pool({ host, port, user, database, password, max: limits.connections });
  return {
    client: {
      call: async (fn, body, key = randomUUID()) => {
        const spec = api.functions.find(({ name }) => name === fn);
        try {
          const { rows } = await pool.query<{ answer: { result: Record<string, unknown> } }>(
            'SELECT pack.call($1, $2, $3, $4) AS answer',
            [fn, key, body, {}],
          );
          return { status: spec?.status ?? 500, body: rows[0]?.answer.result ?? {} };
        } catch (error) {
          const code = sqlState(error) ?? '';
          return { status: api.errors[code]?.status ?? 500, body: { code } };
        }
      },
      view: async (name, query = {}) => {
        const filters = Object.keys(query).map((column, index) => `AND ${column} = $${index + 1}`);
        const { rows } = await pool.query<Record<string, unknown>>(
          `SELECT * FROM api.${name} WHERE true ${filters.join(' ')}`,
          Object.values(query),
        );
        return { status: 200, items: rows };
      },
    },
    end: () => pool.end(),
  };
}

test('an order becomes a shop that passes its proof, is the same again, grows, and goes', async () => {
  const ref = newTenantRef();
  const small = graphOf(ref, 'S');

  const preview = await engine.preview(requestOf(small, 1n));
  expect(preview.errors).toEqual([]);
  expect(preview.counts).toMatchObject({ create: 10 });
  expect(await target.leftovers(ref)).toEqual([]);

  const events: EngineEvent[] = [];
  const up = await engine.up(requestOf(small, 1n, events));
  expect(up.errors).toEqual([]);
  expect(up.outputs).toMatchObject({ endpoint: `http://gateway.test/t/${ref}/v1` });
  const key = await target.takeKey(ref);
  expect(key).toMatch(new RegExp(`^${String(up.outputs['apiKeyPrefix'])}`));
  expect(events.filter(({ kind }) => kind === 'resource.failed')).toEqual([]);

  const state = JSON.stringify(await engine.resources({ project: 'industry-cloud', stack: ref }));
  expect(state).not.toContain(key);
  const { rows } = await cluster.registry.query<{ sealed: string }>('SELECT sealed_password AS sealed FROM route');
  expect(state).not.toContain(rows[0]?.sealed);

  const { client, end } = await directClient(ref, small.api);
  const memo = {};
  for (const step of stepsFor(offering.smoke, 'public', [])) await step.run(client, memo);
  await end();

  const again = await engine.preview(requestOf(graphOf(ref, 'S'), 1n));
  expect(again.errors).toEqual([]);
  expect(again.resources.filter(({ operation }) => operation !== 'same')).toEqual([]);

  const served = async (): Promise<unknown> => {
    const route = await findRoute(cluster.registry, ref);
    return [route?.modules, route?.api.functions.some(({ module }) => module === 'flash-sale')];
  };
  expect(await served()).toEqual([[], false]);
  const grown = await engine.up(requestOf(graphOf(ref, 'M'), 2n));
  expect(grown.errors).toEqual([]);
  expect(grown.counts).toMatchObject({ update: 6 });
  expect((await findRoute(cluster.registry, ref))?.limits).toMatchObject({ connections: 15, rps: 100 });
  expect(await served()).toEqual([['flash-sale', 'returns'], true]);

  const refreshed = await engine.refresh({ ...requestOf(graphOf(ref, 'M'), 3n) });
  expect(refreshed.errors).toEqual([]);
  const settled = await engine.preview(requestOf(graphOf(ref, 'M'), 3n));
  expect(settled.resources.filter(({ operation }) => operation !== 'same')).toEqual([]);

  const destroyed = await engine.destroy(requestOf(small, 4n));
  expect(destroyed.errors).toEqual([]);
  expect(await target.leftovers(ref)).toEqual([]);
});

test('the same order gives the same plan', async () => {
  const graph = graphOf(newTenantRef(), 'M');
  const [one, two] = [await engine.preview(requestOf(graph, 1n)), await engine.preview(requestOf(graph, 1n))];
  expect(one.resources).toEqual(two.resources);
});

test('sample data are there when they were asked for, once', async () => {
  const graph = graphOf(newTenantRef(), 'S', { sample_data: 'demo' });
  expect((await engine.up(requestOf(graph, 1n))).errors).toEqual([]);
  expect((await engine.up(requestOf(graph, 2n))).counts).toMatchObject({ same: 10 });
  const { client, end } = await directClient(graph.ref, graph.api);
  expect((await client.view('orders')).items).toHaveLength(2_000);
  expect((await client.view('invariants')).items.filter(({ violations }) => Number(violations) > 0)).toEqual([]);
  await end();
  expect((await engine.destroy(requestOf(graph, 3n))).errors).toEqual([]);
});
