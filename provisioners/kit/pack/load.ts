/** Loads a pack's SQL from its folder: the shared base, the core in order, each module in order; every file with its checksum. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { PackSource } from '../offering.ts';

export interface PackMigration {
  /** `base`, `core/010_orders.sql`, `modules/flash-sale/010_promo.sql`: as `pack.migration` records it. */
  readonly id: string;
  /** Module that brings it; null for base and core. */
  readonly module: string | null;
  readonly sql: string;
  /** Of the file's bytes, hex. */
  readonly sha256: string;
}

export interface LoadedPack {
  readonly source: PackSource;
  /** Run once by a superuser in an empty database, before any migration. */
  readonly prepareSql: string;
  /** All of them, in the order to apply. */
  readonly migrations: readonly PackMigration[];
}

const SHARED = import.meta.dirname;

/** Reads a pack from disk.
 * @throws Error when the pack has no core */
export async function loadPack(source: PackSource): Promise<LoadedPack> {
  const [prepareSql, base, core, modules] = await Promise.all([
    readFile(path.join(SHARED, 'prepare.sql'), 'utf8'),
    readMigration('base', null, path.join(SHARED, 'base.sql')),
    readFolder(path.join(source.directory, 'core'), 'core', null),
    readModules(source.directory),
  ]);
  if (core.length === 0) throw new Error(`pack ${source.name} ${source.version} has no core/*.sql`);
  return { source, prepareSql, migrations: [base, ...core, ...modules] };
}

/** The migrations of a tenant with these modules, in the order to apply. */
export function migrationsOf(pack: LoadedPack, modules: readonly string[]): readonly PackMigration[] {
  return pack.migrations.filter(({ module }) => module === null || modules.includes(module));
}

/** Names the content that a tenant with these modules has: changes when any of its files does. Hex. */
export function checksumOf(pack: LoadedPack, modules: readonly string[]): string {
  const hash = createHash('sha256').update(pack.prepareSql).update(pack.source.extensions.join());
  for (const { id, sha256 } of migrationsOf(pack, modules)) hash.update(`${id} ${sha256}\n`);
  return hash.digest('hex');
}

async function readModules(directory: string): Promise<PackMigration[]> {
  const root = path.join(directory, 'modules');
  const codes = await listFolder(root);
  const perModule = await Promise.all(codes.map((code) => readFolder(path.join(root, code), `modules/${code}`, code)));
  return perModule.flat();
}

async function readFolder(folder: string, id: string, module: string | null): Promise<PackMigration[]> {
  const files = (await listFolder(folder)).filter((file) => file.endsWith('.sql'));
  return Promise.all(files.map((file) => readMigration(`${id}/${file}`, module, path.join(folder, file))));
}

async function readMigration(id: string, module: string | null, file: string): Promise<PackMigration> {
  const sql = await readFile(file, 'utf8');
  return { id, module, sql, sha256: createHash('sha256').update(sql).digest('hex') };
}

/** Names in a folder, sorted; none when the folder is missing (a pack need not have modules). */
async function listFolder(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
