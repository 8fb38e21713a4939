/** One statement in a tenant's database: its own transaction, one round trip, bounded in time, ended when the caller goes away. */
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Route } from '../registry/model.ts';
import { cancelBackend } from './cancel-backend.ts';
import { GateFull, type Gate } from './gate.ts';
import { problem } from './problems.ts';
import type { TenantPools } from './tenant-pools.ts';

/** Beyond the statement's own timeout: then the database is not answering at all. */
const SILENCE_MS = 2_000;
const RECONNECT_AFTER_MS = 100;
const QUEUE_MS_MAX = 5_000;

/** How many calls may wait for a connection. */
export const lineMax = (route: Route): number => Math.max(20, route.limits.connections * 4);

/** The connection failed: nothing is known of what it carried, if anything. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

export interface Statement {
  /** Statements with a name are prepared once a connection. */
  readonly name?: string;
  readonly text: string;
  readonly values: readonly (string | null)[];
}

/** Runs a statement as the tenant's API role, for a party where one is given.
 * @returns rows as arrays, in the order of the columns
 * @throws pg.DatabaseError of the statement, ConnectionLost, Problem `too_busy`, or the signal's reason */
export async function runStatement(
  within: { pools: TenantPools; gate: Gate; route: Route; signal: AbortSignal; party?: string | null },
  statement: Statement,
): Promise<unknown[][]> {
  const { gate, route, signal } = within;
  try {
    await gate.enter({ lineMax: lineMax(route), waitMsMax: QUEUE_MS_MAX, signal });
  } catch (error) {
    if (error instanceof GateFull) {
      throw problem('too_busy', { connections: route.limits.connections }, { 'retry-after': '1' });
    }
    throw error;
  }
  try {
    const client = await connectTwice(within);
    return await runOn(client, within, statement);
  } finally {
    gate.leave();
  }
}

/** Nothing has been sent yet, so a second attempt is free of danger: a restart or a full role often passes in a moment. */
async function connectTwice(within: { pools: TenantPools; route: Route; signal: AbortSignal }): Promise<pg.PoolClient> {
  const { pools, route, signal } = within;
  try {
    return await pools.connect(route);
  } catch {
    await delay(RECONNECT_AFTER_MS, undefined, { signal });
  }
  try {
    return await pools.connect(route);
  } catch (cause) {
    throw new ConnectionLost('no connection', { cause });
  }
}

/** The database holds prepared statements for as long as the connection lives; callers choose among many, so their number is bounded. */
const PREPARED_MAX = 64;
/** SQLSTATE feature_not_supported: "cached plan must not change result type". */
const PLAN_STALE = '0A000';
const preparedOn = new WeakMap<pg.PoolClient, Set<string>>();

/** The statement's name while this connection may still prepare it; beyond that it is run unprepared. */
function preparedName(client: pg.PoolClient, { name }: Statement): string | undefined {
  if (name === undefined) return undefined;
  const names = preparedOn.get(client) ?? new Set();
  preparedOn.set(client, names);
  if (names.size >= PREPARED_MAX && !names.has(name)) return undefined;
  names.add(name);
  return name;
}

/** A prepared statement outlived what it reads: the pack was upgraded under the connection. Nothing ran; a new connection knows better. */
export const isPlanStale = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === PLAN_STALE;

async function runOn(
  client: pg.PoolClient,
  { route, signal, party = null }: { route: Route; signal: AbortSignal; party?: string | null },
  statement: Statement,
): Promise<unknown[][]> {
  let released = false;
  const release = (broken: boolean) => {
    if (released) return;
    released = true;
    client.release(broken);
  };
  const cancels: Promise<void>[] = [];
  const onAbort = () => {
    cancels.push(cancelBackend(client, route.host, route.port));
  };
  const silence = setTimeout(() => release(true), route.limits.statementTimeoutMs + SILENCE_MS);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const { text, values } = statement;
    const name = preparedName(client, statement);
    const ask = () => client.query<unknown[]>({ ...(name && { name }), text, values: [...values], rowMode: 'array' });
    const result = party === null ? await ask() : await forParty(client, party, ask);
    return result.rows;
  } catch (error) {
    signal.throwIfAborted();
    if (isPlanStale(error)) release(true);
    if (error instanceof Error && 'severity' in error && error.severity !== 'FATAL') throw error;
    release(true);
    throw new ConnectionLost('connection lost', { cause: error });
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', onAbort);
    await Promise.all(cancels);
    release(cancels.length > 0); // a late cancel must not hit the next call on this connection
  }
}

/** Says for whom the rows are read, local to the transaction: the connection goes back to its pool without it, whatever happens. */
async function forParty<T>(client: pg.PoolClient, party: string, ask: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    await client.query("SELECT set_config('app.party', $1, true)", [party]);
    const answer = await ask();
    await client.query('COMMIT');
    return answer;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}
