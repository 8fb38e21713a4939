/** A tenant's database: a clone of the pack's template, closed to everybody but the tenant's own roles. */
import { escapeIdentifier, escapeLiteral } from 'pg';
import { z } from 'zod';
import type { Queryable } from '../../../../server/registry/schema.ts';
import { sqlState, withLock, type Cluster } from '../cluster.ts';
import { inInstance, instanceOf } from '../instances.ts';
import { markerOf } from '../names.ts';
import type { LoadedPack } from '../../../kit/pack/load.ts';
import { cloneStatement, ensureTemplate, prepareDatabase } from '../templates.ts';
import { defineKind, NotOursError } from './kind.ts';

const Inputs = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be a plain lower-case name'),
  owner: z.string().min(1),
  /** Roles that may connect; nobody else may. */
  connect: z.array(z.string().min(1)),
  connectionLimit: z.int().positive(),
  /** Content that the template must have, see `checksumOf`; later content comes with the pack. */
  template: z.string().min(1),
  modules: z.array(z.string()),
  ...inInstance,
});
type DatabaseInputs = z.infer<typeof Inputs>;

const UNDEFINED_DATABASE = '3D000';
/** What PostgreSQL marks a database with whose drop was interrupted: it can only be dropped. */
const INVALID = -2;

export const database = defineKind({
  inputs: Inputs,
  replaceOn: ['name', 'instance'],
  createOnly: ['template', 'modules'],

  create: async (context, urn, inputs) => {
    const loaded = context.packs.get(inputs.template);
    if (loaded === undefined) throw new Error(`no pack with content ${inputs.template} is loaded in this process`);
    if (inputs.instance !== undefined) {
      await makeBare(await context.instances.serverOf(inputs.instance), inputs, loaded, markerOf(urn));
      return { id: inputs.name, outs: {} };
    }
    const make = async (): Promise<void> => {
      const template = await ensureTemplate(context.cluster, loaded, inputs.modules);
      await withLock(context.cluster.admin, `database ${inputs.name}`, (client) =>
        adoptOrCreate(client, inputs, template, markerOf(urn)),
      );
    };
    try {
      await make();
    } catch (error) {
      if (sqlState(error) !== UNDEFINED_DATABASE) throw error;
      await make(); // the template was dropped meanwhile; it is built anew
    }
    return { id: inputs.name, outs: {} };
  },

  read: async ({ instances }, id, state) => {
    const server = await instances.findServer(instanceOf(state));
    const found = server && (await describe(server.admin, id));
    if (found === null || found.connectionLimit === INVALID) return null;
    const { owner, connect, connectionLimit } = found;
    return { name: id, owner, connect, connectionLimit };
  },

  update: async ({ instances }, _id, urn, _olds, inputs) => {
    const server = await instances.serverOf(inputs.instance);
    await settle(server.admin, inputs, markerOf(urn));
    return {};
  },

  delete: async ({ instances }, id, state) => {
    const server = await instances.findServer(instanceOf(state));
    if (server !== null) await drop(server.admin, id);
  },
});

/** A clone that died before it got its marker is known by its owner, which carries one. */
function isOurs(found: DatabaseFacts, marker: string, owner: string): boolean {
  return found.marker === marker || (found.marker === null && found.owner === owner);
}

/** In an instance a template would serve one tenant: the database is made empty there, and the pack comes with its own resource. */
async function makeBare(server: Cluster, inputs: DatabaseInputs, loaded: LoadedPack, marker: string): Promise<void> {
  await withLock(server.admin, `database ${inputs.name}`, (client) =>
    adoptOrCreate(client, inputs, 'template0', marker),
  );
  await server.inDatabase(inputs.name, (client) => prepareDatabase(client, loaded));
}

async function adoptOrCreate(db: Queryable, inputs: DatabaseInputs, template: string, marker: string): Promise<void> {
  const found = await describe(db, inputs.name);
  const broken = found?.connectionLimit === INVALID;
  if (broken) await drop(db, inputs.name);
  if (found === null || broken) {
    const statement = cloneStatement(escapeIdentifier(inputs.name), escapeIdentifier(template));
    await db.query(`${statement} OWNER ${escapeIdentifier(inputs.owner)}`);
  } else if (!isOurs(found, marker, inputs.owner)) {
    throw new NotOursError(`database ${inputs.name}`);
  }
  await settle(db, inputs, marker);
}

/** Privileges of a database are not copied from its template: PUBLIC may connect until it is told otherwise. */
async function settle(db: Queryable, inputs: DatabaseInputs, marker: string): Promise<void> {
  const name = escapeIdentifier(inputs.name);
  const strangers = await connectors(db, inputs.name);
  const revoked = ['PUBLIC', ...strangers.filter((role) => !inputs.connect.includes(role)).map(escapeIdentifier)];
  const granted = inputs.connect.map(escapeIdentifier);
  await db.query(`
    REVOKE ALL ON DATABASE ${name} FROM ${revoked.join(', ')};
    ALTER DATABASE ${name} OWNER TO ${escapeIdentifier(inputs.owner)};
    ALTER DATABASE ${name} WITH CONNECTION LIMIT ${inputs.connectionLimit};
    ${granted.length > 0 ? `GRANT CONNECT ON DATABASE ${name} TO ${granted.join(', ')};` : ''}
    COMMENT ON DATABASE ${name} IS ${escapeLiteral(marker)}`);
}

async function drop(db: Queryable, name: string): Promise<void> {
  await db.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
}

interface DatabaseFacts {
  readonly owner: string;
  readonly connect: readonly string[];
  readonly connectionLimit: number;
  readonly marker: string | null;
}

async function describe(db: Queryable, name: string): Promise<DatabaseFacts | null> {
  const { rows } = await db.query<Omit<DatabaseFacts, 'connect'>>(
    `SELECT pg_get_userbyid(datdba) AS owner, datconnlimit AS "connectionLimit",
            shobj_description(oid, 'pg_database') AS marker
     FROM pg_database WHERE datname = $1`,
    [name],
  );
  return rows[0] === undefined ? null : { ...rows[0], connect: await connectors(db, name) };
}

/** Who may connect beside owner and superusers; `public` when everybody may. */
async function connectors(db: Queryable, name: string): Promise<readonly string[]> {
  const { rows } = await db.query<{ grantee: string }>(
    `SELECT CASE acl.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(acl.grantee)::text END AS grantee
     FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) acl
     WHERE d.datname = $1 AND acl.privilege_type = 'CONNECT' AND acl.grantee <> d.datdba ORDER BY 1`,
    [name],
  );
  return rows.map(({ grantee }) => grantee);
}
