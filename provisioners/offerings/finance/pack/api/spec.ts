/** Shapes in which the pack describes its API, and the values that many request bodies share. */
import { z } from 'zod';
import type { LocalText } from '../../../../../server/domain/text.ts';

export interface FunctionSpec {
  readonly summary: LocalText;
  readonly description: LocalText;
  readonly body: z.ZodType;
  readonly writes: boolean;
  readonly status: 200 | 201;
  /** Codes beyond ICF07 (key reused) and ICF13 (invalid value), which every function may answer. */
  readonly errors: readonly string[];
  readonly example: Readonly<Record<string, unknown>>;
  /** Module that brings it; null for the core. */
  readonly module: string | null;
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
export const Description = z.string().min(1).max(500);
export const AccountCode = pattern(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'letters, digits, dots, hyphens, underscores').max(
  34,
);
/** Minor units of the currency, as a string: a bigint does not fit a JSON number. */
export const Minor = pattern(/^[0-9]{1,15}$/, 'a string of 1 to 15 digits, in minor units');
export const Currency = pattern(/^[A-Z]{3}$/, 'an ISO 4217 code');
export const Day = z.iso.date();
export const Period = pattern(/^[0-9]{4}-(0[1-9]|1[0-2])$/, 'a month such as 2026-10');
export const Book = z.enum(['main', 'smoke']);
export const Limit = z.int().min(1).max(10_000);
export const Xml = z.string().min(1).max(1_000_000);
export const Nothing = z.strictObject({});

/** An id that examples use. */
export const EXAMPLE_ID = '01920000-0000-7000-8000-000000000000';
