/** What the registry keeps of tenants' storage: last measure, level, and whether writes are held back. */
import type { Queryable } from './schema.ts';

export type StorageLevel = 'ok' | 'warn' | 'alert' | 'full';

export interface StorageRow {
  readonly ref: string;
  readonly database: string;
  readonly role: string;
  readonly maxBytes: number;
  readonly full: boolean;
  /** As it was judged last. */
  readonly level: StorageLevel;
  /** Null for the shared cluster. */
  readonly instance: string | null;
  readonly port: number;
  readonly measured: { readonly bytes: number; readonly at: Date } | null;
}

export async function listStorage(db: Queryable): Promise<StorageRow[]> {
  const { rows } = await db.query<Omit<StorageRow, 'measured'> & { bytes: number; at: Date | null }>(
    `SELECT ref, database, role, (limits->>'storageBytesMax')::float8 AS "maxBytes", storage_full AS full, storage_level AS level, instance, port,
            storage_bytes::float8 AS bytes, storage_at AS at
     FROM route ORDER BY ref`,
  );
  return rows.map(({ bytes, at, ...row }) => ({ ...row, measured: at === null ? null : { bytes, at } }));
}

/** Keeps a measure; rings no bell. */
export async function recordStorage(db: Queryable, ref: string, bytes: number, level: StorageLevel): Promise<void> {
  await db.query('UPDATE route SET storage_bytes = $2, storage_level = $3, storage_at = now() WHERE ref = $1', [
    ref,
    bytes,
    level,
  ]);
}

/** Judges the last measure anew: the limit is another one than it was then. */
export async function setStorageLevel(db: Queryable, ref: string, level: StorageLevel): Promise<void> {
  await db.query('UPDATE route SET storage_level = $2 WHERE ref = $1', [ref, level]);
}

/** Turns a tenant's route to read-only, or back. */
export async function setStorageFull(db: Queryable, ref: string, full: boolean): Promise<void> {
  await db.query('UPDATE route SET storage_full = $2 WHERE ref = $1 AND storage_full <> $2', [ref, full]);
}
