/** A hybrid tenant as an order makes it: blueprint, program, engine, a server of its own, the shared cluster, the link; its proof; its end. */
import { randomBytes, randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiDescription } from '../../../server/domain/manifest.ts';
import { newTenantRef } from '../../../server/domain/ids.ts';
import { findRoute } from '../../../server/registry/routes.ts';
import { openSecret } from '../../../server/registry/seal.ts';
import { edgeRouteOf } from '../../../server/registry/sides.ts';
import { makeTestKeeper, type TestKeeper } from '../../../server/testing/keeper.ts';
import { startTestCluster, waitFor, type TestCluster } from '../../../server/testing/postgres.ts';
import { createEmbeddedEngine } from '../../engine/embedded/engine.ts';
import type { Engine } from '../../engine/port.ts';
import { prepareStateSchema } from '../../engine/state/schema.ts';
import { discoverOfferings } from '../../kit/discover.ts';
import type { LinkMode, OfferingDefinition, SmokeClient } from '../../kit/offering.ts';
import type { ConnectedTarget, TenantGraph } from '../../kit/target.ts';
import { connectShared, sqlState, type SharedCluster } from './cluster.ts';
import localTarget from './target.ts';

const envelopeKey = randomBytes(32).toString('base64');
let tenants: TestCluster;
let platform: TestCluster;
let keeper: TestKeeper;
let cluster: SharedCluster;
let target: ConnectedTarget;
let engine: Engine;
let offering: OfferingDefinition;

beforeAll(async () => {
  [tenants, platform, keeper] = await Promise.all([
    startTestCluster({ wal_level: 'logical', wal_retrieve_retry_interval: '1s' }),
    startTestCluster(),
    makeTestKeeper(),
  ]);
  await keeper.start();
  await prepareStateSchema(platform.url());
  engine = createEmbeddedEngine({ stateUrl: platform.url(), passphrase: 'a passphrase of the test' });
  cluster = connectShared(tenants.url());
  target = localTarget.connect({
    TENANTS_ADMIN_URL: tenants.url(),
    ENVELOPE_KEY: envelopeKey,
    GATEWAY_URL: 'http://gateway.test/',
    DATA_DIR: keeper.dataDir,
  });
  const found = (await discoverOfferings()).find(({ manifest }) => manifest.edgeApi !== undefined);
  if (found?.pack == null) throw new Error('no offering is hybrid');
  offering = found;
  await target.prepare([{ pack: found.pack, modules: [] }]);
});
afterAll(async () => {
  await engine.close();
  await Promise.all([target.close(), cluster.close()]);
  await keeper.remove();
  await Promise.all([tenants.remove(), platform.remove()]);
});

function graphOf(ref: string, link: LinkMode = 'direct'): TenantGraph {
  const { manifest, pack, blueprint } = offering;
  const plan = manifest.plans.find(({ code }) => code === 'M');
  if (plan === undefined || pack === null || blueprint === null || manifest.api === null)
    throw new Error('not orderable');
  const params = offering.params.parse({ edge_link: link });
  return {
    ref,
    title: 'Proof',
    offering: offering.slug,
    version: offering.version,
    model: 'hybrid',
    region: 'local',
    quotas: plan.quotas,
    modules: [],
    components: blueprint({ params, plan, model: 'hybrid', modules: [] }),
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

interface Direct extends SmokeClient {
  end(): Promise<void>;
}

/** Speaks to one side as the gateway would, without one: same role, same call, statuses from the manifest. */
async function directClient(route: string, api: ApiDescription): Promise<Direct> {
  const found = await findRoute(cluster.registry, route);
  if (found === null) throw new Error(`no route ${route}`);
  const { host, port, role: user, database, limits } = found;
  const password = openSecret(found.sealedPassword, envelopeKey, route);
  const pool = new Pool({ host, port, user, database, password, max: limits.connections });
  pool.on('error', () => {});
  return {
    call: async (fn, body, key = randomUUID()) => {
      const spec = api.functions.find(({ name }) => name === fn);
      const values = [fn, spec?.writes === false ? null : key, body, { channel: 'smoke' }];
      try {
        const { rows } = await pool.query<{ answer: { result: Record<string, unknown> } }>(
          'SELECT pack.call($1, $2, $3, $4) AS answer',
          values,
        );
        return { status: spec?.status ?? 500, body: rows[0]?.answer.result ?? {} };
      } catch (error) {
        const code = sqlState(error) ?? '';
        return { status: api.errors[code]?.status ?? 500, body: { code } };
      }
    },
    view: async (name, query = {}) => {
      const filters = Object.keys(query).map((column, index) => `AND ${column}::text = $${index + 1}`);
      const { rows } = await pool.query<Record<string, unknown>>(
        `SELECT * FROM api.${name} WHERE true ${filters.join(' ')}`,
        Object.values(query),
      );
      return { status: 200, items: rows };
    },
    end: () => pool.end(),
  };
}

async function prove(graph: TenantGraph): Promise<string[]> {
  const record = await directClient(graph.ref, graph.api);
  const edge = await directClient(edgeRouteOf(graph.ref), graph.edgeApi!);
  const facts: string[] = [];
  const memo = {};
  for (const step of offering.smoke) facts.push(`${step.name}: ${await step.run({ ...record, edge }, memo)}`);
  await Promise.all([record.end(), edge.end()]);
  return facts;
}

test('an order becomes two sides and a link that pass their proof, is the same again, and goes without a trace', async () => {
  const graph = graphOf(newTenantRef());
  const { ref } = graph;
  expect((await engine.preview(requestOf(graph, 1n))).errors).toEqual([]);
  expect(await target.leftovers(ref)).toEqual([]);

  const up = await engine.up(requestOf(graph, 1n));
  expect(up.errors).toEqual([]);
  expect(up.outputs).toMatchObject({ endpoint: `http://gateway.test/t/${ref}/v1` });
  expect(await prove(graph)).toHaveLength(15);

  const again = await engine.preview(requestOf(graph, 2n));
  expect(again.resources.filter(({ operation }) => operation !== 'same')).toEqual([]);
  expect((await engine.refresh(requestOf(graph, 3n))).errors).toEqual([]);
  const settled = await engine.preview(requestOf(graph, 3n));
  expect(settled.resources.filter(({ operation }) => operation !== 'same')).toEqual([]);

  const destroyed = await engine.destroy(requestOf(graph, 4n));
  expect(destroyed.errors).toEqual([]);
  expect(await target.leftovers(ref)).toEqual([]);
});

test('one whose instance is stopped can be removed all the same', async () => {
  const graph = graphOf(newTenantRef());
  expect((await engine.up(requestOf(graph, 1n))).errors).toEqual([]);
  await keeper.client.stop(graph.ref);
  expect((await engine.destroy(requestOf(graph, 2n))).errors).toEqual([]);
  await waitFor(async () => (await target.leftovers(graph.ref)).length === 0, { what: 'nothing to be left' });
});
