/** Shapes in which the pack describes its API. */
import { z } from 'zod';
import type { LocalText } from '../../../../server/domain/text.ts';

export interface FunctionSpec {
  readonly summary: LocalText;
  readonly description: LocalText;
  readonly body: z.ZodType;
  readonly writes: boolean;
  readonly status: 200 | 201;
  /** Codes beyond ICZ03 (key reused) and ICZ09 (invalid value), which every function may answer. */
  readonly errors: readonly string[];
  readonly example: Readonly<Record<string, unknown>>;
  /** The module that brings it; null for the core. */
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

export const Nothing = z.strictObject({});

/** A function that writes and answers 200, unless it is said otherwise. */
export const functionOf = (
  spec: Omit<FunctionSpec, 'writes' | 'status' | 'module'> & { readonly status?: 201 },
): FunctionSpec => ({ writes: true, status: 200, module: null, ...spec });
