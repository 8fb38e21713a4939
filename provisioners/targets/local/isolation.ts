/**
 * The wall around a tenant, tried with the tenant's own role and password, and from outside with those of others. What cannot be asked,
 * because a server is away, proves nothing and is left out.
 */
import { Client, type ClientConfig } from 'pg';
import type { IsolationFact } from '../../../server/domain/isolation.ts';
import type { LocalText } from '../../../server/domain/text.ts';
import type { Route } from '../../../server/registry/model.ts';
import { findRoute, listNeighbours } from '../../../server/registry/routes.ts';
import { REGISTRY_DATABASE } from '../../../server/registry/schema.ts';
import { openSecret } from '../../../server/registry/seal.ts';
import { edgeRouteOf } from '../../../server/registry/sides.ts';
import { sqlState, type Cluster, type SharedCluster } from './cluster.ts';
import type { Instances } from './instances.ts';
import { proveLink } from './links/isolation.ts';

/** Others that are tried before a tenant is active, the newest. */
const NEIGHBOURS_AT_GATE = 4;
/** And each time later, any: every pair is tried by and by, and a server with nothing to do is left alone most of the time. */
const NEIGHBOURS_LATER = 2;
const CONNECT_MS_MAX = 5_000;
/** Not in pg_hba, wrong password, no privilege: each is a wall. */
const REFUSALS: ReadonlySet<string> = new Set(['28000', '28P01', '42501']);
const TOO_MANY_CONNECTIONS = '53300';
/** Beyond this, taking all would take too long of a tenant that lives. */
const TRIED_LATER_MAX = 50;

interface Scene {
  readonly mine: Door;
  readonly others: readonly Door[];
  readonly server: Cluster;
  readonly servers: readonly Cluster[];
  readonly shared: SharedCluster;
  readonly limit: number;
}

/** Where one of a tenant's roles gets in. */
interface Door {
  readonly ref: string;
  readonly instance: string | null;
  readonly login: Login;
}

interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password: string;
}

/** @param atGate nobody uses the tenant yet: all its connections may be taken for a moment */
export async function proveIsolation(
  { cluster, instances, envelopeKey }: { cluster: SharedCluster; instances: Instances; envelopeKey: string },
  ref: string,
  atGate: boolean,
): Promise<readonly IsolationFact[]> {
  const route = await findRoute(cluster.registry, ref);
  if (route === null) throw new Error(`tenant ${ref} has no route`);
  const server = await instances.serverOf(route.instance ?? undefined);
  const neighbours = atGate
    ? await listNeighbours(cluster.registry, ref, NEIGHBOURS_AT_GATE, 'newest')
    : await listNeighbours(cluster.registry, ref, NEIGHBOURS_LATER, 'any');
  const servers = await serversOf(cluster, instances, neighbours, route.instance);
  const scene: Scene = {
    mine: doorOf(route, envelopeKey),
    others: neighbours.map((neighbour) => doorOf(neighbour, envelopeKey)),
    server,
    servers,
    shared: cluster,
    limit: route.limits.connections,
  };
  const edge = await findRoute(cluster.registry, edgeRouteOf(ref));
  const [own, link] = await Promise.all([
    proveDoors(scene, route.instance !== null, atGate),
    edge === null ? [] : proveLink({ cluster, instances, envelopeKey }, ref),
  ]);
  return [...own, ...link];
}

async function proveDoors(scene: Scene, hasOwnServer: boolean, atGate: boolean): Promise<readonly IsolationFact[]> {
  return [
    ...(hasOwnServer ? [await ownServer(scene)] : []),
    await othersClosed(scene),
    await closedToOthers(scene),
    await noReplication(scene),
    await provesLimit(scene, atGate),
  ];
}

const doorOf = (
  route: Pick<Route, 'ref' | 'instance' | 'host' | 'port' | 'role' | 'database' | 'sealedPassword'>,
  key: string,
): Door => {
  const { ref, instance, host, port, role: user, database } = route;
  return { ref, instance, login: { host, port, user, database, password: openSecret(route.sealedPassword, key, ref) } };
};

/** The other servers: the shared cluster, and those of neighbours that run now. */
async function serversOf(
  cluster: SharedCluster,
  instances: Instances,
  neighbours: readonly { readonly instance: string | null }[],
  own: string | null,
): Promise<readonly Cluster[]> {
  const names = new Set(neighbours.flatMap(({ instance }) => instance ?? []));
  const running = names.size === 0 ? [] : await instances.list();
  const found = running.filter(({ name, state }) => state === 'running' && name !== own && names.has(name));
  return [...(own === null ? [] : [cluster]), ...found.map((facts) => instances.connect(facts))];
}

async function ownServer({ server, servers }: Scene): Promise<IsolationFact> {
  const mine = await identityOf(server);
  const others = await Promise.allSettled(servers.map(identityOf));
  const seen = others.flatMap((other) => (other.status === 'fulfilled' ? [other.value] : []));
  const ok = seen.every(({ id, folder }) => id !== mine.id && folder !== mine.folder);
  return {
    rule: 'own_server',
    title: text('A server of its own: own data, own log, own identity', '独占服务器：独立的数据、日志与身份'),
    ok,
    detail: text(
      `System identifier ${mine.id}; unlike ${seen.length === 1 ? 'one other server' : `${seen.length} other servers`}`,
      `系统标识 ${mine.id}；与其他 ${seen.length} 台服务器均不相同`,
    ),
  };
}

async function identityOf({ admin }: Cluster): Promise<{ readonly id: string; readonly folder: string }> {
  const { rows } = await admin.query<{ id: string; folder: string }>(
    `SELECT system_identifier::text AS id, current_setting('data_directory') AS folder FROM pg_control_system()`,
  );
  return rows[0] ?? { id: '', folder: '' };
}

/** This tenant's role and password at every other door. */
async function othersClosed({ mine, others, shared, server }: Scene): Promise<IsolationFact> {
  const sharedDoors = [REGISTRY_DATABASE, 'postgres', 'template1'].map((database) => {
    const { host, port } = shared;
    return { host, port, database };
  });
  const doors = [...sharedDoors, ...others.map(({ login: { host, port, database } }) => ({ host, port, database }))];
  const outcomes = await Promise.all(doors.map((door) => tryDoor({ ...mine.login, ...door }, server)));
  return factOf(
    'others_closed',
    text('Its roles reach no other database and no other server', '其角色无法进入任何其他数据库或服务器'),
    outcomes,
  );
}

/** Others' roles with their own passwords at this tenant's door. */
async function closedToOthers({ mine, others, server }: Scene): Promise<IsolationFact> {
  const { host, port, database } = mine.login;
  const outcomes = await Promise.all(others.map(({ login }) => tryDoor({ ...login, host, port, database }, server)));
  return factOf('closed_to_others', text('Nobody else’s role gets in', '其他租户的角色均无法进入'), outcomes);
}

/** Physical replication would copy the server, logical replication the database, past every privilege on tables. */
async function noReplication({ mine }: Scene): Promise<IsolationFact> {
  const kinds = ['true', 'database'];
  const outcomes = await Promise.all(kinds.map((replication) => tryDoor({ ...mine.login, replication })));
  return factOf('no_replication', text('No copy by replication', '无法通过复制获取数据'), outcomes);
}

/**
 * A tenant that somebody uses keeps its connections: the limit is read then. While nobody has one, all may be taken for a moment; a call
 * that comes just then is tried again by the gateway after the trial.
 */
async function provesLimit(scene: Scene, atGate: boolean): Promise<IsolationFact> {
  const inUse = await sessionsOf(scene.server, scene.mine.login.user);
  const tried = atGate || (inUse === 0 && scene.limit <= TRIED_LATER_MAX);
  return tried ? limitHolds(scene, inUse) : limitIsSet(scene, inUse);
}

/** Takes what is left of the plan's connections, and one more. */
async function limitHolds({ mine, limit }: Scene, inUse: number): Promise<IsolationFact> {
  const held: Client[] = [];
  let refused = false;
  try {
    while (!refused && held.length <= limit) {
      const client = clientOf(mine.login);
      try {
        await client.connect();
        held.push(client);
      } catch (error) {
        if (sqlState(error) !== TOO_MANY_CONNECTIONS) throw error;
        refused = true;
      }
    }
  } finally {
    await Promise.all(held.map((client) => client.end()));
  }
  const ok = refused && held.length <= limit;
  const taken = `${held.length} + ${inUse}`;
  return limitFact(
    ok,
    ok
      ? text(
          `Tried: of ${limit}, ${taken} were taken; the next was refused`,
          `已实测：上限 ${limit}，已占用 ${taken}，下一个被拒绝`,
        )
      : text(
          `Tried: of ${limit}, ${taken} were taken, and no refusal`,
          `已实测：上限 ${limit}，已占用 ${taken}，仍未被拒绝`,
        ),
  );
}

async function limitIsSet({ mine, server, limit }: Scene, inUse: number): Promise<IsolationFact> {
  const { rows } = await server.admin.query<{ max: number }>(
    'SELECT rolconnlimit AS max FROM pg_roles WHERE rolname = $1',
    [mine.login.user],
  );
  const max = rows[0]?.max ?? null;
  return limitFact(
    max === limit,
    text(
      `Read, not tried: the limit is ${max}, the plan’s ${limit}; ${inUse} are in use`,
      `仅读取，未实测：上限为 ${max}，规格为 ${limit}；使用中 ${inUse}`,
    ),
  );
}

function limitFact(ok: boolean, detail: LocalText): IsolationFact {
  const title = text('One connection more than the plan has is refused', '超出规格的连接会被拒绝');
  return { rule: 'connection_limit', title, ok, detail };
}

async function sessionsOf({ admin }: Cluster, role: string): Promise<number> {
  const { rows } = await admin.query<{ sessions: number }>(
    'SELECT count(*)::int AS sessions FROM pg_stat_activity WHERE usename = $1',
    [role],
  );
  return rows[0]?.sessions ?? 0;
}

type Outcome = 'refused' | 'let in' | 'no answer';

/**
 * A server that sends its log to nobody refuses replication for want of a place, before it looks at who asks. A role whose connections are all
 * in use is refused for that before its right to the database is looked at: then the server where the role is says whether it has the right.
 */
async function tryDoor(login: ClientConfig & { readonly replication?: string }, home?: Cluster): Promise<Outcome> {
  const client = clientOf(login);
  try {
    await client.connect();
    return 'let in';
  } catch (error) {
    const code = sqlState(error) ?? '';
    const noPlace = login.replication !== undefined && code === TOO_MANY_CONNECTIONS;
    if (code === TOO_MANY_CONNECTIONS && home !== undefined)
      return (await mayConnect(home, login)) ? 'let in' : 'refused';
    return noPlace || REFUSALS.has(code) ? 'refused' : 'no answer';
  } finally {
    await client.end().catch(() => {});
  }
}

async function mayConnect({ admin }: Cluster, { user, database }: ClientConfig): Promise<boolean> {
  const { rows } = await admin.query<{ may: boolean }>("SELECT has_database_privilege($1, $2, 'CONNECT') AS may", [
    user,
    database,
  ]);
  return rows[0]?.may ?? false;
}

function clientOf(login: ClientConfig): Client {
  const client = new Client({ ...login, connectionTimeoutMillis: CONNECT_MS_MAX });
  client.on('error', () => {}); // what is under way rejects by itself
  return client;
}

function factOf(rule: string, title: LocalText, outcomes: readonly Outcome[]): IsolationFact {
  const count = (wanted: Outcome): number => outcomes.filter((outcome) => outcome === wanted).length;
  const [refused, letIn] = [count('refused'), count('let in')];
  const detail =
    refused + letIn === 0
      ? text('Nobody else is here to try it with', '目前没有其他租户可供验证')
      : text(`${refused} of ${refused + letIn} attempts refused`, `${refused + letIn} 次尝试中 ${refused} 次被拒绝`);
  return { rule, title, ok: letIn === 0, detail };
}

const text = (en: string, zh: string): LocalText => ({ en, zh });
