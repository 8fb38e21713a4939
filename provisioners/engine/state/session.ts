/** Writing a stack: taken by fence, seen as locked by the CLI, each write checked against the fence in its own transaction. */
import { randomUUID } from 'node:crypto';
import type { ClientBase } from 'pg';
import { FencedError, type Fence } from '../port.ts';
import { renderCheckpoint } from './codec.ts';
import type { Snapshot } from './deployment.ts';
import { createGroupCommit } from './group-commit.ts';
import { encodeData, lockPrefix, stackKey, stateKey, type StackName } from './keys.ts';
import { StackLockedError, deleteLockRows, readLockRows, writeLockRow, type LockOwner } from './lock-row.ts';
import { loadSnapshot, type StateStore } from './store.ts';

export interface StackSession {
  /** The state as it was when the stack was taken. */
  readonly loaded: Snapshot;
  /** Number of writes so far. */
  readonly saves: () => number;
  /** Durable when resolved. Writes what `snapshot` gives when the write begins. @throws FencedError */
  save(): Promise<void>;
  /** Forget the stack's state. @throws FencedError */
  remove(): Promise<void>;
  release(): Promise<void>;
}

export interface StackLease extends StackName {
  readonly fence: Fence;
}

function fenced(name: StackName): FencedError {
  return new FencedError(`stack ${stackKey(name)} was taken with a higher fence`);
}

/** Take the stack: a higher fence always wins, the same fence only for the engine that took it. */
async function takeFence(client: ClientBase, store: StateStore, lease: StackLease): Promise<void> {
  const taken = await client.query(
    `INSERT INTO pulumi.stack_fence AS held (stack, fence, holder) VALUES ($1, $2, $3)
     ON CONFLICT (stack) DO UPDATE SET fence = excluded.fence, holder = excluded.holder, taken_at = now()
     WHERE held.fence < excluded.fence OR (held.fence = excluded.fence AND held.holder = excluded.holder)`,
    [stackKey(lease), lease.fence.toString(), store.holder],
  );
  if (taken.rowCount === 0) throw fenced(lease);
}

/**
 * Take the fence and leave a lock row for the CLI. Rows of other embedded engines are of no account once the fence is ours: their
 * writers are dead, or their next write fails. A row of the CLI is respected: looked for, written beside, looked for again.
 */
async function lockStack(store: StateStore, lease: StackLease, lockKey: string): Promise<void> {
  const prefix = lockPrefix(store.database, lease);
  const others = async (client: ClientBase) =>
    (await readLockRows(client, prefix)).filter((row) => row.key !== lockKey);
  const client = await store.pool.connect();
  try {
    await client.query('BEGIN');
    await takeFence(client, store, lease);
    const rows = await others(client);
    refuseForeign(rows);
    await deleteLockRows(
      client,
      rows.map((row) => row.key),
    );
    await writeLockRow(client, lockKey);
    await client.query('COMMIT');
    const since = await others(client);
    if (since.some((row) => !row.ours)) await deleteLockRows(client, [lockKey]);
    refuseForeign(since);
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

function refuseForeign(rows: readonly LockOwner[]): void {
  const foreign = rows.filter((row) => !row.ours);
  if (foreign.length > 0) throw new StackLockedError(foreign);
}

/** One statement, so one transaction: the row of the fence is locked while the state is written. */
async function writeState(store: StateStore, lease: StackLease, checkpoint: string): Promise<void> {
  const written = await store.pool.query({
    name: 'engine-state-write',
    text: `WITH held AS (
             SELECT 1 FROM pulumi.stack_fence WHERE stack = $1 AND fence = $2 AND holder = $3 FOR SHARE
           )
           INSERT INTO pulumi.pulumi_state (key, data) SELECT $4, $5::json FROM held
           ON CONFLICT (key) DO UPDATE SET data = excluded.data, updated_at = now()`,
    values: [
      stackKey(lease),
      lease.fence.toString(),
      store.holder,
      stateKey(store.database, lease),
      encodeData(checkpoint),
    ],
  });
  if (written.rowCount === 0) throw fenced(lease);
}

async function removeState(store: StateStore, lease: StackLease): Promise<void> {
  const key = stateKey(store.database, lease);
  const removed = await store.pool.query(
    `WITH held AS (
       SELECT 1 FROM pulumi.stack_fence WHERE stack = $1 AND fence = $2 AND holder = $3 FOR SHARE
     ), gone AS (
       DELETE FROM pulumi.pulumi_state WHERE key = ANY($4) AND EXISTS (SELECT 1 FROM held)
     )
     SELECT 1 FROM held`,
    [stackKey(lease), lease.fence.toString(), store.holder, [key, `${key}.gz`, `${key}.zst`, `${key}.bak`]],
  );
  if (removed.rowCount === 0) throw fenced(lease);
}

/**
 * Take a stack for writing.
 * @param snapshot gives the state to write whenever a write begins
 * @throws FencedError when a higher fence holds it, StackLockedError when the CLI does, SecretsError, StateFormatError
 */
export async function openSession(
  store: StateStore,
  lease: StackLease,
  snapshot: () => Snapshot,
): Promise<StackSession> {
  const lockKey = `${lockPrefix(store.database, lease)}${randomUUID()}.json`;
  try {
    await store.liveness.hold(lockKey);
    await lockStack(store, lease, lockKey);
    const { snapshot: loaded, crypter } = await loadSnapshot(store, lease);
    let saves = 0;
    const save = createGroupCommit(async () => {
      saves += 1;
      await writeState(store, lease, renderCheckpoint(lease, snapshot(), crypter));
    });
    return {
      loaded,
      saves: () => saves,
      save,
      remove: () => removeState(store, lease),
      release: () => unlock(store, lockKey),
    };
  } catch (error) {
    await unlock(store, lockKey).catch(store.onError);
    throw error;
  }
}

async function unlock(store: StateStore, lockKey: string): Promise<void> {
  try {
    await store.pool.query('DELETE FROM pulumi.pulumi_state WHERE key = $1', [lockKey]);
  } finally {
    await store.liveness.drop(lockKey);
  }
}
