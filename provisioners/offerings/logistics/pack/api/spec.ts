/** Shapes in which the pack describes its API, and the values that many request bodies share. */
import { z } from 'zod';
import type { PublicPage } from '../../../../../server/domain/public-page.ts';
import type { LocalText } from '../../../../../server/domain/text.ts';

export interface FunctionSpec {
  readonly summary: LocalText;
  readonly description: LocalText;
  readonly body: z.ZodType;
  readonly writes: boolean;
  readonly status: 200 | 201;
  /** Codes beyond ICL06 (key reused) and ICL07 (invalid value), which every function may answer. */
  readonly errors: readonly string[];
  readonly example: Readonly<Record<string, unknown>>;
  /** Module that brings it; null for the core. */
  readonly module: string | null;
  /** For people without a key. */
  readonly page?: PublicPage;
}

export interface ViewSpec {
  readonly summary: LocalText;
  /** Columns of the keyset, ascending; together unique. */
  readonly key: readonly [string, ...string[]];
  readonly columns: Readonly<Record<string, LocalText>>;
  readonly module: string | null;
}

export const words = (en: string, zh: string): LocalText => ({ en, zh });

const pattern = (regex: RegExp, expected: string) => z.string().regex(regex, expected);

export const Name = z.string().min(1).max(200);
export const Reason = z.string().min(1).max(500);
/** The check digit is the database's to verify: a wrong one is refused with the right one. */
export const Gln = pattern(/^[0-9]{13}$/, 'a GLN of 13 digits');
export const CompanyPrefix = pattern(/^[0-9]{6,12}$/, '6 to 12 digits');
export const Service = pattern(/^[a-z][a-z0-9-]{0,39}$/, 'a service of this tenant');
export const WaybillNo = z.string().min(1).max(40);
/** Minor units of the tenant's currency, as a string: a bigint does not fit a JSON number. */
export const Minor = pattern(/^[0-9]{1,15}$/, 'a string of 1 to 15 digits, in minor units');
/** A decimal with at most three places, as a string. */
export const Quantity = pattern(/^[0-9]{1,12}(\.[0-9]{1,3})?$/, 'a decimal with at most three places, as a string');
export const Time = z.iso.datetime({ offset: true });
export const EventId = z.string().min(1).max(500);
export const Nothing = z.strictObject({});
