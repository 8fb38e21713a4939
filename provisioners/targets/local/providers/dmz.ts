/**
 * The database between the two sides: in the private instance, and holding nothing but what is published. Logical decoding is per database,
 * so whoever replicates from here can decode nothing else, whatever publication or output plugin is asked for.
 */
import { escapeIdentifier, escapeLiteral } from 'pg';
import { z } from 'zod';
import type { PackEdge } from '../../../kit/pack/load.ts';
import { inTransaction, withLock, type Cluster } from '../cluster.ts';
import { inInstance, instanceOf } from '../instances.ts';
import { markerOf } from '../names.ts';
import { defineKind, NotOursError, type ProviderContext } from './kind.ts';

const Inputs = z.strictObject({
  ...inInstance,
  name: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be a plain lower-case name'),
  /** The one role that may connect. */
  connect: z.string().min(1),
  /** Content of the tenant's pack, see `checksumOf`: its published tables are made here. */
  content: z.string().min(1),
});
type DmzInputs = z.infer<typeof Inputs>;

export const dmz = defineKind({
  inputs: Inputs,
  replaceOn: ['name', 'instance'],
  createOnly: [],

  create: async (context, urn, inputs) => {
    const server = await context.instances.serverOf(inputs.instance);
    await withLock(server.admin, `database ${inputs.name}`, async (admin) => {
      const { rows } = await admin.query<{ marker: string | null }>(
        "SELECT shobj_description(oid, 'pg_database') AS marker FROM pg_database WHERE datname = $1",
        [inputs.name],
      );
      const known = rows[0];
      if (known === undefined) await admin.query(`CREATE DATABASE ${escapeIdentifier(inputs.name)}`);
      else if (known.marker !== null && known.marker !== markerOf(urn))
        throw new NotOursError(`database ${inputs.name}`);
    });
    await settle(context, server, urn, inputs);
    return { id: inputs.name, outs: {} };
  },

  read: async ({ instances }, id, state) => {
    const server = await instances.findServer(instanceOf(state));
    const { rowCount } = (await server?.admin.query('SELECT FROM pg_database WHERE datname = $1', [id])) ?? {};
    return rowCount === 1 ? { name: id } : null;
  },

  update: async (context, _id, urn, _olds, inputs) => {
    await settle(context, await context.instances.serverOf(inputs.instance), urn, inputs);
    return {};
  },

  delete: async ({ instances }, id, state) => {
    const server = await instances.findServer(instanceOf(state));
    await server?.admin.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(id)} WITH (FORCE)`);
  },
});

async function settle(context: ProviderContext, server: Cluster, urn: string, inputs: DmzInputs): Promise<void> {
  const edge = context.packs.get(inputs.content)?.edge;
  if (!edge) throw new Error(`no pack with an edge and content ${inputs.content} is loaded in this process`);
  const name = escapeIdentifier(inputs.name);
  await server.admin.query(`
    REVOKE ALL ON DATABASE ${name} FROM PUBLIC;
    GRANT CONNECT ON DATABASE ${name} TO ${escapeIdentifier(inputs.connect)};
    COMMENT ON DATABASE ${name} IS ${escapeLiteral(markerOf(urn))}`);
  await applyPublished(server, inputs.name, edge);
}

/** Applies what is not there yet. There is no room here for a table of what was applied: the schema's comment remembers. */
async function applyPublished(server: Cluster, database: string, { published }: PackEdge): Promise<void> {
  await server.inDatabase(database, async (client) => {
    await client.query('REVOKE ALL ON SCHEMA public FROM PUBLIC');
    const { rows } = await client.query<{ applied: string | null }>(
      "SELECT obj_description(oid, 'pg_namespace') AS applied FROM pg_namespace WHERE nspname = 'edge'",
    );
    const applied = Applied.parse(JSON.parse(rows[0]?.applied ?? '{}'));
    for (const { id, sql, sha256 } of published) {
      if (applied[id] === sha256) continue;
      if (applied[id] !== undefined) throw new Error(`${id} was applied to ${database} with another content`);
      applied[id] = sha256;
      await inTransaction(client, async () => {
        await client.query(sql);
        await client.query(`COMMENT ON SCHEMA edge IS ${escapeLiteral(JSON.stringify(applied))}`);
      });
    }
  });
}

const Applied = z.record(z.string(), z.string());
