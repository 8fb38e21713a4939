/** What a tenant holds that a change of plan or modules could lose. */
import type { Holdings } from '../../../server/domain/change.ts';
import type { LoadedPack } from '../../kit/pack/load.ts';
import type { Cluster } from './cluster.ts';
import { namesOf } from './names.ts';
import { rowsOfModules } from './remove-modules.ts';
import { usageOf } from './storage.ts';

/** @param server the shared one, or the tenant's own
 * @param removed modules that would go */
export async function holdingsOf(
  server: Cluster,
  pack: LoadedPack,
  ref: string,
  removed: readonly string[],
): Promise<Holdings> {
  const { database, bi } = namesOf(ref);
  const [usage, moduleRows] = await Promise.all([
    usageOf(server, database, bi),
    removed.length === 0 ? {} : server.inDatabase(database, (client) => rowsOfModules(client, pack, removed)),
  ]);
  return { storageBytes: usage?.storageBytes ?? null, sqlSessions: usage?.sqlSessions ?? 0, moduleRows };
}
