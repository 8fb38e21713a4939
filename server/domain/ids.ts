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

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Random bytes are asked for many at a time: a request id is made for each call of a tenant's API. Each is used once. */
const random = new Uint8Array(2_000);
let used = random.length;

function randomHex(bytes: number): string {
  if (used + bytes > random.length) {
    crypto.getRandomValues(random);
    used = 0;
  }
  let hex = '';
  for (const end = used + bytes; used < end; used++) hex += HEX[random[used]!]!;
  return hex;
}

/** A new uuidv7: 48 bits of milliseconds, then 74 random bits. Sorts by time of making, not by time of commit. */
export function newId<T extends string = string>(nowMs: number = Date.now()): T {
  const time = Math.floor(nowMs).toString(16).padStart(12, '0').slice(-12);
  const hex = randomHex(10);
  const variant = (0x8 | (Number.parseInt(hex[3]!, 16) & 0x3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(4, 7)}-${hex.slice(8, 20)}` as T;
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
