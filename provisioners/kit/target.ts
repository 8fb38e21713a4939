/**
 * The kit for targets: a target turns a tenant's graph of components into an ordinary Pulumi program, and brings the provider packages
 * the program needs. Imports domain only (types of the engine port come from the SDK's own contract).
 */
import type { Provider } from '@pulumi/pulumi/provider/index.js';
import type { Holdings } from '../../server/domain/change.ts';
import type { ApiDescription, DeploymentModel, Quotas } from '../../server/domain/manifest.ts';
import type { IsolationFact } from '../../server/domain/isolation.ts';
import type { TenantKey } from '../../server/domain/keys.ts';
import type { PreflightCheck } from '../../server/domain/preflight.ts';
import type { Residency, Territory } from '../../server/domain/residency.ts';
import type { LocalText } from '../../server/domain/text.ts';
import type { Topology } from '../../server/domain/topology.ts';
import type { Component, PackSource } from './offering.ts';

/** All a target needs to know of a tenant; deterministic, so that the same order gives the same plan and the same hash. */
export interface TenantGraph {
  readonly ref: string;
  readonly title: string;
  readonly offering: string;
  readonly version: string;
  readonly model: DeploymentModel;
  /** The model it has until this program has run; its rows come along. Absent, or the same: it does not move. */
  readonly movedFrom?: DeploymentModel;
  readonly region: string;
  /** Where the record must stay; absent: anywhere. */
  readonly residency?: Residency;
  /** Of the plan; a target may need more of it than the components carry, such as the size of a server. */
  readonly quotas: Quotas;
  readonly modules: readonly string[];
  /** Secrets of its API keys, a resource of type `…:ApiKey` each, with outputs name, generation, prefix and hash; absent: the first alone. */
  readonly keys?: readonly TenantKey[];
  readonly components: readonly Component[];
  readonly pack: PackSource;
  readonly api: ApiDescription;
  /** Of the public side of a hybrid tenant. */
  readonly edgeApi?: ApiDescription | null;
}

/** What a program's stack outputs must hold. The API key is not among them: state keeps its hash only, see `takeKey`. */
export interface TenantOutputs {
  readonly endpoint: string;
  readonly apiKeyPrefix: string;
}

/** One finding of a look before the order: is there room, does the target answer? */
export interface Capacity {
  readonly resource: string;
  readonly used: number;
  readonly total: number;
  readonly unit: string;
}

/** A pack with some of its modules. */
export interface PackChoice {
  readonly pack: PackSource;
  readonly modules: readonly string[];
}

/** A place where a target keeps tenants. */
export interface TargetRegion {
  readonly code: string;
  readonly name: LocalText;
  /** Where it lies by law; empty for a place that does not say. */
  readonly territories: readonly Territory[];
}

/** Of the machine, for one tenant alone: cores and MiB; `used` null where nobody can say. */
export interface MachineUse {
  readonly max: number;
  readonly used: number | null;
  /** Whether more is refused, or only asked not to be taken. */
  readonly hold: 'enforced' | 'advisory';
}

export interface TenantUsage {
  readonly storageBytes: number;
  /** Open now. */
  readonly connections: number;
  /** Of people who read with SQL. */
  readonly sqlSessions: number;
  /** Absent for a tenant that shares its server with others. */
  readonly machine?: { readonly cpu: MachineUse; readonly memory: MachineUse };
}

export interface TargetDefinition {
  readonly name: string;
  readonly models: readonly DeploymentModel[];
  /** Wires the target to its environment once per worker. */
  connect(environment: Readonly<Record<string, string | undefined>>): ConnectedTarget;
}

export interface ConnectedTarget {
  /** As its environment says. */
  readonly regions: readonly TargetRegion[];
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    readonly create: (config: Record<string, unknown>) => Provider & { close?(): Promise<void> | void };
  }[];
  /** The Pulumi program of a tenant. */
  program(graph: TenantGraph): () => Promise<Record<string, unknown>>;
  /** Makes what must be there before the first order, and drops what was made ahead for other packs than these. Idempotent. */
  prepare(packs: readonly PackChoice[]): Promise<void>;
  /** Makes ahead, while orders are taken already, what they will mostly ask for, so that none pays for being the first. Idempotent. */
  stock(packs: readonly PackChoice[]): Promise<void>;
  capacity(): Promise<readonly Capacity[]>;
  /**
   * What stands against this tenant and what speaks for it, before it is made. Absent, or null for a tenant that needs no closer look:
   * its components are held against `capacity`.
   */
  preflight?(graph: TenantGraph): Promise<readonly PreflightCheck[] | null>;
  /**
   * Tries the wall around a tenant from the customer's side: every rule that its model promises.
   * @param atGate before the tenant is active: rules whose trial would take something from a tenant in use are tried, too
   */
  proveIsolation?(ref: string, atGate: boolean): Promise<readonly IsolationFact[]>;
  /** What a tenant uses of its plan now; null when it has no database. */
  usage(ref: string): Promise<TenantUsage | null>;
  /** Where a tenant's rows are served from now; null when it is not served. */
  servedAs?(ref: string): Promise<'public' | 'private' | null>;
  /** Leaves the old place of a tenant that did not move after all as it was: open to writers, copied by nobody. Idempotent. */
  abandonMove?(ref: string): Promise<void>;
  /** What a change would interrupt, for how long, and for whom; each a finding beside those of `preflight`. */
  interruptions?(before: TenantGraph, after: TenantGraph): readonly PreflightCheck[];
  /** What a tenant holds that a change could lose.
   * @param graph the tenant as it runs now
   * @param removed modules that the change would take out */
  holdings(graph: TenantGraph, removed: readonly string[]): Promise<Holdings>;
  /** Enforces storage quotas over all tenants; returns what changed. */
  watchStorage(): Promise<
    readonly {
      readonly ref: string;
      readonly usedBytes: number;
      readonly maxBytes: number;
      readonly state: 'ok' | 'warn' | 'alert' | 'full';
    }[]
  >;
  /** Opens or closes a tenant's route. */
  setRoute(ref: string, state: 'open' | 'closed'): Promise<void>;
  /**
   * Ends what runs for this tenant alone and keeps its state, until `wake`: also across restarts of the machine. Idempotent; absent, or
   * nothing to do, where nothing runs for one tenant alone.
   */
  rest?(ref: string): Promise<void>;
  /** Starts it again; resolves when it serves. Idempotent. */
  wake?(ref: string): Promise<void>;
  /**
   * The plaintext of each API key that a program made, once: it is deleted when `store` has resolved (at once without it), so that a
   * worker killed in between finds it again. The newest is returned; null when there is none to take.
   */
  takeKey(ref: string, store?: (key: string, keyId: string) => Promise<void>): Promise<string | null>;
  /** When API keys were used last, by the resource's id; absent where nobody notes it. */
  keyUses?(): Promise<readonly { readonly id: string; readonly ref: string; readonly lastUsedAt: Date }[]>;
  /** Lets tokens signed with this key (Ed25519, SPKI PEM) into tenants' APIs. `id` is the token header's key id. */
  trustIssuer(issuer: { readonly id: string; readonly publicKey: string }): Promise<void>;
  /** What still exists of a tenant, by name; empty when nothing is left. */
  leftovers(ref: string): Promise<readonly string[]>;
  /** What runs where and what crosses between, as it is now; null when nothing of the tenant exists. Never throws for a part that is away. */
  topology?(ref: string): Promise<Topology | null>;
  ping(): Promise<void>;
  /**
   * Names the present life of what the target, or this tenant, runs on. Another name means it was restarted meanwhile: what failed may be
   * tried again. Throws while it does not run.
   */
  incarnation?(ref?: string): Promise<string>;
  close(): Promise<void>;
}

export function defineTarget(definition: TargetDefinition): TargetDefinition {
  return definition;
}
