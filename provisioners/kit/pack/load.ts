/**
 * Loads a pack's SQL from its folder: the shared base, the core in order, each module in order; every file with its checksum.
 *
 * A pack that can be hybrid has a folder `edge/`: `published` (what leaves the private side), `intake` (what comes back), `record` (what the
 * private side adds, as module `edge`) and `public` (the public side, a pack of its own on the same base).
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { EDGE_MODULE, type PackSource } from '../offering.ts';

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
  /** Null for a pack that cannot be hybrid. */
  readonly edge: PackEdge | null;
  /** By module: SQL that takes it out again (`modules/<code>/remove.sql`). A module without stays once it is in. */
  readonly removals?: ReadonlyMap<string, string>;
}

export interface PackEdge {
  /** Tables that leave the private side; applied as they are to the database between the two sides. */
  readonly published: readonly PackMigration[];
  /** The public side, to be loaded and applied like any pack. */
  readonly pack: LoadedPack;
}

const SHARED = import.meta.dirname;

/** Reads a pack from disk.
 * @throws Error when the pack has no core */
export async function loadPack(source: PackSource): Promise<LoadedPack> {
  const [prepareSql, base, upkeep, party, core, modules, parts, removals] = await Promise.all([
    readFile(path.join(SHARED, 'prepare.sql'), 'utf8'),
    readMigration('base', null, path.join(SHARED, 'base.sql')),
    readMigration('base/002_modules', null, path.join(SHARED, 'modules.sql')),
    readMigration('base/003_party', null, path.join(SHARED, 'party.sql')),
    readFolder(path.join(source.directory, 'core'), 'core', null),
    readModules(source.directory),
    readEdge(source.directory),
    readRemovals(source.directory),
  ]);
  if (core.length === 0) throw new Error(`pack ${source.name} ${source.version} has no core/*.sql`);
  const { published, intake, record, shown } = parts;
  const ofRecord = [...published, ...intake, ...record].map((file) => ({ ...file, module: EDGE_MODULE }));
  const publicSide: LoadedPack = {
    source: { ...source, name: `${source.name}-edge` },
    prepareSql,
    migrations: [base, upkeep, party, ...published, ...intake, ...shown],
    removals: new Map(),
    edge: null,
  };
  return {
    source,
    prepareSql,
    migrations: [base, upkeep, party, ...core, ...modules, ...ofRecord],
    removals,
    edge: shown.length === 0 ? null : { published, pack: publicSide },
  };
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

const REMOVAL = 'remove.sql';

async function readRemovals(directory: string): Promise<ReadonlyMap<string, string>> {
  const root = path.join(directory, 'modules');
  const codes = await listFolder(root);
  const found = await Promise.all(
    codes.map(async (code) => {
      const has = (await listFolder(path.join(root, code))).includes(REMOVAL);
      return has ? ([[code, await readFile(path.join(root, code, REMOVAL), 'utf8')]] as const) : [];
    }),
  );
  return new Map(found.flat());
}

async function readEdge(directory: string) {
  const read = (part: string): Promise<PackMigration[]> =>
    readFolder(path.join(directory, 'edge', part), `edge/${part}`, null);
  const [published, intake, record, shown] = await Promise.all([
    read('published'),
    read('intake'),
    read('record'),
    read('public'),
  ]);
  return { published, intake, record, shown };
}

async function readFolder(folder: string, id: string, module: string | null): Promise<PackMigration[]> {
  const files = (await listFolder(folder)).filter((file) => file.endsWith('.sql') && file !== REMOVAL);
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
