/** Takes modules out of a tenant's database: those that are in and are not wanted any more, by the pack's own SQL, when they hold nothing. */
import { escapeIdentifier, type ClientBase } from 'pg';
import type { LoadedPack } from '../../kit/pack/load.ts';
import { inTransaction } from './cluster.ts';

/** Modules that a database has and that are not wanted any more, the newest first. */
export async function leavingModules(
  client: ClientBase,
  pack: LoadedPack,
  wanted: readonly string[],
): Promise<readonly string[]> {
  const installed = await installedModules(client, pack.source.name);
  return installed.filter((module) => !wanted.includes(module));
}

/** Each module in a transaction of its own: one that holds rows, or has no way out, stays whole and ends this with an error. */
export async function removeModules(
  client: ClientBase,
  pack: LoadedPack,
  leaving: readonly string[],
  owner: string,
): Promise<void> {
  for (const module of leaving) {
    const sql = pack.removals?.get(module);
    if (sql === undefined) throw new Error(`module ${module} of pack ${pack.source.name} cannot be taken out`);
    await inTransaction(client, async () => {
      await client.query(`SET LOCAL ROLE ${escapeIdentifier(owner)}`);
      await client.query('SELECT pack.begin_removal($1)', [module]);
      await client.query(sql);
      await client.query('SELECT pack.end_removal($1)', [module]);
    });
  }
}

async function installedModules(client: ClientBase, pack: string): Promise<readonly string[]> {
  const { rows: found } = await client.query<{ found: string | null }>("SELECT to_regclass('pack.installed') AS found");
  if (found[0]?.found == null) return [];
  const { rows } = await client.query<{ module: string }>(
    "SELECT module FROM pack.installed WHERE pack = $1 AND module <> 'core' ORDER BY at DESC, module DESC",
    [pack],
  );
  return rows.map(({ module }) => module);
}

/** By module: rows that would go with it; null when it has no way out. */
export async function rowsOfModules(
  client: ClientBase,
  pack: LoadedPack,
  modules: readonly string[],
): Promise<Readonly<Record<string, number | null>>> {
  const { rows: found } = await client.query<{ found: string | null }>(
    "SELECT to_regproc('pack.module_rows')::text AS found",
  );
  const known = found[0]?.found != null; // a database from before modules could go gets the function with its next change
  const counted = await Promise.all(
    modules.map(async (module): Promise<[string, number | null]> => {
      if (!known || !pack.removals?.has(module)) return [module, null];
      const { rows } = await client.query<{ rows: number }>('SELECT pack.module_rows($1)::float8 AS rows', [module]);
      return [module, rows[0]?.rows ?? 0];
    }),
  );
  return Object.fromEntries(counted);
}
