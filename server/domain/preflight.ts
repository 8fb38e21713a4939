/** A look before the order: what a target finds, whether it is enough, and what can be done where it is not. */
import { z } from 'zod';
import type { Fault } from './faults.ts';
import { LocalText } from './text.ts';

export const VERDICTS = ['pass', 'warn', 'fail'] as const;

export const PreflightCheck = z.strictObject({
  /** The same check has the same code in every plan. */
  code: z.string().min(1),
  title: LocalText,
  verdict: z.enum(VERDICTS),
  /** What was found, in one sentence. */
  found: LocalText,
  /** What to do; null when there is nothing to do. */
  advice: LocalText.nullable(),
  /** What the tenant asks and what there is for it, in `unit`. */
  asked: z.number(),
  free: z.number(),
  unit: z.string(),
  /** Of the check whether records may lie there: what is asked, and where it is. */
  residency: z.strictObject({ residency: z.string(), territories: z.array(z.string()) }).optional(),
});
export type PreflightCheck = z.infer<typeof PreflightCheck>;

/** The first check that keeps an order from being carried out, as a fault; null when none does. */
export function preflightFault(checks: readonly PreflightCheck[]): Fault | null {
  const failed = checks.find(({ verdict }) => verdict === 'fail');
  if (failed === undefined) return null;
  const { code, asked, free, unit, residency } = failed;
  if (residency !== undefined) return { code: 'residency_unmet', ...residency };
  return { code: 'capacity_exceeded', resource: code, asked, free, unit };
}
