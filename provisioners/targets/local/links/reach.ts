/** Finds the two ends of a way: which server they are in now, and how one dials the other. */
import type { Client } from 'pg';
import { sqlState } from '../cluster.ts';
import type { ProviderContext } from '../providers/kind.ts';
import { conninfoOf, type SubscriptionSpec } from './ends.ts';
import { findLinkPort, passwordGeneration } from './link-registry.ts';
import { replicationPassword } from './password.ts';
import type { Place, Way } from './ways.ts';

type Context = Pick<ProviderContext, 'cluster' | 'instances' | 'envelopeKey'>;

const UNDEFINED_DATABASE = '3D000';
const LOOPBACK = '127.0.0.1';

/** Connects to a database as superuser. */
export async function inPlace<T>(
  { instances }: Context,
  place: Place,
  run: (client: Client) => Promise<T>,
): Promise<T> {
  const server = await instances.serverOf(place.instance ?? undefined);
  return server.inDatabase(place.database, run);
}

/** As `inPlace`; null when the database, or its server, does not exist, and for an instance that does not run. */
export async function tryPlace<T>(
  { instances }: Context,
  place: Place,
  run: (client: Client) => Promise<T>,
): Promise<T | null> {
  if (place.instance !== null && (await instances.keeper?.find(place.instance))?.state !== 'running') return null;
  const server = await instances.findServer(place.instance ?? undefined);
  if (server === null) return null;
  try {
    return await server.inDatabase(place.database, run);
  } catch (error) {
    if (sqlState(error) === UNDEFINED_DATABASE) return null;
    throw error;
  }
}

/** Connects to both ends. */
export async function openWay<T>(
  context: Context,
  way: Way,
  run: (ends: { readonly publisher: Client; readonly subscriber: Client }) => Promise<T>,
): Promise<T> {
  const open = async ({ instance, database }: Place): Promise<Client> =>
    (await context.instances.serverOf(instance ?? undefined)).open(database);
  const opening = [open(way.publisher), open(way.subscriber)] as const;
  try {
    const [publisher, subscriber] = await Promise.all(opening);
    return await run({ publisher, subscriber });
  } finally {
    for (const one of await Promise.allSettled(opening)) if (one.status === 'fulfilled') await one.value.end();
  }
}

/** Connects to a database in replication mode; the caller ends it. */
export async function openLogOf({ instances }: Context, place: Place): Promise<Client> {
  const server = await instances.serverOf(place.instance ?? undefined);
  return server.open(place.database, 'database');
}

/** The subscription of a way as it has to be now; addresses are looked up, because instances come back on other ports.
 * @param generation of the password; absent: the one in force */
export async function subscriptionOf(
  context: Context,
  ref: string,
  way: Way,
  via: 'direct' | 'tunnel',
  generation?: number,
): Promise<SubscriptionSpec> {
  const { name, publication, origin } = way;
  const database = way.publisher.database;
  const credentials =
    way.role === null
      ? { user: 'postgres', password: await superuserPassword(context, way.publisher) }
      : { user: way.role, password: await linkPassword(context, ref, way.role, generation) };
  const address =
    via === 'tunnel'
      ? { host: LOOPBACK, port: await findLinkPort(context.cluster.registry, ref) }
      : await context.instances.serverOf(way.publisher.instance ?? undefined);
  const { host, port } = address;
  return {
    name,
    slot: name,
    publication,
    origin,
    conninfo: conninfoOf({ host, port, database, ...credentials, name }),
  };
}

/** The password of a replication role.
 * @param generation absent: the one in force */
export async function linkPassword(
  { cluster, envelopeKey }: Pick<Context, 'cluster' | 'envelopeKey'>,
  ref: string,
  role: string,
  generation?: number,
): Promise<string> {
  return replicationPassword(envelopeKey, role, generation ?? (await passwordGeneration(cluster.registry, ref)));
}

async function superuserPassword({ instances }: Context, { instance, database }: Place): Promise<string> {
  const facts = instance === null ? null : await instances.keeper?.find(instance);
  if (!facts) throw new Error(`${database} is in no instance whose superuser may be dialled`);
  return facts.password;
}
