/**
 * The moment in which nobody writes: calls under way end, those that come are refused and told to try again, and from then on the old
 * database takes no write from anybody, also when this process dies.
 */
import { escapeIdentifier, type ClientBase } from 'pg';
import type { Cluster } from '../cluster.ts';
import { waitUntil } from './replicate.ts';

const DRAIN_MS = 8_000;
const GONE_WITHIN_MS = 10_000;

/** Every write leaves its answer in one table: who holds that table has seen the last of them. */
export async function raiseFence(
  source: Cluster,
  from: ClientBase,
  database: string,
  roles: readonly string[],
): Promise<void> {
  await from.query('BEGIN');
  try {
    await from.query(`SET LOCAL lock_timeout = ${DRAIN_MS}`);
    await from.query('LOCK TABLE pack.idempotency IN EXCLUSIVE MODE');
    for (const role of roles) await source.admin.query(`ALTER ROLE ${escapeIdentifier(role)} NOLOGIN`);
    await waitUntil(GONE_WITHIN_MS, 'the last sessions', async () => {
      const { rowCount } = await source.admin.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename = ANY($2)',
        [database, roles],
      );
      return rowCount === 0;
    });
    await from.query('COMMIT');
  } catch (error) {
    await from.query('ROLLBACK');
    throw error;
  }
}

/** Lets the roles in again; those that are gone stay gone. */
export async function lowerFence(source: Cluster, roles: readonly string[]): Promise<void> {
  for (const role of roles) {
    const { rowCount } = await source.admin.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
    if (rowCount === 1) await source.admin.query(`ALTER ROLE ${escapeIdentifier(role)} LOGIN`);
  }
}
