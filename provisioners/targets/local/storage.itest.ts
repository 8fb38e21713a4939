import { afterAll, beforeAll, expect, test } from 'vitest';
import { findRoute } from '../../../server/registry/routes.ts';
import { startTestCluster } from '../../../server/testing/postgres.ts';
import { connectShared, type SharedCluster } from './cluster.ts';
import { makeWorld, notesTenant, resourceOf, type World } from './testing/world.ts';

let world: World;
let cluster: SharedCluster;
beforeAll(async () => {
  world = await makeWorld(await startTestCluster());
  cluster = connectShared(world.cluster.url());
});
afterAll(async () => {
  await cluster.close();
  await world.end();
});

test('a full tenant reads and frees but does not grow, until it is below 95 % again', async () => {
  const graph = notesTenant();
  const { resources } = await world.make(graph);
  const api = resourceOf(resources, 'api');
  const client = await world.as(api.id, graph.ref, api.state['sealedPassword'], graph.ref);
  const call = (fn: string, key: string): Promise<unknown> =>
    client.query('SELECT pack.call($1, $2, \'{"body": "x"}\', \'{}\')', [fn, key]);
  const setQuota = (bytes: number): Promise<unknown> =>
    cluster.registry.query(
      `UPDATE route SET limits = jsonb_set(limits, '{storageBytesMax}', to_jsonb($2::bigint)) WHERE ref = $1`,
      [graph.ref, bytes],
    );
  const watch = async (): Promise<string | undefined> =>
    (await world.target.watchStorage()).find(({ ref }) => ref === graph.ref)?.state;
  try {
    expect(await watch()).toBe('ok');
    const used = (await world.target.usage(graph.ref))?.storageBytes ?? 0;

    await setQuota(Math.round(used / 0.85));
    expect(await watch()).toBe('warn');
    await setQuota(Math.round(used / 0.97));
    expect(await watch()).toBe('alert');
    await call('add_note', 'k1');

    await setQuota(Math.round(used * 0.99));
    expect(await watch()).toBe('full');
    expect((await findRoute(cluster.registry, graph.ref))?.state).toBe('read_only');
    await expect(call('add_note', 'k2')).rejects.toMatchObject({ code: '42501' });
    await call('drop_notes', 'k3');
    await client.query('SELECT * FROM api.note');

    await world.make(graph); // grants are given anew; the quota holds all the same
    await setQuota(Math.round(used * 0.99));
    await expect(call('add_note', 'k4')).rejects.toMatchObject({ code: '42501' });

    await setQuota(Math.round(used / 0.97)); // below 100 %, not yet below 95 %
    expect(await watch()).toBe('full');
    await setQuota(Math.round(used / 0.9));
    expect(await watch()).toBe('warn');
    expect((await findRoute(cluster.registry, graph.ref))?.state).toBe('open');
    await call('add_note', 'k5');
  } finally {
    await client.end();
  }
});
