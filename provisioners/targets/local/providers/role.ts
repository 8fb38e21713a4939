/**
 * A role of a tenant. One that may sign in gets a password that is derived from the envelope key: a repeated create, or two at once, give
 * the same one, and it leaves this file only sealed.
 */
import { createHmac } from 'node:crypto';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { z } from 'zod';
import type { Queryable } from '../../../../server/registry/schema.ts';
import { sealSecret } from '../../../../server/registry/seal.ts';
import { withLock, type Cluster } from '../cluster.ts';
import { inInstance, instanceOf } from '../instances.ts';
import { markerOf } from '../names.ts';
import { defineKind, NotOursError } from './kind.ts';

const Inputs = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be a plain lower-case name'),
  /** The tenant that the password is sealed to. */
  ref: z.string().min(1),
  login: z.boolean(),
  connectionLimit: z.int().nonnegative(),
  /** What its queries may spill to disk; set by the superuser, so the role cannot raise it. */
  tempFileMib: z.int().positive(),
  ...inInstance,
});
type RoleInputs = z.infer<typeof Inputs>;

/** Everything a tenant's role must not have, said aloud: an adopted role may have been changed. */
const POWERLESS = 'NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT';

export const role = defineKind({
  inputs: Inputs,
  replaceOn: ['name', 'ref', 'instance'],
  createOnly: [],

  create: async ({ instances, envelopeKey }, urn, inputs) => {
    const server = await instances.serverOf(inputs.instance);
    const marker = markerOf(urn);
    const password = passwordOf(inputs, envelopeKey);
    await withLock(server.admin, `role ${inputs.name}`, async (client) => {
      const found = await describe(client, inputs.name);
      if (found !== null && found.marker !== marker) throw new NotOursError(`role ${inputs.name}`);
      await write(client, found === null ? 'CREATE' : 'ALTER', inputs, password, marker);
    });
    return { id: inputs.name, outs: { sealedPassword: sealed(password, envelopeKey, inputs.ref) } };
  },

  read: async ({ instances }, id, state) => {
    const server = await instances.findServer(instanceOf(state));
    const found = server && (await describe(server.admin, id));
    if (found === null) return null;
    const { login, connectionLimit, tempFileMib } = found;
    return { name: id, login, connectionLimit, tempFileMib };
  },

  update: async ({ instances, envelopeKey }, _id, urn, olds, inputs) => {
    const server = await instances.serverOf(inputs.instance);
    const kept = inputs.login ? (olds['sealedPassword'] ?? null) : null;
    const password = passwordOf(inputs, envelopeKey);
    await write(server.admin, 'ALTER', inputs, password, markerOf(urn));
    return { sealedPassword: kept ?? sealed(password, envelopeKey, inputs.ref) };
  },

  delete: async ({ instances }, id, state) => {
    const server = await instances.findServer(instanceOf(state));
    if (server === null) return;
    await revokeRights(server, id);
    await server.admin.query(`DROP ROLE IF EXISTS ${escapeIdentifier(id)}`);
  },
});

/** What it may do in databases that stay, such as an edge whose link is carried another way. What it owns keeps it from going. */
async function revokeRights(server: Cluster, name: string): Promise<void> {
  const { rows } = await server.admin.query<{ database: string }>(
    `SELECT DISTINCT d.datname AS database
     FROM pg_shdepend s JOIN pg_roles r ON r.oid = s.refobjid JOIN pg_database d ON d.oid = s.dbid
     WHERE s.refclassid = 'pg_authid'::regclass AND r.rolname = $1 AND NOT EXISTS (
       SELECT FROM pg_shdepend o WHERE (o.refclassid, o.refobjid, o.deptype) = (s.refclassid, s.refobjid, 'o'))`,
    [name],
  );
  for (const { database } of rows) {
    await server.inDatabase(database, (client) => client.query(`DROP OWNED BY ${escapeIdentifier(name)}`));
  }
}

/** 192 bits; null for a role that may not sign in. */
function passwordOf({ login, ref, name }: RoleInputs, envelopeKey: string): string | null {
  return login ? rolePassword(envelopeKey, ref, name) : null;
}

export function rolePassword(envelopeKey: string, ref: string, name: string): string {
  const derived = createHmac('sha256', Buffer.from(envelopeKey, 'base64')).update(`role password\n${ref}\n${name}`);
  return derived.digest().subarray(0, 24).toString('base64url');
}

const sealed = (password: string | null, envelopeKey: string, ref: string): string | null =>
  password === null ? null : sealSecret(password, envelopeKey, ref);

/** One message, hence one transaction: a role without its marker cannot be left behind. */
async function write(
  db: Queryable,
  verb: 'CREATE' | 'ALTER',
  inputs: RoleInputs,
  password: string | null,
  marker: string,
): Promise<void> {
  const name = escapeIdentifier(inputs.name);
  const secretPart = password === null ? 'PASSWORD NULL' : `PASSWORD ${escapeLiteral(password)}`;
  await db.query(`
    ${verb} ROLE ${name} ${inputs.login ? 'LOGIN' : 'NOLOGIN'} ${POWERLESS}
      CONNECTION LIMIT ${inputs.connectionLimit} ${secretPart};
    ALTER ROLE ${name} RESET ALL;
    ALTER ROLE ${name} SET temp_file_limit = '${inputs.tempFileMib}MB';
    COMMENT ON ROLE ${name} IS ${escapeLiteral(marker)}`);
}

interface RoleFacts {
  readonly login: boolean;
  readonly connectionLimit: number;
  /** Null when somebody took the limit away. */
  readonly tempFileMib: number | null;
  readonly marker: string | null;
}

async function describe(db: Queryable, name: string): Promise<RoleFacts | null> {
  const { rows } = await db.query<RoleFacts>(
    `SELECT r.rolcanlogin AS login, r.rolconnlimit AS "connectionLimit", shobj_description(r.oid, 'pg_authid') AS marker,
            (SELECT substring(setting FROM '^temp_file_limit=([0-9]+)MB$')::int
             FROM unnest(r.rolconfig) setting WHERE setting LIKE 'temp_file_limit=%') AS "tempFileMib"
     FROM pg_roles r WHERE r.rolname = $1`,
    [name],
  );
  return rows[0] ?? null;
}
