/** What a customer or a sales engineer configures: the input of a preview, a quote and an order. */
import { z } from 'zod';
import { TenantName } from './ids.ts';
import { DeploymentModel, PlanCode } from './manifest.ts';

export const CURRENCIES = ['CNY', 'USD', 'EUR'] as const;
export const Currency = z.enum(CURRENCIES);
export type Currency = z.infer<typeof Currency>;

export const TERM_MONTHS = [1, 12, 24, 36] as const;
export const TermMonths = z.union(TERM_MONTHS.map((m) => z.literal(m)));
export type TermMonths = z.infer<typeof TermMonths>;

/** Business volume, for sizing advice; the program does not see it. */
export const Volume = z.strictObject({
  transactionsPerDay: z.int().min(1).max(100_000_000),
  /** Peak of a busy day over a normal day's average. */
  peakFactor: z.number().min(1).max(1_000),
  keepDays: z.int().min(1).max(3_650),
});
export type Volume = z.infer<typeof Volume>;

export const Configuration = z.strictObject({
  offering: z.string().max(60),
  model: DeploymentModel,
  plan: PlanCode,
  name: TenantName,
  modules: z.array(z.string().max(60)).max(40),
  /** By the offering's parameter schema; checked by the service against the manifest. */
  params: z.record(z.string().max(60), z.unknown()),
  currency: Currency,
  termMonths: TermMonths,
  volume: Volume.nullable(),
});
export type Configuration = z.infer<typeof Configuration>;
