/** API keys of tenants: making, recognising, keeping their hashes. The key itself exists only in its maker's memory and, sealed, in `key_reveal`. */
import { createHash, randomInt } from 'node:crypto';
import { ApiKeyRecord } from './model.ts';
import type { Queryable } from './schema.ts';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_CHARS = 32;
const PREFIX_CHARS = 'ick_live_'.length + 4;

export interface NewKey {
  /** Plaintext: `ick_live_` and 32 base62 characters (190 bits). */
  readonly key: string;
  readonly prefix: string;
  /** sha-256, hex. */
  readonly hash: string;
}

export function makeKey(): NewKey {
  const random = Array.from({ length: RANDOM_CHARS }, () => BASE62[randomInt(BASE62.length)]).join('');
  const key = `ick_live_${random}`;
  return { key, prefix: key.slice(0, PREFIX_CHARS), hash: hashKey(key) };
}

/** A plain hash is enough: the key has more entropy than the hash, so there is nothing to guess. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex');
}

const COLUMNS = `id, ref, prefix, hash, scopes, party, created_at AS "createdAt", expires_at AS "expiresAt",
  revoked_at AS "revokedAt", last_used_at AS "lastUsedAt"`;

/** Keys of one tenant, or of all; revoked and expired ones too (the reader judges by time). */
export async function listKeys(db: Queryable, ref?: string): Promise<ApiKeyRecord[]> {
  const { rows } = await db.query(`SELECT ${COLUMNS} FROM api_key WHERE $1::text IS NULL OR ref = $1 ORDER BY id`, [
    ref ?? null,
  ]);
  return rows.map((row) => ApiKeyRecord.parse(row));
}

/** The key with this hash, or null. */
export async function findKey(db: Queryable, hash: string): Promise<ApiKeyRecord | null> {
  const { rows } = await db.query(`SELECT ${COLUMNS} FROM api_key WHERE hash = $1`, [hash]);
  return rows[0] === undefined ? null : ApiKeyRecord.parse(rows[0]);
}

/** Writes down that a key was used; the only write the gateway may do. */
export async function touchKey(db: Queryable, id: string, at: Date): Promise<void> {
  await db.query('UPDATE api_key SET last_used_at = greatest(last_used_at, $2) WHERE id = $1', [id, at]);
}

export interface KeyWrite {
  readonly id: string;
  readonly ref: string;
  /** Of the resource that owns the row. */
  readonly marker: string;
  readonly scopes: readonly ('read' | 'write')[];
  /** Absent: it works for the tenant itself. */
  readonly party?: string | null;
  /** Absent: without an end. */
  readonly expiresAt?: Date | null;
  readonly prefix: string;
  readonly hash: string;
  /** The plaintext sealed for the tenant. */
  readonly sealed: string;
}

/** Keeps a key's hash and leaves its sealed plaintext to be taken, in one transaction of the caller. The same id again replaces both. */
export async function putKey(db: Queryable, key: KeyWrite): Promise<void> {
  await db.query(
    `INSERT INTO api_key (id, ref, marker, prefix, hash, scopes, party, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (id) DO UPDATE SET prefix = excluded.prefix, hash = excluded.hash, scopes = excluded.scopes,
       party = excluded.party, expires_at = excluded.expires_at, created_at = now(), revoked_at = NULL, last_used_at = NULL`,
    [key.id, key.ref, key.marker, key.prefix, key.hash, key.scopes, key.party ?? null, key.expiresAt ?? null],
  );
  await db.query(
    `INSERT INTO key_reveal (ref, key_id, sealed) VALUES ($1, $2, $3)
     ON CONFLICT (key_id) DO UPDATE SET ref = excluded.ref, sealed = excluded.sealed, created_at = now()`,
    [key.ref, key.id, key.sealed],
  );
}

/** What of a key may change while its secret stays. */
export async function setKey(
  db: Queryable,
  id: string,
  { scopes, expiresAt }: { readonly scopes: readonly string[]; readonly expiresAt: Date | null },
): Promise<void> {
  await db.query('UPDATE api_key SET scopes = $2, expires_at = $3 WHERE id = $1', [id, scopes, expiresAt]);
}

/** Forgets a key and, when it was not yet taken, its plaintext. */
export async function deleteKey(db: Queryable, id: string): Promise<void> {
  await db.query('DELETE FROM key_reveal WHERE key_id = $1', [id]);
  await db.query('DELETE FROM api_key WHERE id = $1', [id]);
}

/** The sealed plaintexts waiting for a tenant, oldest first, locked until the caller's transaction ends. */
export async function lockReveals(db: Queryable, ref: string): Promise<{ keyId: string; sealed: string }[]> {
  const { rows } = await db.query<{ keyId: string; sealed: string }>(
    'SELECT key_id AS "keyId", sealed FROM key_reveal WHERE ref = $1 ORDER BY created_at, key_id FOR UPDATE',
    [ref],
  );
  return rows;
}

export async function deleteReveal(db: Queryable, keyId: string): Promise<void> {
  await db.query('DELETE FROM key_reveal WHERE key_id = $1', [keyId]);
}

/** When each key of all tenants was used last; those that never were are left out. */
export async function listKeyUses(db: Queryable): Promise<{ id: string; ref: string; lastUsedAt: Date }[]> {
  const { rows } = await db.query<{ id: string; ref: string; lastUsedAt: Date }>(
    'SELECT id, ref, last_used_at AS "lastUsedAt" FROM api_key WHERE last_used_at IS NOT NULL ORDER BY id',
  );
  return rows;
}
