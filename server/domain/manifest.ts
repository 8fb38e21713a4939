/**
 * An offering version's manifest: all that web, gateway and orders need to know of a vertical, as immutable data.
 * The worker publishes it from the offering's folder; nothing else names a vertical.
 */
import { z } from 'zod';
import { ApiStandard } from './binding.ts';
import { Picture } from './picture.ts';
import { PublicPage } from './public-page.ts';
import { LocalText } from './text.ts';

export const MODELS = ['public', 'private', 'hybrid'] as const;
export const DeploymentModel = z.enum(MODELS);
export type DeploymentModel = z.infer<typeof DeploymentModel>;

export const OFFERING_LIFECYCLE = ['draft', 'preview', 'ga', 'restricted', 'deprecated', 'retired'] as const;
export const OfferingLifecycle = z.enum(OFFERING_LIFECYCLE);
export type OfferingLifecycle = z.infer<typeof OfferingLifecycle>;

export const PlanCode = z.enum(['S', 'M', 'L', 'XL']);
export type PlanCode = z.infer<typeof PlanCode>;

/** Quotas are enforced limits. */
export const Quotas = z.strictObject({
  apiConnections: z.int().positive(),
  sqlConnections: z.int().nonnegative(),
  storageGib: z.int().positive(),
  /** Sustained requests a second through the gateway; `burst` is the bucket's size. */
  rps: z.int().positive(),
  burst: z.int().positive(),
  tempFileMib: z.int().positive(),
  /** Cores of a private instance; a weight in the shared cluster. */
  cpu: z.number().positive(),
  replicas: z.int().nonnegative(),
});
export type Quotas = z.infer<typeof Quotas>;

export const PlanSpec = z.strictObject({
  code: PlanCode,
  sku: z.string(),
  models: z.array(DeploymentModel),
  /** False: by quote only ("talk to us"). */
  orderable: z.boolean(),
  quotas: Quotas,
  backup: LocalText,
  support: LocalText,
  /** How many modules beside the core are included in its price. */
  modulesIncluded: z.int().nonnegative(),
});
export type PlanSpec = z.infer<typeof PlanSpec>;

export const ModuleSpec = z.strictObject({
  code: z.string(),
  sku: z.string(),
  name: LocalText,
  effect: LocalText,
  selectable: z.boolean(),
  /** Why it cannot be selected yet; null when it can. */
  notYet: LocalText.nullable(),
  includedIn: z.array(PlanCode),
});
export type ModuleSpec = z.infer<typeof ModuleSpec>;

/** How one parameter is shown; its type, bounds and default stand in the JSON Schema under the same name. */
export const ParameterSpec = z.strictObject({
  name: z.string(),
  label: LocalText,
  help: LocalText,
  unit: LocalText.nullable(),
  /** How it may be changed while the tenant runs: freely (also when absent), to a larger number or a longer list only, or not at all. */
  change: z.enum(['free', 'grow', 'fixed']).optional(),
  /** Models that it matters to; absent: all. */
  models: z.array(DeploymentModel).optional(),
});
export type ParameterSpec = z.infer<typeof ParameterSpec>;

/** A JSON Schema document (draft 2020-12), kept as data. */
export const JsonSchema = z.record(z.string(), z.unknown());
export type JsonSchema = z.infer<typeof JsonSchema>;

export const ApiFunction = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  summary: LocalText,
  description: LocalText,
  body: JsonSchema,
  writes: z.boolean(),
  status: z.union([z.literal(200), z.literal(201)]),
  errors: z.array(z.string()),
  example: z.record(z.string(), z.unknown()),
  /** Module that brings it; null for the core. */
  module: z.string().nullable(),
  /** A page for people without a key, at `/t/<ref>/page/<name>/<value>`. Absent: there is none. */
  page: PublicPage.optional(),
  /** A key that is bound to a party may call it: it reaches that party's rows and no others. Absent: it may not. */
  party: z.boolean().optional(),
});
export type ApiFunction = z.infer<typeof ApiFunction>;

export const ApiView = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  summary: LocalText,
  /** Columns of the keyset, ascending; together unique. */
  key: z.array(z.string().regex(/^[a-z][a-z0-9_]*$/)).min(1),
  columns: z.record(z.string(), LocalText),
  module: z.string().nullable(),
  /** As of a function. */
  party: z.boolean().optional(),
});
export type ApiView = z.infer<typeof ApiView>;

export const ApiErrorSpec = z.strictObject({ status: z.int().min(400).max(599), title: LocalText });
export type ApiErrorSpec = z.infer<typeof ApiErrorSpec>;

/** The tenant's API: what the gateway serves and the OpenAPI document describes. */
export const ApiDescription = z.strictObject({
  functions: z.array(ApiFunction),
  views: z.array(ApiView),
  /** By SQLSTATE of the pack. */
  errors: z.record(z.string(), ApiErrorSpec),
  /** Paths and media types of standards, beside functions and views; absent in versions from before there were any. */
  standards: z.array(ApiStandard).optional(),
});
export type ApiDescription = z.infer<typeof ApiDescription>;

export const KpiSpec = z.strictObject({
  name: z.string(),
  title: LocalText,
  unit: z.string(),
  kind: z.enum(['gauge', 'count', 'money', 'percent', 'ms']),
  direction: z.enum(['up', 'down', 'none']),
  warn: z.number().nullable(),
  crit: z.number().nullable(),
});
export type KpiSpec = z.infer<typeof KpiSpec>;

export const ProcessSpec = z.strictObject({ code: z.string(), name: LocalText, standard: z.string(), what: LocalText });
export type ProcessSpec = z.infer<typeof ProcessSpec>;

export const StateMachineSpec = z.strictObject({
  title: LocalText,
  states: z.array(z.strictObject({ code: z.string(), name: LocalText, terminal: z.boolean() })),
  transitions: z.array(z.strictObject({ from: z.string(), to: z.string() })),
});

/**
 * One call of the Try it panel, in order. `{{name}}` in a body is filled from what an earlier answer saved; `{{random}}` is six lower-case
 * letters and digits, the same through one pass of the panel, so that names do not collide with those of the last pass.
 */
export const TryCall = z.strictObject({
  kind: z.enum(['function', 'view']),
  name: z.string(),
  title: LocalText,
  body: z.record(z.string(), z.unknown()).nullable(),
  /** Variable name → path into the answer, such as `orderNo` or `items.0.sku`. */
  save: z.record(z.string(), z.string()),
});
export type TryCall = z.infer<typeof TryCall>;

/** Coefficients of the sizing formulas (domain/sizing.ts); each offering measures its own. */
export const SizingSpec = z.strictObject({
  transaction: LocalText,
  transactionsPerDayDefault: z.int().positive(),
  /** TPC-B equivalents of one transaction. */
  tpcbPerTransaction: z.number().positive(),
  readsPerWrite: z.number().nonnegative(),
  bytesPerTransaction: z.int().positive(),
  keepDaysDefault: z.int().positive(),
});
export type SizingSpec = z.infer<typeof SizingSpec>;

export const Manifest = z.strictObject({
  slug: z.string().regex(/^[a-z][a-z0-9-]*$/),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  lifecycle: OfferingLifecycle,
  /** OKLCH hue of the offering's spine, degrees. */
  hue: z.number().min(0).max(360),
  name: LocalText,
  summary: LocalText,
  /** The business transaction that proves a tenant. */
  proof: LocalText,
  /** Markdown: what it is for, what it holds. */
  content: LocalText,
  processes: z.array(ProcessSpec),
  stateMachine: StateMachineSpec.nullable(),
  models: z.array(
    z.strictObject({ model: DeploymentModel, available: z.boolean(), what: LocalText, notYet: LocalText.nullable() }),
  ),
  plans: z.array(PlanSpec),
  modules: z.array(ModuleSpec),
  parameters: z.strictObject({ schema: JsonSchema, fields: z.array(ParameterSpec) }),
  api: ApiDescription.nullable(),
  /** What the public side of a hybrid tenant serves; absent where the offering is never hybrid. */
  edgeApi: ApiDescription.optional(),
  kpis: z.array(KpiSpec),
  /** Rule as `api.invariants` names it → words. */
  invariants: z.record(z.string(), LocalText),
  tryIt: z.array(TryCall),
  sizing: SizingSpec.nullable(),
  /** What the tenant's page draws from the tenant's API (domain/picture.ts); absent in versions from before there were any. */
  pictures: z.array(Picture).optional(),
  /** What a key may be bound to: a seller, a source; absent where keys work for the whole tenant only. */
  party: z.strictObject({ name: LocalText, help: LocalText, example: z.string() }).optional(),
  /** An SVG document drawn in `currentColor`, for light and dark. */
  cover: z.string().optional(),
});
export type Manifest = z.infer<typeof Manifest>;

interface Choice {
  readonly plan: PlanCode;
  readonly modules: readonly string[];
}

/** Codes of the modules that a tenant has: those that it chose or its plan includes, as far as they can be had. */
export function installedModules({ modules }: Pick<Manifest, 'modules'>, tenant: Choice): readonly string[] {
  return modules
    .filter(
      ({ code, selectable, includedIn }) =>
        selectable && (tenant.modules.includes(code) || includedIn.includes(tenant.plan)),
    )
    .map(({ code }) => code);
}

/** The pictures that a tenant has: those of the core, and those of its modules. */
export function picturesOf(manifest: Manifest, tenant: Choice): readonly Picture[] {
  const installed = installedModules(manifest, tenant);
  return (manifest.pictures ?? []).filter(({ module }) => module === null || installed.includes(module));
}
