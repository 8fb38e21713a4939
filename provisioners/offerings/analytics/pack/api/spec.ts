/** Shapes in which the pack describes its API, and the values that many request bodies share. */
import { z } from 'zod';
import type { LocalText } from '../../../../../server/domain/text.ts';

export interface FunctionSpec {
  readonly summary: LocalText;
  readonly description: LocalText;
  readonly body: z.ZodType;
  readonly writes: boolean;
  readonly status: 200 | 201;
  /** Codes beyond ICA03 (key reused) and ICA09 (invalid value), which every function may answer. */
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
}

export const words = (en: string, zh: string): LocalText => ({ en, zh });

/** A name of a metric, dimension, model or dataset. */
export const Word = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'lower-case letters, digits and underscores')
  .max(63);
export const TestName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and hyphens')
  .max(63);
export const Text = z.string().min(1).max(200);
export const Day = z.iso.date();
export const Time = z.iso.datetime({ offset: true });
export const Currency = z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code');
/** Minor units of the currency, as a string: a bigint does not fit a JSON number. */
export const Minor = z.string().regex(/^[0-9]{1,15}$/, 'a string of 1 to 15 digits, in minor units');
export const Nothing = z.strictObject({});

/** What narrows a question: days, values of dimensions, a source (all but the proof's own when absent), a currency for money. */
export const scope = {
  from: Day.optional(),
  to: Day.optional(),
  where: z.record(Word, z.array(Text).min(1).max(100)).optional(),
  source: Text.optional(),
  currency: Currency.optional(),
};
