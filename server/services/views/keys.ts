import { z } from 'zod';
import { RunId, TenantId } from '../../domain/ids.ts';
import { KEY_DAYS_MAX, KeyName, KeyScopes, OVERLAP_HOURS_MAX, Party } from '../../domain/keys.ts';
import { PersonRef } from './common.ts';

const Days = z.int().min(1).max(KEY_DAYS_MAX);

export const CreateKeyInput = z.object({
  tenantId: TenantId,
  name: KeyName,
  scopes: KeyScopes,
  /** Of whom the rows are that the key sees, where the offering has such; null: it works for the whole tenant. */
  party: Party.nullable().default(null),
  /** Null: without an end. */
  expiresInDays: Days.nullable().default(null),
  idempotencyKey: z.uuid(),
});

export const RotateKeyInput = z.object({
  tenantId: TenantId,
  keyId: z.uuid(),
  /** For how long the secret that is replaced stays valid. */
  overlapHours: z.int().min(0).max(OVERLAP_HOURS_MAX),
  /** Of the new secret; left out: as long as the last one, null: without an end. */
  expiresInDays: Days.nullable().optional(),
  idempotencyKey: z.uuid(),
});

export const RevokeKeyInput = z.object({ tenantId: TenantId, keyId: z.uuid(), idempotencyKey: z.uuid() });

export const AskedKey = z.object({
  keyId: z.uuid(),
  runId: RunId,
  /** What the person should know although it was done: afterwards no key of the tenant may write. */
  warning: z.enum(['last_write_key']).nullable(),
});

/** One secret of a key, newest first in its key. */
export const KeySecretView = z.object({
  generation: z.int(),
  prefix: z.string(),
  createdAt: z.date(),
  /** Null: made with the tenant. */
  createdBy: PersonRef.nullable(),
  /** Refused from then on; null: never. */
  expiresAt: z.date().nullable(),
  lastUsedAt: z.date().nullable(),
  /** It waits to be shown until then; null when it was shown, or is too old to be. */
  revealUntil: z.date().nullable(),
});

export const KeyView = z.object({
  id: z.uuid(),
  name: z.string(),
  scopes: KeyScopes,
  party: z.string().nullable(),
  state: z.enum(['active', 'expiring', 'expired', 'revoked']),
  lifetimeDays: z.int().nullable(),
  createdAt: z.date(),
  createdBy: PersonRef.nullable(),
  revokedAt: z.date().nullable(),
  revokedBy: PersonRef.nullable(),
  secrets: z.array(KeySecretView),
});

export const KeyList = z.object({
  /** Those in use first, then those that were revoked. */
  keys: z.array(KeyView),
  /** What is asked for and not done yet, in order. */
  pending: z.array(z.object({ runId: RunId, op: z.enum(['create', 'rotate', 'revoke']), name: z.string() })),
  /** Whether the tenant has anything that a key of one party could use. */
  parties: z.boolean(),
});
