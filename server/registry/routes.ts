/** Routes of tenants: read by the gateway, written by the target's provider resources and the storage watcher. */
import { createHash } from 'node:crypto';
import type { ApiDescription } from '../domain/manifest.ts';
import { Route, type RouteLimits } from './model.ts';
import type { Queryable } from './schema.ts';

const COLUMNS = `r.ref, r.title, r.offering, r.version, r.modules, r.state, r.host, r.port, r.database, r.role,
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

/** One tenant's route, or null. */
export async function findRoute(db: Queryable, ref: string): Promise<Route | null> {
  const { rows } = await db.query(`${SELECT_ROUTE} WHERE r.ref = $1`, [ref]);
  return rows[0] === undefined ? null : Route.parse(rows[0]);
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
                        limits, api_hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     ON CONFLICT (ref) DO UPDATE SET marker = excluded.marker, title = excluded.title, offering = excluded.offering,
       version = excluded.version, modules = excluded.modules, host = excluded.host, port = excluded.port,
       database = excluded.database, role = excluded.role, sealed_password = excluded.sealed_password,
       limits = excluded.limits, api_hash = excluded.api_hash`,
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
    ],
  );
}

/** Forgets a route. Descriptions stay: they are named by content, shared, and a version has few. */
export async function deleteRoute(db: Queryable, ref: string): Promise<void> {
  await db.query('DELETE FROM route WHERE ref = $1', [ref]);
}

/** Opens or closes a route for people's reasons (suspend, retire).
 * @returns false when the tenant has no route */
export async function setRouteOpened(db: Queryable, ref: string, opened: boolean): Promise<boolean> {
  const { rowCount } = await db.query('UPDATE route SET opened = $2 WHERE ref = $1', [ref, opened]);
  return rowCount === 1;
}

/** Points every route at the cluster's present address: an embedded cluster may come back on another port. */
export async function setRouteAddress(db: Queryable, host: string, port: number): Promise<void> {
  await db.query('UPDATE route SET host = $1, port = $2 WHERE (host, port) IS DISTINCT FROM ($1, $2)', [host, port]);
}
