import { z } from 'zod';
import { OrderId, OrganisationId, TenantId, TenantRef } from '../../domain/ids.ts';
import { IsolationProof } from '../../domain/isolation.ts';
import { ActionName, TenantState } from '../../domain/lifecycle.ts';
import { DeploymentModel, KpiSpec, Manifest, PlanCode, Quotas } from '../../domain/manifest.ts';
import { Right } from '../../domain/policy.ts';
import { MeasuredUse } from '../../domain/quota-levels.ts';
import { LOCALES, LocalText } from '../../domain/text.ts';
import { Facts, FaultView, OfferingRef, OrganisationRef, PageInput, SearchText, TargetRef } from './common.ts';
import { EventView } from './events.ts';
import { SubscriptionView } from './orders.ts';
import { RunSummary } from './runs.ts';

export const TenantListInput = PageInput.extend({
  q: SearchText.optional(),
  state: z.array(TenantState).optional(),
  offering: z.string().max(60).optional(),
  model: DeploymentModel.optional(),
  organisationId: OrganisationId.optional(),
  /** Retired tenants are left out unless asked for here or by `state`. */
  withRetired: z.boolean().default(false),
});

/** Latest use of quotas; absent fields were not measured yet. */
export const UsageView = MeasuredUse.extend({
  connections: z.number().optional(),
  rpsPeak: z.number().optional(),
  at: z.coerce.date().optional(),
});

/** Latest proofs; absent before the first. */
export const ProofView = z.object({
  smoke: z.object({ at: z.coerce.date(), ms: z.number(), calls: z.number() }).optional(),
  invariants: z.object({ at: z.coerce.date(), rules: z.number(), violated: z.array(z.string()) }).optional(),
  isolation: IsolationProof.optional(),
});

export const TenantSummary = z.object({
  id: TenantId,
  ref: TenantRef,
  name: z.string(),
  organisation: OrganisationRef,
  offering: OfferingRef,
  model: DeploymentModel,
  plan: PlanCode,
  state: TenantState,
  tainted: z.boolean(),
  stateReason: Facts,
  target: TargetRef,
  endpoint: z.string().nullable(),
  quotas: Quotas,
  usage: UsageView,
  proof: ProofView,
  createdAt: z.date(),
  activeAt: z.date().nullable(),
  retiredAt: z.date().nullable(),
});

export const KpiSeries = z.object({
  spec: KpiSpec,
  /** Ascending in time. */
  points: z.array(z.object({ at: z.date(), value: z.number() })),
});

/** An action of the lifecycle as a button: disabled with the reason, never hidden. */
export const ActionView = z.object({
  action: ActionName,
  needs: Right,
  /** Why it may not start now; null when it may. */
  refusal: FaultView.nullable(),
  /** The tenant's name must be typed. */
  confirmByName: z.boolean(),
});

export const TenantResourceView = z.object({
  urn: z.string(),
  type: z.string(),
  name: z.string(),
  providerId: z.string(),
  parentUrn: z.string(),
  outputs: Facts,
  modifiedAt: z.date(),
});

export const TenantDetail = TenantSummary.extend({
  /** The pinned version's manifest: API, Try it, KPIs, invariants, state machine, texts. */
  manifest: Manifest,
  modules: z.array(z.string()),
  params: Facts,
  endpoints: z.array(z.object({ name: z.string(), url: z.string(), keyPrefix: z.string() })),
  /** A key that waits to be shown once; null when there is none. */
  keyReveal: z.object({ expiresAt: z.date() }).nullable(),
  kpis: z.array(KpiSeries),
  resources: z.array(TenantResourceView),
  /** Newest first. */
  runs: z.array(RunSummary),
  events: z.array(EventView),
  eventCursor: z.string(),
  order: z.object({ id: OrderId, number: z.string(), createdAt: z.date() }).nullable(),
  subscription: SubscriptionView.nullable(),
  actions: z.array(ActionView),
});

export const ActInput = z.object({
  tenantId: TenantId,
  action: ActionName,
  idempotencyKey: z.uuid(),
  /** The tenant's name, where the action asks for it. */
  confirmName: z.string().max(100).optional(),
});

/** Without a key: the newest secret of any that waits. */
export const RevealKeyInput = z.object({ tenantId: TenantId, keyId: z.uuid().optional() });
export const RevealedKey = z.object({ apiKey: z.string(), prefix: z.string(), endpoint: z.string() });

export const CallApiInput = z.object({
  tenantId: TenantId,
  kind: z.enum(['function', 'view']),
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/)
    .max(80),
  /** Of a function. */
  body: z.record(z.string(), z.unknown()).default({}),
  /** Of a view: equality filters, `limit`, `cursor`. */
  query: z.record(z.string().max(80), z.string().max(500)).default({}),
  /** What a header can carry; whether it is long enough is for the tenant’s API to say. */
  idempotencyKey: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/)
    .optional(),
});
export const ApiAnswer = z.object({
  status: z.int(),
  /** A few that help: content-type, retry-after, idempotency-replayed, x-request-id. */
  headers: z.record(z.string(), z.string()),
  body: z.unknown(),
  ms: z.number(),
  url: z.string(),
});
export type ApiAnswer = z.infer<typeof ApiAnswer>;

/** A picture of the tenant's manifest, with what the reader chose. */
export const PictureQuery = z.object({
  tenantId: TenantId,
  name: z.string().max(80),
  inputs: z.record(z.string().max(80), z.string().max(200)).default({}),
  /** Language of what the tenant's API refuses. */
  locale: z.enum(LOCALES).default('en'),
});

export const PictureData = z.object({
  /** In the order of the picture's inputs: the value that was used, and what may be chosen; null for free text. */
  inputs: z.array(
    z.object({
      name: z.string(),
      value: z.string().nullable(),
      choices: z.array(z.object({ value: z.string(), label: LocalText.nullable() })).nullable(),
    }),
  ),
  /** Null while an input is missing, or when the API refused. */
  rows: z.array(z.record(z.string(), z.unknown())).readonly().nullable(),
  /** There are more rows than are drawn. */
  truncated: z.boolean(),
  /** What the tenant's API refused; null when it answered. */
  problem: z.object({ status: z.int(), title: z.string(), code: z.string() }).nullable(),
  at: z.date(),
});
export type PictureData = z.infer<typeof PictureData>;

export const MetricsInput = z.object({
  tenantId: TenantId,
  from: z.date().optional(),
  to: z.date().optional(),
  names: z.array(z.string().max(80)).max(50).optional(),
});
