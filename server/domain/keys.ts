/**
 * API keys of a tenant as its desired state: what a key is, how it is made, rotated and revoked, and what a target is told of it. Pure; the
 * secret itself never enters here.
 */
import { z } from 'zod';
import { DomainError } from './faults.ts';

/** The key that every tenant is made with. */
export const FIRST_KEY = 'default';
export const KEYS_MAX = 100;
export const OVERLAP_HOURS_MAX = 72;
export const KEY_DAYS_MAX = 3_650;
/** So long before its end a key is spoken of. */
export const KEY_NOTICE_DAYS = 14;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const KeyName = z.string().regex(/^[a-z][a-z0-9-]{0,38}[a-z0-9]$/);
export const KeyScopes = z
  .array(z.enum(['read', 'write']))
  .min(1)
  .max(2);
export type KeyScopes = z.infer<typeof KeyScopes>;
/** Of whom the rows are that a key sees: a seller, a source of events, a carrier. */
export const Party = z.string().regex(/^[\x21-\x7e]{1,200}$/);

/** One secret of a key; after a rotation two are valid for a while. */
export const KeyVersion = z.strictObject({
  generation: z.int().positive(),
  /** Refused from then on; null: never. */
  expiresAt: z.iso.datetime().nullable(),
});
export type KeyVersion = z.infer<typeof KeyVersion>;

export const KeySpec = z.strictObject({
  name: KeyName,
  scopes: KeyScopes,
  party: Party.nullable(),
  /** For how long each secret is made; null: without an end. */
  lifetimeDays: z.int().positive().nullable(),
  /** Ascending by generation. */
  versions: z.array(KeyVersion),
});
export type KeySpec = z.infer<typeof KeySpec>;

/** What a tenant has that nobody changed the keys of. */
export const FIRST_KEYS: readonly KeySpec[] = [
  {
    name: FIRST_KEY,
    scopes: ['read', 'write'],
    party: null,
    lifetimeDays: null,
    versions: [{ generation: 1, expiresAt: null }],
  },
];

const Asked = { keyId: z.uuid(), name: KeyName, at: z.iso.datetime() };

/** What a run does to one key: frozen when it is queued. */
export const KeyChange = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('create'),
    ...Asked,
    scopes: KeyScopes,
    party: Party.nullable(),
    lifetimeDays: z.int().positive().nullable(),
  }),
  z.strictObject({
    op: z.literal('rotate'),
    ...Asked,
    lifetimeDays: z.int().positive().nullable(),
    overlapHours: z.int().min(0).max(OVERLAP_HOURS_MAX),
  }),
  z.strictObject({ op: z.literal('revoke'), ...Asked }),
]);
export type KeyChange = z.infer<typeof KeyChange>;

/** Parameters of a run that changes a tenant's keys. */
export const KeyParams = z.object({ key: KeyChange });

/** The keys as the change leaves them; secrets whose time was over when it was asked for go.
 * @throws DomainError `not_found` when there is no such key any more, `name_taken` when there is one already */
export function applyKeyChange(keys: readonly KeySpec[], change: KeyChange): readonly KeySpec[] {
  const { name, at } = change;
  const known = keys.find((key) => key.name === name);
  if (change.op === 'create') {
    if (known) throw new DomainError({ code: 'name_taken', name });
    const { scopes, party, lifetimeDays } = change;
    const versions = [{ generation: 1, expiresAt: after(at, lifetimeDays) }];
    return tidy([...keys, { name, scopes, party, lifetimeDays, versions }], at);
  }
  if (!known) throw new DomainError({ code: 'not_found', what: 'key' });
  if (change.op === 'revoke') {
    return tidy(
      keys.filter((key) => key !== known),
      at,
    );
  }
  return tidy(
    keys.map((key) => (key === known ? rotated(known, change) : key)),
    at,
  );
}

function rotated(key: KeySpec, { at, lifetimeDays, overlapHours }: Extract<KeyChange, { op: 'rotate' }>): KeySpec {
  const ends = new Date(Date.parse(at) + overlapHours * HOUR_MS).toISOString();
  const newest = key.versions.at(-1)?.generation ?? 0;
  const old = key.versions.map(({ generation, expiresAt }) => ({ generation, expiresAt: earlier(expiresAt, ends) }));
  return {
    ...key,
    lifetimeDays,
    versions: [...old, { generation: newest + 1, expiresAt: after(at, lifetimeDays) }],
  };
}

/** Replaced secrets that are over go; the newest of a key stays, so that its bearer is told that it has expired. */
function tidy(keys: readonly KeySpec[], at: string): readonly KeySpec[] {
  const now = Date.parse(at);
  return keys.map((key) => {
    const newest = key.versions.at(-1);
    const versions = key.versions.filter(
      (version) => version === newest || version.expiresAt === null || Date.parse(version.expiresAt) >= now,
    );
    return { ...key, versions };
  });
}

const after = (at: string, days: number | null): string | null =>
  days === null ? null : new Date(Date.parse(at) + days * DAY_MS).toISOString();

const earlier = (a: string | null, b: string): string => (a !== null && Date.parse(a) < Date.parse(b) ? a : b);

/** One secret as a target is told of it. */
export interface TenantKey {
  readonly name: string;
  readonly generation: number;
  readonly scopes: KeyScopes;
  readonly party: string | null;
  readonly expiresAt: string | null;
}

/** All secrets of all keys, in a stable order. */
export function secretsOf(keys: readonly KeySpec[]): readonly TenantKey[] {
  return keys.flatMap(({ name, scopes, party, versions }) =>
    versions.map(({ generation, expiresAt }) => ({ name, generation, scopes, party, expiresAt })),
  );
}

export type KeyState = 'active' | 'expiring' | 'expired' | 'revoked';

/** How a key stands at a moment, by its newest secret. */
export function keyState(
  key: { readonly revokedAt: Date | null; readonly expiresAt: Date | null },
  now: Date,
): KeyState {
  if (key.revokedAt !== null) return 'revoked';
  if (key.expiresAt === null) return 'active';
  const leftMs = key.expiresAt.getTime() - now.getTime();
  if (leftMs <= 0) return 'expired';
  return leftMs <= KEY_NOTICE_DAYS * DAY_MS ? 'expiring' : 'active';
}
