/** What a kind of resource is to the provider: a schema of its inputs, what forces a replacement, and five verbs. One file per kind. */
import type { z } from 'zod';
import type { ApiDescription } from '../../../../server/domain/manifest.ts';
import type { Supervisor } from '../../../../server/registry/supervisor.ts';
import type { LoadedPack } from '../../../kit/pack/load.ts';
import type { SharedCluster } from '../cluster.ts';
import type { Instances } from '../instances.ts';
import type { LinksRuntime } from '../links/runtime.ts';
import type { WorkloadsRuntime } from '../workloads/runtime.ts';
import type { Props } from './wire.ts';

/** What the verbs work with. Content too big for a stack's state is looked up by its hash; the program puts it there first. */
export interface ProviderContext {
  /** Of public tenants and the registry. A kind that acts on a server takes `inInstance` and asks `instances.serverOf` which one. */
  readonly cluster: SharedCluster;
  readonly instances: Instances;
  /** Who may be asked to restart the shared cluster; null for nobody. */
  readonly supervisor: Supervisor | null;
  readonly envelopeKey: string;
  /** Carries links that need processes. */
  readonly links: LinksRuntime;
  /** Runs tenants' own processes. */
  readonly workloads: WorkloadsRuntime;
  readonly packs: ReadonlyMap<string, LoadedPack>;
  readonly apis: ReadonlyMap<string, ApiDescription>;
}

export interface ResourceKind<S extends z.ZodObject = z.ZodObject> {
  readonly inputs: S;
  /** Inputs whose change replaces the resource. */
  readonly replaceOn: readonly (keyof z.infer<S> & string)[];
  /** Inputs that matter at creation only; their change is no change. */
  readonly createOnly: readonly (keyof z.infer<S> & string)[];
  /** Makes it, or adopts what an interrupted create of the same resource left. Outputs beside the inputs are returned. */
  create(
    context: ProviderContext,
    urn: string,
    inputs: z.infer<S>,
  ): Promise<{ readonly id: string; readonly outs: Props }>;
  /** Inputs and outputs as the world has them now; null when it is gone. */
  read(context: ProviderContext, id: string, state: Props): Promise<Props | null>;
  update(context: ProviderContext, id: string, urn: string, olds: Props, inputs: z.infer<S>): Promise<Props>;
  /** Removes it; fine when it is gone already. */
  delete(context: ProviderContext, id: string, state: Props): Promise<void>;
}

/** Keeps a kind's schema type while the provider holds kinds of many schemas. */
export function defineKind<S extends z.ZodObject>(kind: ResourceKind<S>): ResourceKind {
  return kind;
}

/** Thrown when a name is taken by something that this resource did not make. */
export class NotOursError extends Error {
  override readonly name = 'NotOursError';
  constructor(what: string) {
    super(`${what} exists and was not made by this resource; it is left as it is`);
  }
}
