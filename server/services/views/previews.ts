import { z } from 'zod';
import { Configuration } from '../../domain/configuration.ts';
import { OrganisationId, PreviewId, TenantId, TenantRef } from '../../domain/ids.ts';
import { Priced } from '../../domain/pricing.ts';
import { Facts, OfferingRef, OrganisationRef, TargetRef } from './common.ts';
import { PlanView } from './plan.ts';

export const PreviewState = z.enum(['queued', 'ready', 'failed', 'consumed']);
export type PreviewState = z.infer<typeof PreviewState>;

export const CreatePreviewInput = z.object({
  configuration: Configuration,
  /** For whom; left out: one's own organisation. Others only for those who see every organisation. */
  organisationId: OrganisationId.optional(),
});

export const CreatedPreview = z.object({ previewId: PreviewId, state: PreviewState, price: Priced });

export const PreviewView = z.object({
  id: PreviewId,
  organisation: OrganisationRef,
  offering: OfferingRef,
  target: TargetRef,
  configuration: Configuration,
  state: PreviewState,
  plan: PlanView.nullable(),
  planHash: z.string().nullable(),
  failure: Facts.nullable(),
  price: Priced,
  /** What an order of it would wait for: `{ code: 'amount_over_threshold', … }`; null when it would start at once. */
  needsApproval: Facts.nullable(),
  reservedTenantId: TenantId,
  reservedRef: TenantRef,
  createdAt: z.date(),
  computedAt: z.date().nullable(),
  expiresAt: z.date(),
  /** Where a subscription to this preview's events begins. */
  eventCursor: z.string(),
});
