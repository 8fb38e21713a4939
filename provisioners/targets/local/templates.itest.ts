import { mkdtemp, cp, appendFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCluster } from '../../../server/testing/postgres.ts';
import { loadPack } from '../../kit/pack/load.ts';
import { connectCluster, type Cluster } from './cluster.ts';
import { applyMigrations, bareClone, dropStaleTemplates, ensureTemplate, templateOf } from './templates.ts';
import { makeWorld, TEST_PACK, type World } from './testing/world.ts';

let world: World;
let cluster: Cluster;
beforeAll(async () => {
  world = await makeWorld(await startTestCluster());
  cluster = connectCluster(world.cluster.url());
});
afterAll(async () => {
  await cluster.close();
  await world.end();
});

const templates = (): Promise<unknown[]> =>
  world.sql(
    "SELECT datname, datistemplate, datallowconn FROM pg_database WHERE starts_with(datname, 'tpl_') ORDER BY 1",
  );

test('a template is made once, however many ask at the same time, and nobody can connect to it', async () => {
  const pack = await loadPack(TEST_PACK);
  const names = await Promise.all(Array.from({ length: 4 }, () => ensureTemplate(cluster, pack, ['extra'])));
  expect(new Set(names)).toEqual(new Set([templateOf(pack, ['extra'])]));
  expect(await templates()).toEqual(
    [templateOf(pack, []), templateOf(pack, ['extra'])]
      .toSorted()
      .map((datname) => ({ datname, datistemplate: true, datallowconn: false })),
  );
});

test('what an interrupted build left is not taken for a template', async () => {
  const pack = await loadPack(TEST_PACK);
  const name = templateOf(pack, ['extra']);
  await dropStaleTemplates(cluster, new Set([templateOf(pack, [])]));
  await world.sql(`CREATE DATABASE ${name}_new`); // a worker died before it had applied anything
  await ensureTemplate(cluster, pack, ['extra']);
  await dropStaleTemplates(cluster, new Set([templateOf(pack, []), name]));
  expect(await templates()).toHaveLength(2);
  const clone = 'clone_of_extra';
  await world.sql(`CREATE DATABASE ${clone} TEMPLATE ${name}`);
  expect(await world.sql('SELECT module FROM pack.installed ORDER BY 1', clone)).toEqual([
    { module: 'core' },
    { module: 'extra' },
  ]);
});

test('other SQL is another template; the old one goes when nobody wants it', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'notes-pack-'));
  try {
    await cp(TEST_PACK.directory, folder, { recursive: true });
    await appendFile(
      path.join(folder, 'core/001_notes.sql'),
      '\nCREATE VIEW api.count AS SELECT count(*) FROM notes.note;\n',
    );
    const old = await loadPack(TEST_PACK);
    const changed = await loadPack({ ...TEST_PACK, directory: folder });
    expect(templateOf(changed, [])).not.toBe(templateOf(old, []));
    await ensureTemplate(cluster, changed, []);
    await dropStaleTemplates(cluster, new Set([templateOf(changed, [])]));
    expect(await templates()).toEqual([{ datname: templateOf(changed, []), datistemplate: true, datallowconn: false }]);

    await world.sql('CREATE DATABASE changed_under_it');
    await ensureTemplate(cluster, old, []);
    await world.sql(`DROP DATABASE changed_under_it`);
    await world.sql(`CREATE DATABASE changed_under_it TEMPLATE ${templateOf(old, [])}`);
    await cluster.inDatabase('changed_under_it', async (client) => {
      const applied = applyMigrations(client, changed, [], 'pack_owner');
      await expect(applied).rejects.toThrow('core/001_notes.sql of pack notes was applied with another content');
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the bare clone is timed and leaves nothing', async () => {
  const pack = await loadPack(TEST_PACK);
  const template = await ensureTemplate(cluster, pack, []);
  expect(await bareClone(world.cluster.url(), template)).toBeGreaterThan(0);
  expect(await world.sql("SELECT FROM pg_database WHERE starts_with(datname, 'bare_')")).toEqual([]);
});
