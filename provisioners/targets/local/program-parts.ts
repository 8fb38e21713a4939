/** What the two sides of a program share: its surroundings, which APIs are described, what a request may cost. */
import type { ApiDescription } from '../../../server/domain/manifest.ts';
import type { RouteLimits } from '../../../server/registry/model.ts';
import type { ApiComponent, DatabaseComponent, LinkComponent } from '../../kit/offering.ts';
import type { LoadedPack } from '../../kit/pack/load.ts';
import type { TenantGraph } from '../../kit/target.ts';

/** Bounds of one request that no plan sells. */
const STATEMENT_TIMEOUT_MS = 10_000;
const BODY_BYTES_MAX = 1_048_576;
const GIB = 2 ** 30;

export interface ProgramContext {
  readonly gatewayUrl: string;
  readonly loadPack: (source: TenantGraph['pack']) => Promise<LoadedPack>;
  /** Where the provider looks for content by its hash. */
  readonly packs: Map<string, LoadedPack>;
  readonly apis: Map<string, ApiDescription>;
}

export interface EdgeParts {
  readonly database: DatabaseComponent;
  readonly api: ApiComponent;
  readonly link: LinkComponent;
}

/** The API of a tenant with these modules: what others bring is neither served nor described. */
export function describeFor(api: ApiDescription, modules: readonly string[]): ApiDescription {
  const present = ({ module }: { readonly module: string | null }): boolean =>
    module === null || modules.includes(module);
  return { ...api, functions: api.functions.filter(present), views: api.views.filter(present) };
}

export function limitsOf(api: ApiComponent): RouteLimits {
  return {
    connections: api.connections,
    rps: api.rps,
    burst: api.burst,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    bodyBytesMax: BODY_BYTES_MAX,
    storageBytesMax: api.storageGib * GIB,
  };
}
