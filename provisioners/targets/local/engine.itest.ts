/** The whole path below the worker: an offering's blueprint, this target's program, the embedded engine, a real cluster, the proof. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newTenantRef } from '../../../server/domain/ids.ts';
import { findRoute } from '../../../server/registry/routes.ts';
import type { EngineEvent } from '../../engine/port.ts';
import { discoverOfferings, discoverTargets } from '../../kit/discover.ts';
import type { OfferingDefinition } from '../../kit/offering.ts';
import { stepsFor } from '../../kit/smoke.ts';
import type { TenantGraph } from '../../kit/target.ts';
import local from './target.ts';
import { directClient } from '../../../server/testing/direct-client.ts';
import { graphOf, openEngineWorld, type EngineWorld } from '../../../server/testing/engine-world.ts';

let world: EngineWorld;
let offering: OfferingDefinition;

beforeAll(async () => {
  world = await openEngineWorld();
  const [ecommerce] = (await discoverOfferings()).filter(({ slug }) => slug === 'ecommerce');
  if (ecommerce?.pack == null) throw new Error('the shop is not discovered');
  offering = ecommerce;
  await world.target.prepare([{ pack: ecommerce.pack, modules: [] }]);
});
afterAll(() => world.close());

const shopOf = (ref: string, plan: 'S' | 'M', params: object = {}): TenantGraph =>
  graphOf(offering, { ref, model: 'public', plan, params });

test('the target is discovered', async () => {
  expect(await discoverTargets()).toContain(local);
});

test('an order becomes a shop that passes its proof, is the same again, grows, and goes', async () => {
  const ref = newTenantRef();
  const small = shopOf(ref, 'S');

  const preview = await world.engine.preview(world.requestOf(small, 1n));
  expect(preview.errors).toEqual([]);
  expect(preview.counts).toMatchObject({ create: 10 });
  expect(await world.target.leftovers(ref)).toEqual([]);

  const events: EngineEvent[] = [];
  const up = await world.engine.up(world.requestOf(small, 1n, events));
  expect(up.errors).toEqual([]);
  expect(up.outputs).toMatchObject({ endpoint: `http://gateway.test/t/${ref}/v1` });
  const key = await world.target.takeKey(ref);
  expect(key).toMatch(new RegExp(`^${String(up.outputs['apiKeyPrefix'])}`));
  expect(events.filter(({ kind }) => kind === 'resource.failed')).toEqual([]);

  const state = JSON.stringify(await world.engine.resources({ project: 'industry-cloud', stack: ref }));
  expect(state).not.toContain(key);
  const { rows } = await world.cluster.registry.query<{ sealed: string }>(
    'SELECT sealed_password AS sealed FROM route',
  );
  expect(state).not.toContain(rows[0]?.sealed);

  const client = await directClient(world, ref, small.api);
  const memo = {};
  for (const step of stepsFor(offering.smoke, 'public', [])) await step.run(client, memo);
  await client.end();

  const again = await world.engine.preview(world.requestOf(shopOf(ref, 'S'), 1n));
  expect(again.errors).toEqual([]);
  expect(again.resources.filter(({ operation }) => operation !== 'same')).toEqual([]);

  const served = async (): Promise<unknown> => {
    const route = await findRoute(world.cluster.registry, ref);
    return [route?.modules, route?.api.functions.some(({ module }) => module === 'flash-sale')];
  };
  expect(await served()).toEqual([[], false]);
  const grown = await world.engine.up(world.requestOf(shopOf(ref, 'M'), 2n));
  expect(grown.errors).toEqual([]);
  expect(grown.counts).toMatchObject({ update: 6 });
  expect((await findRoute(world.cluster.registry, ref))?.limits).toMatchObject({ connections: 15, rps: 100 });
  expect(await served()).toEqual([['flash-sale', 'returns'], true]);

  const refreshed = await world.engine.refresh({ ...world.requestOf(shopOf(ref, 'M'), 3n) });
  expect(refreshed.errors).toEqual([]);
  const settled = await world.engine.preview(world.requestOf(shopOf(ref, 'M'), 3n));
  expect(settled.resources.filter(({ operation }) => operation !== 'same')).toEqual([]);

  const destroyed = await world.engine.destroy(world.requestOf(small, 4n));
  expect(destroyed.errors).toEqual([]);
  expect(await world.target.leftovers(ref)).toEqual([]);
});

test('the same order gives the same plan', async () => {
  const graph = shopOf(newTenantRef(), 'M');
  const [one, two] = [
    await world.engine.preview(world.requestOf(graph, 1n)),
    await world.engine.preview(world.requestOf(graph, 1n)),
  ];
  expect(one.resources).toEqual(two.resources);
});

test('sample data are there when they were asked for, once', async () => {
  const graph = shopOf(newTenantRef(), 'S', { sample_data: 'demo' });
  expect((await world.engine.up(world.requestOf(graph, 1n))).errors).toEqual([]);
  expect((await world.engine.up(world.requestOf(graph, 2n))).counts).toMatchObject({ same: 10 });
  const client = await directClient(world, graph.ref, graph.api);
  expect((await client.view('orders', { limit: '5000' })).items).toHaveLength(2_000);
  expect((await client.view('invariants')).items.filter(({ violations }) => Number(violations) > 0)).toEqual([]);
  await client.end();
  expect((await world.engine.destroy(world.requestOf(graph, 3n))).errors).toEqual([]);
});
