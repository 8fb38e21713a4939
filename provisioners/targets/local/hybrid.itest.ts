/** A hybrid tenant as an order makes it: blueprint, program, engine, a server of its own, the shared cluster, the link; its proof; its end. */
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newTenantRef } from '../../../server/domain/ids.ts';
import { edgeRouteOf } from '../../../server/registry/sides.ts';
import { waitFor } from '../../../server/testing/postgres.ts';
import { discoverOfferings } from '../../kit/discover.ts';
import type { LinkMode, OfferingDefinition } from '../../kit/offering.ts';
import type { TenantGraph } from '../../kit/target.ts';
import { sqlState } from './cluster.ts';
import { passwordGeneration } from './links/link-registry.ts';
import { replicationPassword } from './links/password.ts';
import { linkNames, waysOf } from './links/ways.ts';
import localTarget from './target.ts';
import { directClient, type DirectClient } from '../../../server/testing/direct-client.ts';
import { graphOf, openEngineWorld, type EngineWorld } from '../../../server/testing/engine-world.ts';

let world: EngineWorld;
/** The one that the tests of the link speak to: it sells at its edge. */
let offering: OfferingDefinition;
const SELLS = 'place_order_request';
const hybrids = (await discoverOfferings()).filter(({ manifest }) => manifest.edgeApi !== undefined);

beforeAll(async () => {
  world = await openEngineWorld({ hybrids: 8, instances: true });
  const found = hybrids.find(({ manifest }) => manifest.edgeApi?.functions.some(({ name }) => name === SELLS));
  if (found?.pack == null) throw new Error('no offering sells at its edge');
  offering = found;
  await world.target.prepare(hybrids.flatMap(({ pack }) => (pack === null ? [] : [{ pack, modules: [] }])));
});
afterAll(() => world.close());

/** With the modules that the proof has steps for. */
function hybridOf(ref: string, mode: LinkMode = 'direct', of = offering): TenantGraph {
  const modules = [...new Set(of.smoke.flatMap(({ module }) => module ?? []))];
  return graphOf(of, { ref, model: 'hybrid', plan: 'M', params: { edge_link: mode }, modules });
}

async function prove(graph: TenantGraph, { smoke } = offering): Promise<string[]> {
  const record = await directClient(world, graph.ref, graph.api);
  const edge = await directClient(world, edgeRouteOf(graph.ref), graph.edgeApi!);
  const facts: string[] = [];
  const memo = {};
  for (const step of smoke) facts.push(`${step.name}: ${await step.run({ ...record, edge }, memo)}`);
  await Promise.all([record.end(), edge.end()]);
  return facts;
}

test('an order becomes two sides and a link that pass their proof, is the same again, and goes without a trace', async () => {
  const graph = hybridOf(newTenantRef());
  const { ref } = graph;
  expect((await world.engine.preview(world.requestOf(graph, 1n))).errors).toEqual([]);
  expect(await world.target.leftovers(ref)).toEqual([]);

  const up = await world.engine.up(world.requestOf(graph, 1n));
  expect(up.errors).toEqual([]);
  expect(up.outputs).toMatchObject({ endpoint: `http://gateway.test/t/${ref}/v1` });
  expect(await prove(graph)).toHaveLength(15);

  const again = await world.engine.preview(world.requestOf(graph, 2n));
  expect(again.resources.filter(({ operation }) => operation !== 'same')).toEqual([]);
  expect((await world.engine.refresh(world.requestOf(graph, 3n))).errors).toEqual([]);
  const settled = await world.engine.preview(world.requestOf(graph, 3n));
  expect(settled.resources.filter(({ operation }) => operation !== 'same')).toEqual([]);

  const destroyed = await world.engine.destroy(world.requestOf(graph, 4n));
  expect(destroyed.errors).toEqual([]);
  expect(await world.target.leftovers(ref)).toEqual([]);
});

test.each(hybrids.map((hybrid) => [hybrid.slug, hybrid] as const))(
  '%s passes its proof on both sides',
  async (_slug, of) => {
    const graph = hybridOf(newTenantRef(), 'direct', of);
    const up = await world.engine.up(world.requestOf(graph, 1n));
    expect(up.errors).toEqual([]);
    expect(await prove(graph, of)).toHaveLength(of.smoke.length);
    expect((await world.engine.destroy(world.requestOf(graph, 2n))).errors).toEqual([]);
    expect(await world.target.leftovers(graph.ref)).toEqual([]);
  },
);

test('one whose instance is stopped can be removed all the same', async () => {
  const graph = hybridOf(newTenantRef());
  expect((await world.engine.up(world.requestOf(graph, 1n))).errors).toEqual([]);
  await world.keeper.client.stop(graph.ref);
  expect((await world.engine.destroy(world.requestOf(graph, 2n))).errors).toEqual([]);
  await waitFor(async () => (await world.target.leftovers(graph.ref)).length === 0, { what: 'nothing to be left' });
});

const generationOf = (ref: string): Promise<number> => passwordGeneration(world.cluster.registry, ref);

/** @returns `let in`, or why not */
async function signInAs(
  { role, instance, database }: { readonly role: string; readonly instance: string | null; readonly database: string },
  password: string,
): Promise<string> {
  const { host, port } = (instance === null ? null : await world.keeper.client.find(instance)) ?? world.tenants;
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
  const topology = await world.target.topology?.(ref);
  return Object.fromEntries((topology?.links ?? []).map(({ from, to, state }) => [`${from} → ${to}`, state]));
};

describe.each(['direct', 'tunnel', 'push'] as const)('a link of mode %s', (mode) => {
  const ref = newTenantRef();
  let graph: TenantGraph;
  let record: DirectClient;
  let edge: DirectClient;
  beforeAll(async () => {
    graph = hybridOf(ref, mode);
    expect((await world.engine.up(world.requestOf(graph, 1n))).errors).toEqual([]);
    record = await directClient(world, ref, graph.api);
    edge = await directClient(world, edgeRouteOf(ref), graph.edgeApi!);
  });
  afterAll(async () => {
    await Promise.all([record.end(), edge.end()]);
    expect((await world.engine.destroy(world.requestOf(graph, 9n))).errors).toEqual([]);
    expect(await world.target.leftovers(ref)).toEqual([]);
  });

  test('passes the proof', async () => {
    expect(await prove(graph)).toHaveLength(15);
  });

  test('is in the topology, with its lag', async () => {
    const topology = await waitFor(
      async () => {
        const seen = await world.target.topology?.(ref);
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

    await world.keeper.client.stop(ref);
    const order = { lines: [{ sku: 'CUT', qty: 1 }] };
    const answers = await Promise.all(Array.from({ length: 12 }, () => edge.call('place_order_request', order)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(8);
    expect(answers.filter(({ body }) => body['code'] === 'ICO04')).toHaveLength(4);
    expect((await edge.view('products', { slug: 'cut' })).items).toHaveLength(1);
    expect(await wayStates(ref)).toMatchObject({ 'gateway → record': 'broken', 'edge → record': 'broken' });

    await world.keeper.client.start(ref);
    const again = await directClient(world, ref, graph.api);
    const settled = async () => {
      await world.target.topology?.(ref); // looks after the link
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
      Promise.all(
        logins.map((login) => signInAs(login, replicationPassword(world.envelopeKey, login.role, generation))),
      );
    expect(await signIn(0)).toEqual(['let in', 'let in']);
    const before = await generationOf(ref);
    const again = await directClient(world, ref, graph.api);
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
    const eager = localTarget.connect({ ...world.environment, LINK_PASSWORD_DAYS: '0' });
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
      const [{ count } = { count: 0 }] = await world.inside<{ count: number }>(
        linkNames(ref).edge,
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
    await world.inside(linkNames(ref).edge, `DELETE FROM edge.product WHERE slug = 'cut'`);
    const again = await directClient(world, ref, graph.api);
    expect((await again.call('update_product', { slug: 'cut', name: 'Cut again' })).status).toBe(200);
    await again.end();
    const noticed = async () => {
      await world.inside(linkNames(ref).edge, 'SELECT pg_stat_force_next_flush()');
      const states = await wayStates(ref); // each look tells what is new since the last
      // A push writes by key, so it puts right what it finds; a subscription can but count it.
      if (mode === 'push') return (await edge.view('products', { slug: 'cut' })).items[0]?.['title'] === 'Cut again';
      return (states['dmz → edge'] ?? states['agent → edge']) === 'broken';
    };
    await waitFor(noticed, { what: 'the alarm', timeoutMs: 20_000, everyMs: 500 });
  });

  test('a slot that is gone is made anew, and everything copied', async () => {
    const { outward } = waysOf(ref);
    await world.inside(linkNames(ref).edge, `DELETE FROM edge.product WHERE slug = 'cut'`);
    await waitFor(
      async () => {
        const drop = `SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE slot_name = '${outward.name}' AND active_pid IS NOT NULL`;
        await world.inside(linkNames(ref).dmz, drop);
        await world.inside(linkNames(ref).dmz, `SELECT pg_drop_replication_slot('${outward.name}')`);
        return true;
      },
      { what: 'the slot to be dropped' },
    );
    const copied = async () => {
      await world.target.topology?.(ref);
      return (await edge.view('products', { slug: 'cut' })).items.length === 1;
    };
    await waitFor(copied, { what: 'the copy', timeoutMs: 15_000, everyMs: 200 });
  });
});
