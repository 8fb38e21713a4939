import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PackSource } from '../offering.ts';
import { checksumOf, loadPack, migrationsOf } from './load.ts';

let directory: string;
let source: PackSource;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'pack-'));
  await cp(path.resolve(import.meta.dirname, '../../targets/local/testing/pack'), directory, { recursive: true });
  await writeFile(path.join(directory, 'core/010_more.sql'), 'SELECT 1;');
  await writeFile(path.join(directory, 'core/README.md'), 'not a migration');
  source = { name: 'notes', version: '1.0.0', directory, extensions: [] };
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

test('base, core in order, then the modules that were asked for', async () => {
  const pack = await loadPack(source);
  const core = ['base', 'base/002_modules', 'base/003_party', 'core/001_notes.sql', 'core/010_more.sql'];
  expect(migrationsOf(pack, []).map(({ id }) => id)).toEqual(core);
  expect(migrationsOf(pack, ['extra']).map(({ id }) => id)).toEqual([...core, 'modules/extra/001_labels.sql']);
  expect(pack.prepareSql).toContain('CREATE EXTENSION');
});

test('the checksum follows what a tenant really gets', async () => {
  const before = await loadPack(source);
  await writeFile(path.join(directory, 'modules/extra/001_labels.sql'), 'SELECT 2;');
  const after = await loadPack(source);
  expect(checksumOf(after, [])).toBe(checksumOf(before, []));
  expect(checksumOf(after, ['extra'])).not.toBe(checksumOf(before, ['extra']));
  expect(checksumOf(after, ['extra'])).not.toBe(checksumOf(after, []));
});

test('a folder without a core is no pack', async () => {
  await expect(loadPack({ ...source, directory: path.join(directory, 'modules') })).rejects.toThrow(
    'has no core/*.sql',
  );
});
