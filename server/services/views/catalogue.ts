import { z } from 'zod';
import { Currency } from '../../domain/configuration.ts';
import { DeploymentModel, Manifest, OfferingLifecycle, PlanCode } from '../../domain/manifest.ts';
import { MicroUnits } from '../../domain/money.ts';
import { PriceBookData } from '../../domain/pricing.ts';
import { LocalText } from '../../domain/text.ts';
import { SearchText } from './common.ts';

/** The last time a tenant of the offering passed its business transaction; null before the first. */
export const LastProof = z.object({ at: z.date(), ms: z.number() }).nullable();
export type LastProof = z.infer<typeof LastProof>;

export const OfferingListInput = z.object({
  q: SearchText.optional(),
  lifecycle: z.array(OfferingLifecycle).optional(),
  model: DeploymentModel.optional(),
});

export const OfferingSummary = z.object({
  slug: z.string(),
  version: z.string(),
  lifecycle: OfferingLifecycle,
  orderable: z.boolean(),
  hue: z.number(),
  name: LocalText,
  summary: LocalText,
  proof: LocalText,
  models: z.array(z.object({ model: DeploymentModel, available: z.boolean(), notYet: LocalText.nullable() })),
  plans: z.array(z.object({ code: PlanCode, orderable: z.boolean(), models: z.array(DeploymentModel) })),
  /** The cheapest orderable plan, public, a month; a currency without a price is absent. */
  priceFrom: z.partialRecord(Currency, MicroUnits),
  lastProof: LastProof,
});

export const RegionView = z.object({
  code: z.string(),
  name: LocalText,
  targets: z.array(z.object({ name: z.string(), healthy: z.boolean(), models: z.array(DeploymentModel) })),
});

export const OfferingDetail = z.object({
  offeringVersionId: z.uuid(),
  manifest: Manifest,
  orderable: z.boolean(),
  sha256: z.string(),
  publishedAt: z.date(),
  versions: z.array(z.object({ version: z.string(), lifecycle: OfferingLifecycle, publishedAt: z.date() })),
  /** Only the rows of this offering's SKUs: all that `priceConfiguration` needs. Null before a book is published. */
  priceBook: PriceBookData.nullable(),
  regions: z.array(RegionView),
  lastProof: LastProof,
});

export const PriceBookSummary = z.object({
  id: z.uuid(),
  version: z.string(),
  current: z.boolean(),
  rows: z.int(),
  validFrom: z.date(),
  publishedAt: z.date(),
});

export const TargetView = z.object({
  id: z.uuid(),
  name: z.string(),
  region: z.object({ code: z.string(), name: LocalText }),
  models: z.array(DeploymentModel),
  healthy: z.boolean(),
  reason: z.string(),
  capacity: z.array(z.object({ resource: z.string(), used: z.number(), total: z.number(), unit: z.string() })),
  tenants: z.int(),
  seenAt: z.date(),
});
