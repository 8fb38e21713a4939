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

/** Runs a statement as the tenant's API role.
 * @returns rows as arrays, in the order of the columns
 * @throws pg.DatabaseError of the statement, ConnectionLost, Problem `too_busy`, or the signal's reason */
export async function runStatement(
  within: { pools: TenantPools; gate: Gate; route: Route; signal: AbortSignal },
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

async function runOn(
  client: pg.PoolClient,
  { route, signal }: { route: Route; signal: AbortSignal },
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
    const result = await client.query<unknown[]>({ ...statement, values: [...statement.values], rowMode: 'array' });
    return result.rows;
  } catch (error) {
    signal.throwIfAborted();
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
