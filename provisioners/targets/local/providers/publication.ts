/** A publication of one schema, and the right to make the first copy of it. */
import { escapeIdentifier } from 'pg';
import { z } from 'zod';
import { sqlState } from '../cluster.ts';
import { inInstance, instanceOf } from '../instances.ts';
import { dropPublication, ensurePublication } from '../links/ends.ts';
import { defineKind, type ProviderContext } from './kind.ts';

const Inputs = z.strictObject({
  ...inInstance,
  database: z.string().min(1),
  name: z.string().min(1),
  schema: z.string().min(1),
  publish: z.enum(['all', 'insert']),
  /** Role that copies the tables when a subscription begins; absent: the superuser does. */
  reader: z.string().min(1).optional(),
  /** Of the tables in the schema: another content may have brought more of them. */
  content: z.string().min(1),
});
type PublicationInputs = z.infer<typeof Inputs>;

const UNDEFINED_DATABASE = '3D000';

export const publication = defineKind({
  inputs: Inputs,
  replaceOn: ['instance', 'database', 'name', 'schema'],
  createOnly: [],

  create: async (context, _urn, inputs) => {
    await settle(context, inputs);
    return { id: `${inputs.database}/${inputs.name}`, outs: {} };
  },

  read: async ({ instances }, _id, state) => {
    const { database, name } = Inputs.pick({ database: true, name: true }).parse({
      database: state['database'],
      name: state['name'],
    });
    try {
      const server = await instances.findServer(instanceOf(state));
      const found = await server?.inDatabase(database, (client) =>
        client.query<{ publish: 'all' | 'insert' }>(
          "SELECT CASE WHEN pubupdate THEN 'all' ELSE 'insert' END AS publish FROM pg_publication WHERE pubname = $1",
          [name],
        ),
      );
      return found?.rows[0] ?? null;
    } catch (error) {
      if (sqlState(error) === UNDEFINED_DATABASE) return null;
      throw error;
    }
  },

  update: async (context, _id, _urn, _olds, inputs) => {
    await settle(context, inputs);
    return {};
  },

  delete: async ({ instances }, _id, state) => {
    const { database, name } = z.object({ database: z.string(), name: z.string() }).parse(state);
    const server = await instances.findServer(instanceOf(state));
    await server?.inDatabase(database, (client) => dropPublication(client, name));
  },
});

async function settle({ instances }: ProviderContext, inputs: PublicationInputs): Promise<void> {
  const server = await instances.serverOf(inputs.instance);
  await server.inDatabase(inputs.database, async (client) => {
    if (inputs.reader !== undefined) {
      const [schema, reader] = [escapeIdentifier(inputs.schema), escapeIdentifier(inputs.reader)];
      await client.query(`
        GRANT USAGE ON SCHEMA ${schema} TO ${reader};
        GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${reader}`);
    }
    await ensurePublication(client, inputs);
  });
}
