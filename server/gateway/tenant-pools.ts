/**
 * Connections to tenants' databases: one small pool a tenant, made at its first call, emptied after 10 s without one, closed when the route
 * changes or too many pools are open. Limits on time are set when a connection starts, so a call needs no statement for them.
 */
import { Pool, type PoolClient } from 'pg';
import type { Route } from '../registry/model.ts';
import { openSecret } from '../registry/seal.ts';
import { BoundedMap } from './bounded-map.ts';
import type { Log } from './log.ts';
import { plainTypes } from './plain-types.ts';

const IDLE_MS = 10_000;
const CONNECT_MS_MAX = 3_000;

interface TenantPool {
  readonly pool: Pool;
  /** What the pool was made for; another one means another pool. */
  readonly made: string;
}

export class TenantPools {
  readonly #pools: BoundedMap<string, TenantPool>;
  readonly #envelopeKey: string;
  readonly #log: Log;

  constructor(envelopeKey: string, poolsMax: number, log: Log) {
    this.#envelopeKey = envelopeKey;
    this.#log = log;
    this.#pools = new BoundedMap(poolsMax, endQuietly);
  }

  get size(): number {
    return this.#pools.size;
  }

  /** A connection of the tenant; the caller releases it. Fails as pg does. */
  async connect(route: Route): Promise<PoolClient> {
    return this.#poolOf(route).connect();
  }

  /** Connections that exist now. */
  open(ref: string): number {
    return this.#pools.get(ref)?.pool.totalCount ?? 0;
  }

  /** Ends the tenant's pool unless it still fits the route; running calls finish on their connection. */
  routeChanged(ref: string, route: Route | null): void {
    const known = this.#pools.get(ref);
    if (!known || (route && known.made === identity(route))) return;
    this.#pools.delete(ref);
    endQuietly(known);
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.allSettled(pools.map(({ pool }) => pool.end()));
  }

  #poolOf(route: Route): Pool {
    const made = identity(route);
    const known = this.#pools.get(route.ref);
    if (known?.made === made) return known.pool;
    if (known) this.routeChanged(route.ref, route);
    const pool = new Pool({
      host: route.host,
      port: route.port,
      database: route.database,
      user: route.role,
      password: openSecret(route.sealedPassword, this.#envelopeKey, route.ref),
      application_name: 'gateway',
      max: route.limits.connections,
      min: 0,
      idleTimeoutMillis: IDLE_MS,
      connectionTimeoutMillis: CONNECT_MS_MAX,
      keepAlive: true,
      types: plainTypes,
      statement_timeout: route.limits.statementTimeoutMs,
      lock_timeout: Math.ceil(route.limits.statementTimeoutMs * 0.8),
      idle_in_transaction_session_timeout: route.limits.statementTimeoutMs,
      options: '-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601 -c jit=off -c client_min_messages=error',
    });
    // A connection that breaks while it runs a statement fails the statement; without a listener it would end the process, too.
    pool.on('connect', (client) => client.on('error', () => {}));
    // An idle connection that breaks (a restart of the database) is taken out by the pool itself.
    pool.on('error', (error) => this.#log.debug({ ref: route.ref, err: error }, 'idle connection lost'));
    this.#pools.set(route.ref, { pool, made });
    return pool;
  }
}

function identity(route: Route): string {
  const { host, port, database, role, sealedPassword } = route;
  const { connections, statementTimeoutMs } = route.limits;
  return JSON.stringify([host, port, database, role, sealedPassword, connections, statementTimeoutMs]);
}

function endQuietly({ pool }: TenantPool): void {
  pool.end().catch(() => {});
}
