/**
 * The tenant registry: what the gateway needs to serve tenants, in a database of the tenants' cluster. Written by the target's provider
 * resources and the storage watcher, read by the gateway; so tenants keep answering without the platform database.
 * Imports domain only; gateway, targets and the worker import it.
 */
import { z } from 'zod';
import { ApiDescription } from '../domain/manifest.ts';

/** `open` serves all, `read_only` refuses functions that add data, `closed` refuses every call (suspended, retiring). */
export const RouteState = z.enum(['open', 'read_only', 'closed']);
export type RouteState = z.infer<typeof RouteState>;

export const RouteLimits = z.strictObject({
  connections: z.int().positive(),
  rps: z.int().positive(),
  burst: z.int().positive(),
  statementTimeoutMs: z.int().positive(),
  bodyBytesMax: z.int().positive(),
  storageBytesMax: z.int().positive(),
});
export type RouteLimits = z.infer<typeof RouteLimits>;

/** One tenant's route: where its database is, as whom to connect, what may be called, how often. */
export const Route = z.strictObject({
  ref: z.string(),
  /** Display facts for the OpenAPI document. */
  title: z.string(),
  offering: z.string(),
  version: z.string(),
  modules: z.array(z.string()),
  state: RouteState,
  /** How full its storage is; `full` refuses writing, and is `read_only`. */
  storageLevel: z.enum(['ok', 'warn', 'alert', 'full']),
  /** The server of its own that the database is in; null for one of the shared cluster. */
  instance: z.string().nullable(),
  host: z.string(),
  port: z.int(),
  database: z.string(),
  role: z.string(),
  /** Sealed with the envelope key: `v1:nonce:ciphertext+tag`, base64. */
  sealedPassword: z.string(),
  limits: RouteLimits,
  /** Content hash of `api`: a reader may keep one object for all tenants that share it. */
  apiHash: z.string(),
  api: ApiDescription,
});
export type Route = z.infer<typeof Route>;

/** An API key as the registry keeps it; the key itself (`ick_<env>_<random>`) is never stored. */
export const ApiKeyRecord = z.strictObject({
  id: z.string(),
  ref: z.string(),
  /** First characters of the key, to recognise it. */
  prefix: z.string(),
  /** sha-256 of the key, hex. */
  hash: z.string(),
  scopes: z.array(z.enum(['read', 'write'])),
  /** Of whom the rows are that it sees; null: it works for the tenant itself. */
  party: z.string().nullable(),
  createdAt: z.date(),
  expiresAt: z.date().nullable(),
  revokedAt: z.date().nullable(),
  lastUsedAt: z.date().nullable(),
});
export type ApiKeyRecord = z.infer<typeof ApiKeyRecord>;
