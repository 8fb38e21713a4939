/** Routes of tenants: read by the gateway, written by the target's provider resources and the storage watcher. */
import { createHash } from 'node:crypto';
import type { ApiDescription } from '../domain/manifest.ts';
import { Route, type RouteLimits } from './model.ts';
import type { Queryable } from './schema.ts';
import { edgeRouteOf } from './sides.ts';

const COLUMNS = `r.ref, r.title, r.offering, r.version, r.modules, r.state, r.storage_level AS "storageLevel", r.instance, r.host, r.port, r.database, r.role,
         r.sealed_password AS "sealedPassword", r.limits, r.api_hash AS "apiHash"`;
const SELECT_ROUTE = `SELECT ${COLUMNS}, d.api FROM route r JOIN api_description d ON d.hash = r.api_hash`;

const RouteWithoutApi = Route.omit({ api: true });

/** All routes. A description is read once, in the first row that has it; tenants that share it share its object. */
export async function listRoutes(db: Queryable): Promise<Route[]> {
  const { rows } = await db.query<{ apiHash: string; api: unknown }>(
    `SELECT ${COLUMNS}, CASE WHEN row_number() OVER (PARTITION BY r.api_hash ORDER BY r.ref) = 1 THEN d.api END AS api
     FROM route r JOIN api_description d ON d.hash = r.api_hash ORDER BY r.ref`,
  );
  const apis = new Map<string, ApiDescription>();
  return rows.map(({ api, ...row }) => {
    const known = apis.get(row.apiHash);
    if (known) return { ...RouteWithoutApi.parse(row), api: known };
    const route = Route.parse({ ...row, api });
    apis.set(route.apiHash, route.api);
    return route;
  });
}

/** Where others are; without what their APIs are.
 * @param countMax how many at most
 * @param pick the newest, or any */
export async function listNeighbours(
  db: Queryable,
  ref: string,
  countMax: number,
  pick: 'newest' | 'any',
): Promise<Omit<Route, 'api'>[]> {
  const order = pick === 'newest' ? 'r.created_at DESC, r.ref' : 'random()';
  const { rows } = await db.query(`SELECT ${COLUMNS} FROM route r WHERE r.ref <> $1 ORDER BY ${order} LIMIT $2`, [
    ref,
    countMax,
  ]);
  return rows.map((row) => RouteWithoutApi.parse(row));
}

/** One tenant's route, or null. */
export async function findRoute(db: Queryable, ref: string): Promise<Route | null> {
  const { rows } = await db.query(`${SELECT_ROUTE} WHERE r.ref = $1`, [ref]);
  return rows[0] === undefined ? null : Route.parse(rows[0]);
}

/** The instance that a tenant's database is in; null for the shared cluster and for a tenant without a route. */
export async function findInstance(db: Queryable, ref: string): Promise<string | null> {
  const { rows } = await db.query<{ instance: string | null }>('SELECT instance FROM route WHERE ref = $1', [ref]);
  return rows[0]?.instance ?? null;
}

/** Which resource made a tenant's route; null when there is none. */
export async function routeMarker(db: Queryable, ref: string): Promise<string | null> {
  const { rows } = await db.query<{ marker: string }>('SELECT marker FROM route WHERE ref = $1', [ref]);
  return rows[0]?.marker ?? null;
}

/** Names a description by its content. Callers build descriptions the same way, so key order is theirs to keep. */
export function hashApi(api: ApiDescription): string {
  return createHash('sha256').update(JSON.stringify(api)).digest('hex').slice(0, 32);
}

export interface RouteWrite {
  readonly ref: string;
  readonly marker: string;
  readonly title: string;
  readonly offering: string;
  readonly version: string;
  readonly modules: readonly string[];
  /** Default: the shared cluster. */
  readonly instance?: string | null;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly role: string;
  readonly sealedPassword: string;
  readonly limits: RouteLimits;
  readonly api: ApiDescription;
}

/** Writes a tenant's route. What people and the storage watcher decided about an existing one (closed, read-only) stays. */
export async function putRoute(db: Queryable, route: RouteWrite): Promise<void> {
  const apiHash = hashApi(route.api);
  await db.query('INSERT INTO api_description (hash, api) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    apiHash,
    JSON.stringify(route.api),
  ]);
  await db.query(
    `INSERT INTO route (ref, marker, title, offering, version, modules, host, port, database, role, sealed_password,
                        limits, api_hash, instance)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     ON CONFLICT (ref) DO UPDATE SET marker = excluded.marker, title = excluded.title, offering = excluded.offering,
       version = excluded.version, modules = excluded.modules, host = excluded.host, port = excluded.port,
       database = excluded.database, role = excluded.role, sealed_password = excluded.sealed_password,
       limits = excluded.limits, api_hash = excluded.api_hash, instance = excluded.instance`,
    [
      route.ref,
      route.marker,
      route.title,
      route.offering,
      route.version,
      route.modules,
      route.host,
      route.port,
      route.database,
      route.role,
      route.sealedPassword,
      JSON.stringify(route.limits),
      apiHash,
      route.instance ?? null,
    ],
  );
}

/** Forgets a route. Descriptions stay: they are named by content, shared, and a version has few. */
export async function deleteRoute(db: Queryable, ref: string): Promise<void> {
  await db.query('DELETE FROM route WHERE ref = $1', [ref]);
}

/** Opens or closes a tenant's routes, that of its public side with it, for people's reasons (suspend, retire).
 * @returns false when the tenant has no route */
export async function setRouteOpened(db: Queryable, ref: string, opened: boolean): Promise<boolean> {
  const { rowCount } = await db.query('UPDATE route SET opened = $2 WHERE ref IN ($1, $3)', [
    ref,
    opened,
    edgeRouteOf(ref),
  ]);
  return rowCount !== null && rowCount > 0;
}

/** Points every route into a server at its present address: it may come back on another port.
 * @param instance null for the shared cluster */
export async function setRouteAddress(
  db: Queryable,
  instance: string | null,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  await db.query(
    `UPDATE route SET host = $2, port = $3
     WHERE instance IS NOT DISTINCT FROM $1 AND (host, port) IS DISTINCT FROM ($2, $3)`,
    [instance, host, port],
  );
}
