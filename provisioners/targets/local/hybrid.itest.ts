/** A hybrid tenant as an order makes it: blueprint, program, engine, a server of its own, the shared cluster, the link; its proof; its end. */
import { randomBytes, randomUUID } from 'node:crypto';
import { Client, Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiDescription } from '../../../server/domain/manifest.ts';
import { newTenantRef } from '../../../server/domain/ids.ts';
import { replicationSettings } from '../../../server/domain/replication-room.ts';
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
import { passwordGeneration } from './links/link-registry.ts';
import { replicationPassword } from './links/password.ts';
import { linkNames, waysOf } from './links/ways.ts';
import localTarget from './target.ts';

const ROOM = Object.fromEntries(Object.entries(replicationSettings(8)).map(([name, value]) => [name, String(value)]));
const envelopeKey = randomBytes(32).toString('base64');
let tenants: TestCluster;
let platform: TestCluster;
let keeper: TestKeeper;
let cluster: SharedCluster;
let environment: Readonly<Record<string, string>>;
let target: ConnectedTarget;
let engine: Engine;
/** The one that the tests of the link speak to: it sells at its edge. */
let offering: OfferingDefinition;
const SELLS = 'place_order_request';
const hybrids = (await discoverOfferings()).filter(({ manifest }) => manifest.edgeApi !== undefined);

beforeAll(async () => {
  [tenants, platform, keeper] = await Promise.all([
    startTestCluster({ wal_level: 'logical', wal_retrieve_retry_interval: '1s', ...ROOM }),
    startTestCluster(),
    makeTestKeeper(),
  ]);
  await keeper.start();
  await prepareStateSchema(platform.url());
  engine = createEmbeddedEngine({ stateUrl: platform.url(), passphrase: 'a passphrase of the test' });
  cluster = connectShared(tenants.url());
  environment = {
    TENANTS_ADMIN_URL: tenants.url(),
    ENVELOPE_KEY: envelopeKey,
    GATEWAY_URL: 'http://gateway.test/',
    DATA_DIR: keeper.dataDir,
  };
  target = localTarget.connect(environment);
  const found = hybrids.find(({ manifest }) => manifest.edgeApi?.functions.some(({ name }) => name === SELLS));
  if (found?.pack == null) throw new Error('no offering sells at its edge');
  offering = found;
  await target.prepare(hybrids.flatMap(({ pack }) => (pack === null ? [] : [{ pack, modules: [] }])));
});
afterAll(async () => {
  await engine.close();
  await Promise.all([target.close(), cluster.close()]);
  await keeper.remove();
  await Promise.all([tenants.remove(), platform.remove()]);
});

function graphOf(ref: string, link: LinkMode = 'direct', of = offering): TenantGraph {
  const { manifest, pack, blueprint } = of;
  const plan = manifest.plans.find(({ code }) => code === 'M');
  if (plan === undefined || pack === null || blueprint === null || manifest.api === null)
    throw new Error('not orderable');
  const params = of.params.parse({ edge_link: link });
  const modules = [...new Set(of.smoke.flatMap(({ module }) => module ?? []))]; // that the proof has steps for
  return {
    ref,
    title: 'Proof',
    offering: of.slug,
    version: of.version,
    model: 'hybrid',
    region: 'local',
    quotas: plan.quotas,
    modules,
    components: blueprint({ params, plan, model: 'hybrid', modules }),
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

const UNDEFINED_TABLE = '42P01';

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
      // Not pool.query: that closes the connection of a refused call, and the next comes before the server has let go of it.
      const client = await pool.connect();
      try {
        const { rows } = await client.query<{ answer: { result: Record<string, unknown> } }>(
          'SELECT pack.call($1, $2, $3, $4) AS answer',
          values,
        );
        return { status: spec?.status ?? 500, body: rows[0]?.answer.result ?? {} };
      } catch (error) {
        const code = sqlState(error) ?? '';
        return { status: api.errors[code]?.status ?? 500, body: { code } };
      } finally {
        client.release();
      }
    },
    view: async (name, { limit = '50', ...filters } = {}) => {
      if (!api.views.some((view) => view.name === name)) return { status: 404, items: [] };
      const where = Object.keys(filters).map((column, index) => `AND ${column}::text = $${index + 2}`);
      try {
        const { rows } = await pool.query<Record<string, unknown>>(
          `SELECT * FROM api.${name} WHERE true ${where.join(' ')} LIMIT $1`,
          [limit, ...Object.values(filters)],
        );
        return { status: 200, items: rows };
      } catch (error) {
        if (sqlState(error) !== UNDEFINED_TABLE) throw error;
        return { status: 404, items: [] }; // of a module that this tenant does not have
      }
    },
    end: () => pool.end(),
  };
}

async function prove(graph: TenantGraph, { smoke } = offering): Promise<string[]> {
  const record = await directClient(graph.ref, graph.api);
  const edge = await directClient(edgeRouteOf(graph.ref), graph.edgeApi!);
  const facts: string[] = [];
  const memo = {};
  for (const step of smoke) facts.push(`${step.name}: ${await step.run({ ...record, edge }, memo)}`);
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

test.each(hybrids.map((hybrid) => [hybrid.slug, hybrid] as const))(
  '%s passes its proof on both sides',
  async (_slug, of) => {
    const graph = graphOf(newTenantRef(), 'direct', of);
    const up = await engine.up(requestOf(graph, 1n));
    expect(up.errors).toEqual([]);
    expect(await prove(graph, of)).toHaveLength(of.smoke.length);
    expect((await engine.destroy(requestOf(graph, 2n))).errors).toEqual([]);
    expect(await target.leftovers(graph.ref)).toEqual([]);
  },
);

test('one whose instance is stopped can be removed all the same', async () => {
  const graph = graphOf(newTenantRef());
  expect((await engine.up(requestOf(graph, 1n))).errors).toEqual([]);
  await keeper.client.stop(graph.ref);
  expect((await engine.destroy(requestOf(graph, 2n))).errors).toEqual([]);
  await waitFor(async () => (await target.leftovers(graph.ref)).length === 0, { what: 'nothing to be left' });
});

/** Runs one statement as the platform's superuser in a database of the tenant. */
async function inside<T extends object>(ref: string, where: 'record' | 'dmz' | 'edge', sql: string): Promise<T[]> {
  const { instance, database } = linkNames(ref)[where];
  const facts = instance === null ? null : await keeper.client.find(instance);
  const { host, port, password } = facts ?? tenants;
  const client = new Client({ host, port, password, user: 'postgres', database });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

const generationOf = (ref: string): Promise<number> => passwordGeneration(cluster.registry, ref);

/** @returns `let in`, or why not */
async function signInAs(
  { role, instance, database }: { readonly role: string; readonly instance: string | null; readonly database: string },
  password: string,
): Promise<string> {
  const { host, port } = (instance === null ? null : await keeper.client.find(instance)) ?? tenants;
  const client = new Client({ host, port, user: role, database, password });
  client.on('error', () => {});
  try {
    await client.connect();
    return 'let in';
  } catch (error) {
    return sqlState(error) ?? String(error);
  } finally {
    await client.end().catch(() => {});
  }
}

const wayStates = async (ref: string): Promise<Record<string, string>> => {
  const topology = await target.topology?.(ref);
  return Object.fromEntries((topology?.links ?? []).map(({ from, to, state }) => [`${from} → ${to}`, state]));
};

describe.each(['direct', 'tunnel', 'push'] as const)('a link of mode %s', (mode) => {
  const ref = newTenantRef();
  let graph: TenantGraph;
  let record: Direct;
  let edge: Direct;
  beforeAll(async () => {
    graph = graphOf(ref, mode);
    expect((await engine.up(requestOf(graph, 1n))).errors).toEqual([]);
    record = await directClient(ref, graph.api);
    edge = await directClient(edgeRouteOf(ref), graph.edgeApi!);
  });
  afterAll(async () => {
    await Promise.all([record.end(), edge.end()]);
    expect((await engine.destroy(requestOf(graph, 9n))).errors).toEqual([]);
    expect(await target.leftovers(ref)).toEqual([]);
  });

  test('passes the proof', async () => {
    expect(await prove(graph)).toHaveLength(15);
  });

  test('is in the topology, with its lag', async () => {
    const topology = await waitFor(
      async () => {
        const seen = await target.topology?.(ref);
        const crossing = seen?.links.filter(({ boundary, lagSeconds }) => boundary && lagSeconds !== null) ?? [];
        return crossing.every(({ state }) => state === 'flowing') && crossing.length >= 2 && seen;
      },
      { what: 'every way to flow' },
    );
    expect(topology.model).toBe('hybrid');
    const own = mode === 'direct' ? [] : ['agent'];
    const expected = ['gateway', 'instance', 'record', 'dmz', ...own, 'cluster', 'edge'];
    expect(topology.nodes.map(({ id }) => id)).toEqual(expected);
    for (const { lagSeconds } of topology.links) expect(lagSeconds ?? 0).toBeLessThan(2);
  });

  test('cut: the edge sells its allotment and no more; afterwards nothing is lost and nothing twice', async () => {
    await record.call('create_product', { slug: 'cut', name: 'Cut' });
    await record.call('create_variant', { slug: 'cut', sku: 'CUT' });
    await record.call('set_offer', { sku: 'CUT', priceMinor: '500' });
    await record.call('receive_stock', { sku: 'CUT', qty: 20 });
    await record.call('grant_allotment', { sku: 'CUT', qty: 8 });
    await record.call('publish_product', { slug: 'cut' });
    const allotted = async () => (await edge.view('availability', { sku: 'CUT' })).items[0]?.['available'] === 8;
    await waitFor(allotted, { what: 'the allotment at the edge' });

    await keeper.client.stop(ref);
    const order = { lines: [{ sku: 'CUT', qty: 1 }] };
    const answers = await Promise.all(Array.from({ length: 12 }, () => edge.call('place_order_request', order)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(8);
    expect(answers.filter(({ body }) => body['code'] === 'ICO04')).toHaveLength(4);
    expect((await edge.view('products', { slug: 'cut' })).items).toHaveLength(1);
    expect(await wayStates(ref)).toMatchObject({ 'gateway → record': 'broken', 'edge → record': 'broken' });

    await keeper.client.start(ref);
    const again = await directClient(ref, graph.api);
    const settled = async () => {
      await target.topology?.(ref); // looks after the link
      await again.call('settle_edge', {});
      const { items } = await edge.view('order_requests', { state: 'ordered' });
      return items.filter(({ channel }) => channel === 'web').length === 8;
    };
    await waitFor(settled, { what: 'every request to be an order', timeoutMs: 15_000, everyMs: 200 });
    const { items } = await again.view('stock', { sku: 'CUT', location: 'MAIN' });
    expect(items).toMatchObject([{ on_hand: 20, reserved: 8 }]);
    const rules = [...(await again.view('invariants')).items, ...(await edge.view('invariants')).items];
    expect(rules.filter(({ violations }) => Number(violations) > 0)).toEqual([]);
    await again.end();
  });

  test('other passwords come into force under traffic: nothing is lost, and the old ones are refused', async () => {
    const roles = linkNames(ref);
    const logins = [
      { role: roles.replicator, ...roles.dmz },
      { role: roles.collector, ...roles.edge },
    ];
    const signIn = async (generation: number): Promise<string[]> =>
      Promise.all(logins.map((login) => signInAs(login, replicationPassword(envelopeKey, login.role, generation))));
    expect(await signIn(0)).toEqual(['let in', 'let in']);
    const before = await generationOf(ref);
    const again = await directClient(ref, graph.api);
    await again.call('create_product', { slug: `traffic-${mode}`, name: 'Traffic' });
    await again.call('create_variant', { slug: `traffic-${mode}`, sku: 'TRAFFIC' });
    await again.call('receive_stock', { sku: 'TRAFFIC', qty: 500 });
    await again.call('grant_allotment', { sku: 'TRAFFIC', qty: 400 });
    await again.call('set_offer', { sku: 'TRAFFIC', priceMinor: '500' });
    await again.call('publish_product', { slug: `traffic-${mode}` });
    const allotted = async () => (await edge.view('availability', { sku: 'TRAFFIC' })).items.length === 1;
    await waitFor(allotted, { what: 'the allotment at the edge', timeoutMs: 15_000 });

    const rotated = new AbortController();
    let sold = 0;
    const sell = async (): Promise<void> => {
      for (; !rotated.signal.aborted || sold < 20; sold++) {
        const { status } = await edge.call('place_order_request', { lines: [{ sku: 'TRAFFIC', qty: 1 }] });
        expect(status).toBe(201);
        await again.call('update_product', { slug: `traffic-${mode}`, name: `Traffic ${sold + 1}` });
      }
    };
    const eager = localTarget.connect({ ...environment, LINK_PASSWORD_DAYS: '0' });
    const renewed = async () => (await eager.topology?.(ref)) && (await generationOf(ref)) > before;
    const renew = () => waitFor(renewed, { what: 'other passwords', timeoutMs: 15_000 }).finally(() => rotated.abort());
    await Promise.all([sell(), renew()]);
    await eager.close();

    const now = await generationOf(ref);
    expect(await signIn(0)).toEqual(['28P01', '28P01']);
    expect(await signIn(now)).toEqual(['let in', 'let in']);
    const arrived = async () => {
      await again.call('settle_edge', {});
      const { items } = await edge.view('products', { slug: `traffic-${mode}` });
      const [{ count } = { count: 0 }] = await inside<{ count: number }>(
        ref,
        'edge',
        `SELECT count(*)::int AS count FROM intake.order_request r JOIN edge.order_request_done d USING (request_id)
         WHERE r.lines::text LIKE '%TRAFFIC%' AND d.outcome = 'ordered'`,
      );
      return items[0]?.['title'] === `Traffic ${sold}` && count === sold;
    };
    await waitFor(arrived, { what: 'everything that was sold and written meanwhile', timeoutMs: 20_000, everyMs: 200 });
    const rules = [...(await again.view('invariants')).items, ...(await edge.view('invariants')).items];
    expect(rules.filter(({ violations }) => Number(violations) > 0)).toEqual([]);
    await again.end();
  });

  test('who meddles at the edge is seen: a change that meets another row than it left', async () => {
    await inside(ref, 'edge', `DELETE FROM edge.product WHERE slug = 'cut'`);
    const again = await directClient(ref, graph.api);
    expect((await again.call('update_product', { slug: 'cut', name: 'Cut again' })).status).toBe(200);
    await again.end();
    const noticed = async () => {
      await inside(ref, 'edge', 'SELECT pg_stat_force_next_flush()');
      const states = await wayStates(ref); // each look tells what is new since the last
      // A push writes by key, so it puts right what it finds; a subscription can but count it.
      if (mode === 'push') return (await edge.view('products', { slug: 'cut' })).items[0]?.['title'] === 'Cut again';
      return (states['dmz → edge'] ?? states['agent → edge']) === 'broken';
    };
    await waitFor(noticed, { what: 'the alarm', timeoutMs: 20_000, everyMs: 500 });
  });

  test('a slot that is gone is made anew, and everything copied', async () => {
    const { outward } = waysOf(ref);
    await inside(ref, 'edge', `DELETE FROM edge.product WHERE slug = 'cut'`);
    await waitFor(
      async () => {
        const drop = `SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE slot_name = '${outward.name}' AND active_pid IS NOT NULL`;
        await inside(ref, 'dmz', drop);
        await inside(ref, 'dmz', `SELECT pg_drop_replication_slot('${outward.name}')`);
        return true;
      },
      { what: 'the slot to be dropped' },
    );
    const copied = async () => {
      await target.topology?.(ref);
      return (await edge.view('products', { slug: 'cut' })).items.length === 1;
    };
    await waitFor(copied, { what: 'the copy', timeoutMs: 15_000, everyMs: 200 });
  });
});
