/**
 * The kit for offerings: `defineOffering` turns a folder under offerings/ into a definition; `toManifest` makes the published data of it.
 * A blueprint says WHAT a tenant consists of (components); a target says how. Imports domain and zod only.
 */
import { z } from 'zod';
import type { DeploymentModel, Manifest, PlanSpec, Quotas } from '../../server/domain/manifest.ts';
import type { LocalText } from '../../server/domain/text.ts';
import type { OfferingBench } from './bench.ts';
import { withModelParams } from './model-params.ts';
import type { SmokeClient } from './smoke-client.ts';

export type { SmokeClient };

/** A database that holds one pack. `side` matters to hybrid only. */
export interface DatabaseComponent {
  readonly kind: 'database';
  readonly name: string;
  readonly pack: string;
  readonly modules: readonly string[];
  /** Rows of pack.param. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly storageGib: number;
  readonly apiConnections: number;
  readonly sqlConnections: number;
  readonly tempFileMib: number;
  readonly side: 'record' | 'edge';
  /** Function of the pack that fills a new database with sample data, once; absent or null for none. */
  readonly seed?: string | null;
}

/** The HTTP API over a database component. */
export interface ApiComponent {
  readonly kind: 'api';
  readonly name: string;
  readonly of: string;
  readonly rps: number;
  readonly burst: number;
  readonly connections: number;
  readonly storageGib: number;
}

/** What carries changes between the two sides of a hybrid tenant, both ways: from the database of the record to that of the edge. */
export interface LinkComponent {
  readonly kind: 'link';
  readonly name: string;
  /** Names of database components. */
  readonly from: string;
  readonly to: string;
  /**
   * Who dials whom: `direct` the edge dials the private side, `tunnel` it dials a relay to which an agent of the private side has connected,
   * `push` an agent of the private side writes to the edge. */
  readonly mode: LinkMode;
  /** How much of its log the private side keeps for an edge that is away; beyond it everything is copied anew. */
  readonly keepWalMib: number;
  readonly idleSlotMinutes: number;
}
export type LinkMode = 'direct' | 'tunnel' | 'push';

/**
 * A process of the tenant's own beside its database (kit/workload.ts): a program of the offering's folder that signs in to one database with a role
 * of its own, named after it. The pack lets that role in with a function `<name>.admit(role)`, and needs nobody else to.
 */
export interface WorkloadComponent {
  readonly kind: 'workload';
  /** Lower-case letters; a schema of the pack, too. */
  readonly name: string;
  /** Name of the database component. */
  readonly of: string;
  /** The program, within the offering's folder. */
  readonly entry: string;
  /** Beyond it the process is ended, and started again. */
  readonly memoryMib: number;
  /** To the database, at once. */
  readonly connections: number;
  /** For the program. */
  readonly settings: Readonly<Record<string, number>>;
}

/** The module that the private side of a hybrid tenant has beside those that were chosen: it publishes, and takes in. */
export const EDGE_MODULE = 'edge';

export type Component = DatabaseComponent | ApiComponent | LinkComponent | WorkloadComponent;

export interface BlueprintInput<P> {
  readonly params: P;
  readonly plan: { readonly code: PlanSpec['code']; readonly quotas: Quotas };
  readonly model: DeploymentModel;
  readonly modules: readonly string[];
}

/** A price of one SKU: major units as decimal strings per currency, a month, before tax, public model. */
export interface ListPrice {
  readonly sku: string;
  readonly month: Readonly<Record<'CNY' | 'USD' | 'EUR', string>>;
  /** Absent: the book's uplift applies for plans, none for modules. */
  readonly perModel?: Readonly<Partial<Record<DeploymentModel, Readonly<Record<'CNY' | 'USD' | 'EUR', string>>>>>;
}

export interface SmokeStep {
  readonly name: string;
  readonly title: LocalText;
  /** Absent: of every model. */
  readonly models?: readonly DeploymentModel[];
  /** The module that it proves; absent: the core. */
  readonly module?: string;
  /** Throws an Error whose message says what was expected and what came. Returns a short fact ("total 3998"). */
  readonly run: (client: SmokeClient, memo: Record<string, unknown>) => Promise<string>;
}

/** A function of the tenant's API that the platform calls by itself. */
export interface Housekeeping {
  readonly function: string;
  readonly everySeconds: number;
  /** Absent: of every model. */
  readonly models?: readonly DeploymentModel[];
  /** Absent: `record`, the tenant's main API. */
  readonly side?: 'record' | 'edge';
  readonly body: Readonly<Record<string, unknown>>;
}

/** A pack on disk; paths are absolute. */
export interface PackSource {
  readonly name: string;
  readonly version: string;
  /** Folder holding `core/*.sql` and `modules/<code>/*.sql`. */
  readonly directory: string;
  readonly extensions: readonly string[];
}

export interface OfferingDefinition<P = unknown> {
  readonly manifest: Omit<Manifest, 'parameters' | 'version' | 'slug' | 'lifecycle'>;
  readonly slug: string;
  readonly version: string;
  readonly lifecycle: Manifest['lifecycle'];
  readonly params: z.ZodType<P>;
  readonly parameterFields: Manifest['parameters']['fields'];
  readonly prices: readonly ListPrice[];
  /** Null for a preview: listed, not orderable. */
  readonly blueprint: ((input: BlueprintInput<P>) => readonly Component[]) | null;
  readonly pack: PackSource | null;
  readonly smoke: readonly SmokeStep[];
  /** Functions that the platform calls of every active tenant from time to time, such as the expiry of holds. */
  readonly housekeeping?: readonly Housekeeping[];
  /** Business transactions to be measured; without, only the smoke transaction is timed. */
  readonly bench?: OfferingBench;
}

/** Declares an offering. The parameter schema's type reaches the blueprint. */
export function defineOffering<P>(definition: OfferingDefinition<P>): OfferingDefinition<P> {
  return definition;
}

/** The immutable data that is published of an offering. */
export function toManifest(offering: OfferingDefinition<never> | OfferingDefinition): Manifest {
  return {
    ...offering.manifest,
    slug: offering.slug,
    version: offering.version,
    lifecycle: offering.lifecycle,
    parameters: withModelParams(
      {
        schema: z.toJSONSchema(offering.params, { io: 'input', target: 'draft-2020-12' }) as Record<string, unknown>,
        fields: offering.parameterFields,
      },
      offering.manifest.models.flatMap(({ model, available }) => (available ? [model] : [])),
    ),
  };
}

/** A text in both languages. */
export const text = (en: string, zh: string): LocalText => ({ en, zh });

export const database = (
  name: string,
  spec: Omit<DatabaseComponent, 'kind' | 'name' | 'side'> & { side?: 'record' | 'edge' },
): DatabaseComponent => ({
  kind: 'database',
  name,
  side: 'record',
  ...spec,
});

export const api = (name: string, spec: Omit<ApiComponent, 'kind' | 'name'>): ApiComponent => ({
  kind: 'api',
  name,
  ...spec,
});

export const link = (name: string, spec: Omit<LinkComponent, 'kind' | 'name'>): LinkComponent => ({
  kind: 'link',
  name,
  ...spec,
});

export const workload = (name: string, spec: Omit<WorkloadComponent, 'kind' | 'name'>): WorkloadComponent => ({
  kind: 'workload',
  name,
  ...spec,
});
