/** Shapes in which the pack describes its API, and the values that many request bodies share. */
import { z } from 'zod';
import type { LocalText } from '../../../../../server/domain/text.ts';

export interface FunctionSpec {
  readonly summary: LocalText;
  readonly description: LocalText;
  readonly body: z.ZodType;
  readonly writes: boolean;
  readonly status: 200 | 201;
  /** Codes beyond ICO03 (key reused) and ICO09 (invalid value), which every function may answer. */
  readonly errors: readonly string[];
  readonly example: Readonly<Record<string, unknown>>;
  /** Module that brings it; null for the core. */
  readonly module: string | null;
  /** A key of one party may use it; absent: it may not. */
  readonly party?: boolean;
}

export interface ViewSpec {
  readonly summary: LocalText;
  /** Columns of the keyset, ascending; together unique. */
  readonly key: readonly [string, ...string[]];
  readonly columns: Readonly<Record<string, LocalText>>;
  readonly module: string | null;
  readonly party?: boolean;
}

export const words = (en: string, zh: string): LocalText => ({ en, zh });

const pattern = (regex: RegExp, expected: string) => z.string().regex(regex, expected);

export const Name = z.string().min(1).max(200);
export const Reason = z.string().min(1).max(500);
export const Slug = pattern(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case letters and digits joined by hyphens').max(80);
export const Sku = pattern(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'letters, digits, dots, hyphens, underscores').max(64);
export const CategoryPath = pattern(/^[a-z0-9-]{1,40}(\.[a-z0-9-]{1,40})*$/, 'lower-case labels joined by dots').max(
  100,
);
/** Minor units of the currency, as a string: a bigint does not fit a JSON number. */
export const Minor = pattern(/^[0-9]{1,15}$/, 'a string of 1 to 15 digits, in minor units');
export const Currency = pattern(/^[A-Z]{3}$/, 'an ISO 4217 code');
export const Channel = pattern(/^[a-z0-9-]{1,40}$/, 'a channel of this shop');
export const Location = z.string().min(1).max(64);
export const OrderNo = z.string().min(1).max(40);
export const Time = z.iso.datetime({ offset: true });
export const Quantity = z.int().min(1).max(100_000);

export const Customer = z.strictObject({
  name: Name,
  email: z.email().max(254).optional(),
  phone: z.string().min(1).max(40).optional(),
  address: z.record(z.string(), z.unknown()).optional(),
});

export const OnlyOrder = z.strictObject({ orderNo: OrderNo });
export const Nothing = z.strictObject({});
