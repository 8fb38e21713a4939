// Whole databases, from the outside: reach one, make one, drop one. Used by the schema engine beside this file.
import { Client, escapeIdentifier } from 'pg';
import { parse } from 'pg-connection-string';

/** Prisma's codes for the connection failures that its CLI explains in words of its own. */
const PRISMA_CODES = {
  '3D000': 'P1003',
  '28P01': 'P1000',
  28000: 'P1000',
  ECONNREFUSED: 'P1001',
  ENOTFOUND: 'P1001',
  ETIMEDOUT: 'P1001',
  '42P04': 'P1009',
};

/** Fields for `pg`, never a connection string: given one, a pool ignores a `database` set beside it.
 * @param {string} url a PostgreSQL URL, with Prisma's own `schema` parameter allowed */
export function connectionFields(url) {
  const { host, port, user, password, database, ssl } = parse(withoutSchema(url));
  return { host, port: Number(port || 5432), user, password, database, ...(ssl === undefined ? {} : { ssl }) };
}

/** @param {string | undefined} url @returns {string | undefined} the schema Prisma was told to use */
export function schemaOf(url) {
  return url ? (new URL(url).searchParams.get('schema') ?? undefined) : undefined;
}

/** @param {string} url rejects with the driver's error when the database can't be reached */
export async function connectOnce(url) {
  await withClient(connectionFields(url), async () => {});
}

/** @param {string} url @param {string} [name] default: the URL's own database @returns {Promise<string>} its name */
export async function createDatabase(url, name = connectionFields(url).database) {
  await onServer(url, (client) => client.query(`CREATE DATABASE ${escapeIdentifier(name)}`));
  return name;
}

/** Drop a database and whoever is connected to it. @param {string} url @param {string} [name] */
export async function dropDatabase(url, name = connectionFields(url).database) {
  await onServer(url, (client) => client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`));
}

/** @param {unknown} error @returns {string | null} Prisma's code for a connection failure */
export function prismaCode(error) {
  return PRISMA_CODES[error?.code] ?? PRISMA_CODES[error?.cause?.originalCode] ?? null;
}

const onServer = (url, use) => withClient({ ...connectionFields(url), database: 'postgres' }, use);

async function withClient(fields, use) {
  const client = new Client(fields);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

function withoutSchema(url) {
  const parsed = new URL(url);
  parsed.searchParams.delete('schema');
  return parsed.href;
}
