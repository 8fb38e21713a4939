import { z } from 'zod';
import { Configuration, Currency } from '../../domain/configuration.ts';
import { OrganisationId, PreviewId, QuoteId } from '../../domain/ids.ts';
import { QuoteState } from '../../domain/lifecycle.ts';
import { Manifest } from '../../domain/manifest.ts';
import { MicroUnits } from '../../domain/money.ts';
import { Priced } from '../../domain/pricing.ts';
import { ApprovalSummary } from './approvals.ts';
import { FaultView, OfferingRef, OrganisationRef, PageInput, PersonRef, SearchText } from './common.ts';
import { PlanView } from './plan.ts';

export const CreateQuoteInput = z.object({
  /** A ready preview made for the customer's organisation: it brings configuration, prices and plan. */
  previewId: PreviewId,
  discountBp: z.int().min(0).max(10_000),
  validUntil: z.date(),
  note: z.string().trim().max(2_000).default(''),
  idempotencyKey: z.uuid(),
});

export const QuoteListInput = PageInput.extend({
  q: SearchText.optional(),
  state: z.array(QuoteState).optional(),
  organisationId: OrganisationId.optional(),
});

export const QuoteSummary = z.object({
  id: QuoteId,
  number: z.string(),
  organisation: OrganisationRef,
  offering: OfferingRef,
  tenantName: z.string(),
  currency: Currency,
  monthlyMicro: MicroUnits,
  discountBp: z.int(),
  state: QuoteState,
  validUntil: z.date(),
  createdBy: PersonRef,
  createdAt: z.date(),
  sentAt: z.date().nullable(),
  decidedAt: z.date().nullable(),
});

export const QuoteDetail = QuoteSummary.extend({
  configuration: Configuration,
  price: Priced,
  planHash: z.string(),
  plan: PlanView,
  note: z.string(),
  discountLimitBp: z.int(),
  approvals: z.array(ApprovalSummary),
  acceptedBy: PersonRef.nullable(),
  orderId: z.string().nullable(),
  /** Why it cannot be sent now; null when it can. */
  sendRefusal: FaultView.nullable(),
});

/** The customer's view: no limits of the desk, no internal approvals. */
export const QuoteForCustomer = QuoteSummary.extend({
  configuration: Configuration,
  price: Priced,
  planHash: z.string(),
  plan: PlanView,
  note: z.string(),
  manifest: Manifest,
  orderId: z.string().nullable(),
  /** Why it cannot be accepted now; null when it can. */
  acceptRefusal: FaultView.nullable(),
  /** What must be typed to accept. */
  acceptName: z.string(),
});

export const LinkSecret = z.string().min(20).max(100);
/** `link` is shown once: only its hash is kept. */
export const SentQuote = z.object({ quoteId: QuoteId, state: QuoteState, link: z.string() });
export const AcceptQuoteInput = z.object({
  secret: LinkSecret,
  /** The accepting person's own name, typed. */
  typedName: z.string().max(200),
  idempotencyKey: z.uuid(),
});
