/** The CLI's lock rows: what it looks for before it touches a stack, and what it leaves while it works. */
import { hostname } from 'node:os';
import type { ClientBase } from 'pg';
import { advisoryKey, encodeData } from './keys.ts';

const ENGINE_USER = 'embedded-engine';

export interface LockOwner {
  readonly key: string;
  readonly username: string;
  readonly hostname: string;
  readonly pid: number;
  /** True when an embedded engine wrote the row. */
  readonly ours: boolean;
}

/** Thrown when the CLI (a human, or the other engine) works on the stack. */
export class StackLockedError extends Error {
  override readonly name = 'StackLockedError';
  readonly owners: readonly LockOwner[];

  constructor(owners: readonly LockOwner[]) {
    super(`the stack is locked by ${owners.map((o) => `${o.username}@${o.hostname} (process ${o.pid})`).join(', ')}`);
    this.owners = owners;
  }
}

/** What a lock row of this process holds. */
export function lockRowData(): string {
  const document = {
    pid: process.pid,
    username: ENGINE_USER,
    hostname: hostname(),
    timestamp: new Date().toISOString(),
  };
  return encodeData(JSON.stringify(document));
}

export async function writeLockRow(client: ClientBase, key: string): Promise<void> {
  await client.query('INSERT INTO pulumi.pulumi_state (key, data) VALUES ($1, $2)', [key, lockRowData()]);
}

/** The range of the keys below a prefix, which ends in a slash: `0` is the character after it. */
export function keysBelow(prefix: string): readonly [from: string, to: string] {
  return [prefix, `${prefix.slice(0, -1)}0`];
}

export async function readLockRows(client: Pick<ClientBase, 'query'>, prefix: string): Promise<LockOwner[]> {
  const found = await client.query<{ key: string; document: string }>({
    name: 'engine-lock-rows',
    text: `SELECT key, convert_from(decode(data->>'data', 'base64'), 'UTF8') AS document
           FROM pulumi.pulumi_state WHERE key ~>=~ $1 AND key ~<~ $2`,
    values: [...keysBelow(prefix)],
  });
  return found.rows.map(({ key, document }) => {
    const owner = JSON.parse(document) as { username?: string; hostname?: string; pid?: number };
    const username = owner.username ?? 'unknown';
    return {
      key,
      username,
      hostname: owner.hostname ?? 'unknown',
      pid: owner.pid ?? 0,
      ours: username === ENGINE_USER,
    };
  });
}

export async function deleteLockRows(client: ClientBase, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await client.query('DELETE FROM pulumi.pulumi_state WHERE key = ANY($1)', [keys]);
}

const LOCK_TIMEOUT = '55P03';

/**
 * Wait until the writer of an engine's lock row is gone, or has let the stack go. One that is dead holds no lock; one that lives learns
 * at its next write that it has lost the stack, but may still be inside an operation, which is better not repeated at the same time.
 * @returns false when it still held on after `waitMs`
 */
export async function outwait(client: ClientBase, key: string, waitMs: number): Promise<boolean> {
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL lock_timeout = ${waitMs}`);
    await client.query('SELECT pg_advisory_xact_lock($1)', [advisoryKey(key)]);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === LOCK_TIMEOUT) return false;
    throw error;
  } finally {
    await client.query('ROLLBACK');
  }
}
