/** A hybrid tenant at rest: the server of its own is down, its link has let go and kept its place, and all of it flows again afterwards. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newTenantRef } from '../../../server/domain/ids.ts';
import { waitFor } from '../../../server/testing/postgres.ts';
import { discoverOfferings } from '../../kit/discover.ts';
import type { OfferingDefinition } from '../../kit/offering.ts';
import { linkNames, waysOf } from './links/ways.ts';
import { graphOf, openEngineWorld, type EngineWorld } from '../../../server/testing/engine-world.ts';

let world: EngineWorld;
let offering: OfferingDefinition;

beforeAll(async () => {
  world = await openEngineWorld({ hybrids: 4, instances: true });
  const found = (await discoverOfferings()).find(({ manifest, pack }) => manifest.edgeApi !== undefined && pack);
  if (found?.pack == null) throw new Error('no offering has an edge');
  offering = found;
  await world.target.prepare([{ pack: found.pack, modules: [] }]);
});
afterAll(() => world.close());

const slotsOf = (ref: string, where: 'dmz' | 'edge') =>
  world.inside<{ name: string; lost: boolean }>(
    linkNames(ref)[where],
    `SELECT slot_name AS name, wal_status = 'lost' OR invalidation_reason IS NOT NULL AS lost
     FROM pg_replication_slots WHERE starts_with(slot_name, '${ref}_') ORDER BY 1`,
  );

const statesOf = async (ref: string) => {
  const picture = await world.target.topology?.(ref);
  return {
    parts: picture?.nodes.filter(({ side, kind }) => side === 'record' && kind !== 'agent').map(({ state }) => state),
    links: [...new Set(picture?.links.map(({ state }) => state))],
  };
};

test.each(['direct', 'tunnel', 'push'] as const)('over a link of mode %s', async (mode) => {
  const ref = newTenantRef();
  const graph = graphOf(offering, { ref, model: 'hybrid', plan: 'M', params: { edge_link: mode } });
  expect((await world.engine.up(world.requestOf(graph, 1n))).errors).toEqual([]);
  const flowing = async () => {
    const ways = (await world.target.topology?.(ref))?.links.filter(({ from }) => from !== 'gateway') ?? [];
    return ways.length > 2 && ways.every(({ state }) => state === 'flowing');
  };
  await waitFor(flowing, { what: 'the link to flow', timeoutMs: 30_000, everyMs: 250 });
  const [inward, ours] = [await slotsOf(ref, 'edge'), await slotsOf(ref, 'dmz')];
  expect([inward.length, ours.length]).toEqual([1, 2]);

  await world.target.setRoute(ref, 'closed');
  await world.target.rest?.(ref);
  await world.target.rest?.(ref); // a worker that died in between does it again
  expect(await world.keeper.client.find(ref)).toMatchObject({ state: 'stopped', pid: null });
  expect(await statesOf(ref)).toEqual({ parts: ['stopped', 'stopped', 'stopped'], links: ['stopped'] });
  expect(await slotsOf(ref, 'edge')).toEqual(inward);
  const asking = `SELECT subenabled AS asks FROM pg_subscription WHERE subname = '${waysOf(ref).outward.name}'`;
  expect(await world.inside(linkNames(ref).edge, asking)).toEqual(mode === 'push' ? [] : [{ asks: false }]);
  await expect(world.target.incarnation?.(ref)).resolves.toContain('rests');

  await world.target.wake?.(ref);
  await world.target.wake?.(ref);
  await world.target.setRoute(ref, 'open');
  expect(await slotsOf(ref, 'edge')).toEqual(inward);
  expect(await slotsOf(ref, 'dmz')).toEqual(ours);
  expect(await world.inside(linkNames(ref).edge, asking)).toEqual(mode === 'push' ? [] : [{ asks: true }]);
  await waitFor(flowing, { what: 'the link to flow again', timeoutMs: 30_000, everyMs: 250 });

  await world.target.rest?.(ref);
  expect((await world.engine.destroy(world.requestOf(graph, 2n))).errors).toEqual([]);
  expect(await world.target.leftovers(ref)).toEqual([]);
});
