// What a tenant is made of, read from outside: to say after a move, or after one that was cut short, that nothing is otherwise, or left over.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { instancesFolder } from '../registry/keeper.ts';
import type { TestKeeper } from './keeper.ts';
import type { WorkerWorld } from './worker-world.ts';

const OURS = `n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'ext')`;

/** Who beside its owner may do what with an object: rights that came and went leave the owner's own written out. */
const others = (acl: string, owner: string): string =>
  `(SELECT array_agg(format('%s %s', pg_get_userbyid(grantee), privilege_type) ORDER BY 1) FROM aclexplode(${acl}) WHERE grantee <> ${owner})`;

/** The tenant's place in the shared cluster, with all that is in it but its rows. */
export async function sharedPlace(world: WorkerWorld, keeper: TestKeeper, ref: string) {
  const shared = (text: string, database?: string) => world.sql(text, [ref], world.tenants.url(database));
  const [roles, slots, databases] = await Promise.all([
    shared(`SELECT rolname, rolcanlogin, rolconnlimit, rolreplication, rolconfig FROM pg_roles
            WHERE starts_with(rolname, $1) ORDER BY 1`),
    shared(`SELECT slot_name FROM pg_replication_slots WHERE $1 <> ''`),
    shared('SELECT datname, datconnlimit FROM pg_database WHERE starts_with(datname, $1) ORDER BY 1'),
  ]);
  const registry = await Promise.all([
    shared(
      `SELECT ref, title, modules, host, port, instance, database, role, limits, opened, state, api_hash FROM route WHERE starts_with(ref, $1)`,
      'registry',
    ),
    shared('SELECT prefix, hash FROM api_key WHERE ref = $1', 'registry'),
    shared('SELECT key_id FROM key_reveal WHERE ref = $1', 'registry'),
    shared('SELECT mode FROM link WHERE ref = $1', 'registry'),
  ]);
  const inside =
    databases.length === 0
      ? null
      : await Promise.all([
          shared(
            `SELECT n.nspname, c.relname, c.relkind, c.relreplident, ${others('c.relacl', 'c.relowner')} AS others FROM pg_class c
             JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${OURS} AND $1 <> '' ORDER BY 1, 2`,
            ref,
          ),
          shared(
            `SELECT n.nspname, p.proname, ${others('p.proacl', 'p.proowner')} AS others FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE ${OURS} AND $1 <> '' ORDER BY 1, 2`,
            ref,
          ),
          shared(`SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND $1 <> '' ORDER BY 1`, ref),
          shared(`SELECT pubname FROM pg_publication WHERE $1 <> ''`, ref),
        ]);
  const folder = path.join(instancesFolder(keeper.dataDir), ref);
  return {
    roles,
    slots,
    databases,
    registry,
    inside,
    instance: await keeper.client.find(ref),
    folder: existsSync(folder),
  };
}

/** How often each note is there, and what those written before are like. */
export async function notesIn(world: WorkerWorld, url: string) {
  const [seeded] = await world.sql<{ rows: number; checksum: string }>(
    `SELECT count(*)::int AS rows, md5(string_agg(id || body || broken, ',' ORDER BY id)) AS checksum
     FROM notes.note WHERE body LIKE 'before %'`,
    [],
    url,
  );
  const counted = await world.sql<{ body: string; n: number }>(
    `SELECT body, count(*)::int AS n FROM notes.note WHERE body LIKE 'during %' GROUP BY body`,
    [],
    url,
  );
  return { seeded, times: new Map(counted.map(({ body, n }) => [body, n])) };
}
