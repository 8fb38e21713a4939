/**
 * Domain: pure rules, no I/O. Imports zod and its own files only; everything else may import it.
 *
 * Identifiers. Keys are uuidv7 (RFC 9562), branded so that one kind cannot be passed for another.
 */
import { z } from 'zod';

export const OrganisationId = z.uuid().brand<'OrganisationId'>();
export type OrganisationId = z.infer<typeof OrganisationId>;
export const UserId = z.uuid().brand<'UserId'>();
export type UserId = z.infer<typeof UserId>;
export const TenantId = z.uuid().brand<'TenantId'>();
export type TenantId = z.infer<typeof TenantId>;
export const OrderId = z.uuid().brand<'OrderId'>();
export type OrderId = z.infer<typeof OrderId>;
export const RunId = z.uuid().brand<'RunId'>();
export type RunId = z.infer<typeof RunId>;
export const QuoteId = z.uuid().brand<'QuoteId'>();
export type QuoteId = z.infer<typeof QuoteId>;
export const ApprovalId = z.uuid().brand<'ApprovalId'>();
export type ApprovalId = z.infer<typeof ApprovalId>;
export const PreviewId = z.uuid().brand<'PreviewId'>();
export type PreviewId = z.infer<typeof PreviewId>;
export const ChangeId = z.uuid().brand<'ChangeId'>();
export type ChangeId = z.infer<typeof ChangeId>;
export const SubscriptionId = z.uuid().brand<'SubscriptionId'>();
export type SubscriptionId = z.infer<typeof SubscriptionId>;
export const TokenId = z.uuid().brand<'TokenId'>();
export type TokenId = z.infer<typeof TokenId>;
export const AuditEntryId = z.uuid().brand<'AuditEntryId'>();
export type AuditEntryId = z.infer<typeof AuditEntryId>;

/** A new uuidv7: 48 bits of milliseconds, then 74 random bits. Sorts by time of making, not by time of commit. */
export function newId<T extends string = string>(nowMs: number = Date.now()): T {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(nowMs / 2 ** (8 * (5 - i))) % 256;
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as T;
}

/** Without letters and digits that are taken for each other (0/o, 1/l/i). */
const REF_ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';

/** A tenant's short public name (`t_7k2m9q`): in its URL, its database and its roles. */
export const TenantRef = z
  .string()
  .regex(/^t_[2-9a-hjkmnp-z]{6}$/)
  .brand<'TenantRef'>();
export type TenantRef = z.infer<typeof TenantRef>;

/** A random tenant reference: 31^6 ≈ 8.9 × 10⁸ values; the caller retries when the database says it is taken. */
export function newTenantRef(): TenantRef {
  const limit = 256 - (256 % REF_ALPHABET.length);
  let out = '';
  while (out.length < 6) {
    const byte = crypto.getRandomValues(new Uint8Array(1))[0]!;
    if (byte < limit) out += REF_ALPHABET[byte % REF_ALPHABET.length];
  }
  return `t_${out}` as TenantRef;
}

/** Names that people give tenants: lower-case letters, digits, hyphens; 2 to 40. */
export const TenantName = z.string().regex(/^[a-z][a-z0-9-]{0,38}[a-z0-9]$/);
