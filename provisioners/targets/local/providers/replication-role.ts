/** A role that may replicate from one database. REPLICATION ignores rights on tables, so what it may connect to is all that holds it. */
import { escapeIdentifier, escapeLiteral } from 'pg';
import { z } from 'zod';
import { withLock } from '../cluster.ts';
import { inInstance, instanceOf } from '../instances.ts';
import { forgetPassword } from '../links/link-registry.ts';
import { linkPassword } from '../links/reach.ts';
import { refOfRole } from '../links/ways.ts';
import { markerOf } from '../names.ts';
import { defineKind, NotOursError, type ProviderContext } from './kind.ts';

const Inputs = z.strictObject({
  ...inInstance,
  name: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be a plain lower-case name'),
  connectionLimit: z.int().positive(),
});
type RoleInputs = z.infer<typeof Inputs>;

export const replicationRole = defineKind({
  inputs: Inputs,
  replaceOn: ['name', 'instance'],
  createOnly: [],

  create: async (context, urn, inputs) => {
    const server = await context.instances.serverOf(inputs.instance);
    await withLock(server.admin, `role ${inputs.name}`, async (client) => {
      const { rows } = await client.query<{ marker: string | null }>(
        "SELECT shobj_description(oid, 'pg_authid') AS marker FROM pg_roles WHERE rolname = $1",
        [inputs.name],
      );
      if (rows[0] !== undefined && rows[0].marker !== markerOf(urn)) throw new NotOursError(`role ${inputs.name}`);
      await client.query(await statement(context, rows[0] === undefined ? 'CREATE' : 'ALTER', inputs, urn));
    });
    return { id: inputs.name, outs: {} };
  },

  read: async ({ instances }, id, state) => {
    const server = await instances.findServer(instanceOf(state));
    const { rows } = (await server?.admin.query<{ connectionLimit: number; able: boolean }>(
      'SELECT rolconnlimit AS "connectionLimit", rolcanlogin AND rolreplication AS able FROM pg_roles WHERE rolname = $1',
      [id],
    )) ?? { rows: [] };
    const found = rows[0];
    // One that lost its attribute is as good as gone: it is made again.
    return found?.able === true ? { name: id, connectionLimit: found.connectionLimit } : null;
  },

  update: async (context, _id, urn, _olds, inputs) => {
    const server = await context.instances.serverOf(inputs.instance);
    await server.admin.query(await statement(context, 'ALTER', inputs, urn));
    return {};
  },

  delete: async ({ instances, cluster }, id, state) => {
    const instance = instanceOf(state);
    const server = await instances.findServer(instance);
    await server?.admin.query(`DROP ROLE IF EXISTS ${escapeIdentifier(id)}`);
    // The role in the shared cluster is the last of a link to go.
    if (instance === undefined) await forgetPassword(cluster.registry, refOfRole(id));
  },
});

/** One message, hence one transaction. */
async function statement(
  context: ProviderContext,
  verb: 'CREATE' | 'ALTER',
  inputs: RoleInputs,
  urn: string,
): Promise<string> {
  const name = escapeIdentifier(inputs.name);
  const password = await linkPassword(context, refOfRole(inputs.name), inputs.name);
  return `
    ${verb} ROLE ${name} LOGIN REPLICATION NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOINHERIT
      CONNECTION LIMIT ${inputs.connectionLimit} PASSWORD ${escapeLiteral(password)};
    COMMENT ON ROLE ${name} IS ${escapeLiteral(markerOf(urn))}`;
}
