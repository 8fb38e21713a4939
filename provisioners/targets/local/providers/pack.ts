/** What is inside a tenant's database: the pack's version, modules and parameters, and who may do what with it. */
import { z } from 'zod';
import type { Queryable } from '../../../../server/registry/schema.ts';
import { inTransaction, sqlState, type Cluster } from '../cluster.ts';
import { inInstance, instanceOf } from '../instances.ts';
import { leavingModules, removeModules } from '../remove-modules.ts';
import { applyMigrations } from '../templates.ts';
import { defineKind, type ProviderContext } from './kind.ts';
import { sameValue } from './wire.ts';

const Inputs = z.strictObject({
  database: z.string().min(1),
  owner: z.string().min(1),
  apiRole: z.string().min(1),
  biRole: z.string().min(1),
  pack: z.string().min(1),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'must be a version such as 1.0.0'),
  modules: z.array(z.string()),
  /** Of all SQL that the tenant has, see `checksumOf`. */
  checksum: z.string().min(1),
  params: z.record(z.string(), z.unknown()),
  /** Function of the pack that fills a new database with sample data. */
  seed: z.string().nullable().default(null),
  ...inInstance,
});
type PackInputs = z.infer<typeof Inputs>;

const UNDEFINED_DATABASE = '3D000';

export const pack = defineKind({
  inputs: Inputs,
  replaceOn: ['database', 'pack', 'instance'],
  createOnly: ['seed'],

  create: async (context, _urn, inputs) => {
    const server = await context.instances.serverOf(inputs.instance);
    await install(context, server, inputs);
    if (inputs.seed !== null) await sow(server, inputs.database, inputs.seed);
    return { id: `${inputs.database}/${inputs.pack}`, outs: {} };
  },

  read: async ({ instances }, _id, state) => {
    const known = Inputs.partial().parse(pickInputs(state));
    const server = await instances.findServer(instanceOf(state));
    if (known.database === undefined || server === null) return null;
    try {
      return await server.inDatabase(known.database, async (client) => {
        const { rows } = await client.query<Installed>(INSTALLED, [known.pack]);
        const found = rows[0];
        if (found === undefined || found.version === null) return null;
        const params = Object.fromEntries(Object.keys(known.params ?? {}).map((key) => [key, found.params[key]]));
        return {
          version: found.version,
          owner: found.owner,
          modules: sameMembers(known.modules, found.modules) ? known.modules : found.modules,
          params: sameValue(known.params, params) ? known.params : params,
        };
      });
    } catch (error) {
      if (sqlState(error) === UNDEFINED_DATABASE) return null;
      throw error;
    }
  },

  update: async (context, _id, _urn, _olds, inputs) => {
    await install(context, await context.instances.serverOf(inputs.instance), inputs);
    return {};
  },

  /** Goes with its database. */
  delete: async () => {},
});

/** Every step may be repeated: a create that died in between is finished by the next. */
async function install(context: ProviderContext, server: Cluster, inputs: PackInputs): Promise<void> {
  const loaded = context.packs.get(inputs.checksum);
  if (loaded === undefined) throw new Error(`no pack with content ${inputs.checksum} is loaded in this process`);
  await server.inDatabase(inputs.database, async (client) => {
    // A worker that lost its lease may still be at it: one after the other. The lock ends with the connection.
    await client.query("SELECT pg_advisory_lock(hashtextextended('industry-cloud pack', 0))");
    if (await hasPack(client)) await client.query('SELECT pack.hand_over($1)', [inputs.owner]);
    const leaving = await leavingModules(client, loaded, inputs.modules);
    await applyMigrations(client, loaded, [...inputs.modules, ...leaving], inputs.owner); // what leaves is brought up to date first
    await removeModules(client, loaded, leaving, inputs.owner);
    await inTransaction(client, async () => {
      await client.query('SELECT pack.set_params($1)', [JSON.stringify(inputs.params)]);
      await client.query('SELECT pack.grant_to($1, $2)', [inputs.apiRole, inputs.biRole]);
    });
  });
}

/** Called with one key of its own, so that a repeated create finds the answer of the first. */
async function sow(server: Cluster, database: string, seed: string): Promise<void> {
  await server.inDatabase(database, (client) =>
    client.query('SELECT pack.call($1, $2, $3, $4)', [seed, `platform:${seed}`, {}, { caller: 'platform' }]),
  );
}

/** A clone has its pack from the template; a database in an instance begins without. */
async function hasPack(client: Queryable): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    "SELECT to_regprocedure('pack.hand_over(name)') IS NOT NULL AS there",
  );
  return rows[0]?.there ?? false;
}

interface Installed {
  readonly version: string | null;
  readonly modules: string[];
  readonly owner: string;
  readonly params: Record<string, unknown>;
}

const INSTALLED = `
  SELECT (SELECT version FROM pack.installed WHERE pack = $1 AND module = 'core') AS version,
         ARRAY(SELECT module FROM pack.installed WHERE pack = $1 AND module <> 'core' ORDER BY 1) AS modules,
         (SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'pack')::text AS owner,
         pack.params() AS params`;

const pickInputs = (state: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.keys(Inputs.shape).map((key) => [key, state[key]]));

const sameMembers = (a: readonly string[] | undefined, b: readonly string[]): boolean =>
  a !== undefined && a.length === b.length && a.every((member) => b.includes(member));
