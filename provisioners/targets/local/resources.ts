/** The resources of package `local` as a program sees them: typed arguments and outputs, no behaviour. */
import * as pulumi from '@pulumi/pulumi';
import type { RouteLimits } from '../../../server/registry/model.ts';
import { VERSION } from './providers/provider.ts';

type Inputs<T> = { readonly [K in keyof T]: pulumi.Input<T[K]> };

/** Outputs that are not inputs have to be announced, or the SDK does not deliver them. */
function announce(args: object, outputs: readonly string[]): pulumi.Inputs {
  return { ...Object.fromEntries(outputs.map((name) => [name, undefined])), ...args };
}

const withVersion = (options: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions =>
  pulumi.mergeOptions({ version: VERSION }, options);

export interface InstanceArgs {
  readonly name: string;
  /** As in postgresql.conf. */
  readonly settings: Readonly<Record<string, string>>;
  readonly access: readonly { readonly database: string; readonly role: string }[];
  readonly bounds: { readonly cpuCores: number; readonly memoryMib: number };
}

export class Instance extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly systemIdentifier: pulumi.Output<string>;
  /** Of PostgreSQL. */
  declare readonly version: pulumi.Output<string>;
  constructor(name: string, args: Inputs<InstanceArgs>, options: pulumi.CustomResourceOptions) {
    super('local:index:Instance', name, announce(args, ['systemIdentifier', 'version']), withVersion(options));
  }
}

/** Of resources that act on a server. */
interface InInstance {
  /** Name of the instance; absent: the shared cluster. */
  readonly instance?: string;
}

interface RoleArgs extends InInstance {
  readonly name: string;
  readonly ref: string;
  readonly login: boolean;
  readonly connectionLimit: number;
  readonly tempFileMib: number;
}

export class Role extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  /** Null for a role that cannot sign in. */
  declare readonly sealedPassword: pulumi.Output<string | null>;
  constructor(name: string, args: Inputs<RoleArgs>, options: pulumi.CustomResourceOptions) {
    super(
      'local:index:Role',
      name,
      announce(args, ['sealedPassword']),
      withVersion({ ...options, additionalSecretOutputs: ['sealedPassword'] }),
    );
  }
}

interface DatabaseArgs extends InInstance {
  readonly name: string;
  readonly owner: string;
  readonly connect: readonly pulumi.Input<string>[];
  readonly connectionLimit: number;
  readonly template: string;
  readonly modules: readonly string[];
}

export class Database extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  constructor(name: string, args: Inputs<DatabaseArgs>, options: pulumi.CustomResourceOptions) {
    super('local:index:Database', name, announce(args, []), withVersion(options));
  }
}

interface PackArgs extends InInstance {
  readonly database: string;
  readonly owner: string;
  readonly apiRole: string;
  readonly biRole: string;
  readonly pack: string;
  readonly version: string;
  readonly modules: readonly string[];
  readonly checksum: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Function that fills a new database with sample data. */
  readonly seed: string | null;
}

export class Pack extends pulumi.CustomResource {
  declare readonly database: pulumi.Output<string>;
  declare readonly apiRole: pulumi.Output<string>;
  constructor(name: string, args: Inputs<PackArgs>, options: pulumi.CustomResourceOptions) {
    super('local:index:Pack', name, announce(args, []), withVersion(options));
  }
}

interface TransferArgs {
  readonly ref: string;
  readonly database: string;
  readonly apiRole: string;
  readonly biRole: string;
  readonly instance: string;
}

/** The rows of a tenant, on their way from the shared cluster to its own instance. */
export class Transfer extends pulumi.CustomResource {
  /** Known when every row is there. */
  declare readonly database: pulumi.Output<string>;
  constructor(name: string, args: Inputs<TransferArgs>, options: pulumi.CustomResourceOptions) {
    super('local:index:Transfer', name, announce(args, ['rows', 'pausedMs']), withVersion(options));
  }
}

interface ApiKeyArgs {
  readonly ref: string;
  /** Absent: the key that the tenant is made with. */
  readonly name?: string;
  readonly scopes: readonly ('read' | 'write')[];
  readonly generation: number;
  readonly party?: string;
  readonly expiresAt?: string;
}

export class ApiKey extends pulumi.CustomResource {
  declare readonly prefix: pulumi.Output<string>;
  declare readonly hash: pulumi.Output<string>;
  constructor(name: string, args: Inputs<ApiKeyArgs>, options: pulumi.CustomResourceOptions) {
    super('local:index:ApiKey', name, announce(args, ['prefix', 'hash']), withVersion(options));
  }
}

interface RouteArgs extends InInstance {
  readonly ref: string;
  readonly title: string;
  readonly offering: string;
  readonly version: string;
  readonly modules: readonly string[];
  readonly database: string;
  readonly role: string;
  readonly sealedPassword: string | null;
  readonly limits: RouteLimits;
  readonly apiHash: string;
}

export class Route extends pulumi.CustomResource {
  declare readonly ref: pulumi.Output<string>;
  constructor(name: string, args: Inputs<RouteArgs>, options: pulumi.CustomResourceOptions) {
    super('local:index:Route', name, announce(args, []), withVersion(options));
  }
}

interface ReplicationRoleArgs extends InInstance {
  readonly name: string;
  readonly connectionLimit: number;
}

export class ReplicationRole extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  constructor(name: string, args: Inputs<ReplicationRoleArgs>, options: pulumi.CustomResourceOptions) {
    super('local:index:ReplicationRole', name, announce(args, []), withVersion(options));
  }
}

interface DmzArgs extends InInstance {
  readonly name: string;
  /** The one role that may connect. */
  readonly connect: string;
  readonly content: string;
}

export class Dmz extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  constructor(name: string, args: Inputs<DmzArgs>, options: pulumi.CustomResourceOptions) {
    super('local:index:Dmz', name, announce(args, []), withVersion(options));
  }
}

export interface PublicationArgs extends InInstance {
  readonly database: string;
  readonly name: string;
  readonly schema: string;
  readonly publish: 'all' | 'insert';
  readonly reader?: string;
  readonly content: string;
}

export class Publication extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  constructor(name: string, args: Inputs<PublicationArgs>, options: pulumi.CustomResourceOptions) {
    super('local:index:Publication', name, announce(args, []), withVersion(options));
  }
}

interface SubscriptionArgs {
  readonly ref: string;
  readonly way: 'local' | 'outward' | 'inward';
  readonly publication: string;
  readonly via: 'direct' | 'tunnel';
  readonly content: string;
}

export class Subscription extends pulumi.CustomResource {
  declare readonly ref: pulumi.Output<string>;
  constructor(name: string, args: Inputs<SubscriptionArgs>, options: pulumi.CustomResourceOptions) {
    super('local:index:Subscription', name, announce(args, []), withVersion(options));
  }
}

interface LinkAgentArgs {
  readonly ref: string;
  readonly mode: 'direct' | 'tunnel' | 'push';
  /** Role that writes to the edge; of a push only. */
  readonly writer?: string;
  readonly content: string;
}

export class LinkAgent extends pulumi.CustomResource {
  declare readonly ref: pulumi.Output<string>;
  constructor(name: string, args: Inputs<LinkAgentArgs>, options: pulumi.CustomResourceOptions) {
    super('local:index:LinkAgent', name, announce(args, []), withVersion(options));
  }
}

/** The part of the shared cluster's replication settings that one link takes; where none is free, the cluster is grown for it. */
export class LinkSeat extends pulumi.CustomResource {
  declare readonly ref: pulumi.Output<string>;
  constructor(name: string, args: Inputs<{ readonly ref: string }>, options: pulumi.CustomResourceOptions = {}) {
    super('local:index:LinkSeat', name, announce(args, ['note']), withVersion(options));
  }
}

interface WorkloadArgs extends InInstance {
  readonly ref: string;
  readonly name: string;
  readonly offering: string;
  readonly entry: string;
  readonly database: string;
  readonly role: string;
  readonly memoryMib: number;
  readonly settings: Readonly<Record<string, number>>;
  readonly content: string;
}

/** A process of the tenant beside its database. */
export class Workload extends pulumi.CustomResource {
  /** Known when it works. */
  declare readonly name: pulumi.Output<string>;
  constructor(name: string, args: Inputs<WorkloadArgs>, options: pulumi.CustomResourceOptions) {
    super('local:index:Workload', name, announce(args, []), withVersion(options));
  }
}
