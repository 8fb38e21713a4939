/** Pulumi's deployment format, version 3, as the engine holds it in memory: values revealed, secrets marked. */
import type { Props } from '../wire/values.ts';

/** Limits in seconds. */
export interface CustomTimeouts {
  readonly create?: number;
  readonly update?: number;
  readonly delete?: number;
}

/** As the state names them. */
export type HookType = 'BeforeCreate' | 'AfterCreate' | 'BeforeUpdate' | 'AfterUpdate' | 'BeforeDelete' | 'AfterDelete';

/** Names of the hooks of a resource. */
export type ResourceHooks = Readonly<Partial<Record<HookType, readonly string[]>>>;

/** One resource. Never changed in place: a new object is a new version, which is what makes saves cheap. */
export interface ResourceState {
  readonly urn: string;
  readonly custom: boolean;
  /** A replaced copy that is still to be deleted. */
  readonly delete?: boolean;
  readonly id?: string;
  readonly type: string;
  readonly inputs: Props;
  readonly outputs: Props;
  readonly parent?: string;
  readonly protect?: boolean;
  /** Read, not made: belongs to somebody else. */
  readonly external?: boolean;
  readonly dependencies?: readonly string[];
  readonly initErrors?: readonly string[];
  /** Provider reference, URN and id. */
  readonly provider?: string;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  /** Deleted, waiting for the replacement to be created. */
  readonly pendingReplacement?: boolean;
  readonly additionalSecretOutputs?: readonly string[];
  readonly importID?: string;
  readonly retainOnDelete?: boolean;
  readonly deletedWith?: string;
  /** ISO times. */
  readonly created?: string;
  readonly modified?: string;
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly customTimeouts?: CustomTimeouts;
  readonly resourceHooks?: ResourceHooks;
}

export type PendingType = 'creating' | 'updating' | 'deleting' | 'reading' | 'importing';

/** An operation that a provider was asked for and whose end is not recorded. */
export interface PendingOperation {
  readonly resource: ResourceState;
  readonly type: PendingType;
}

export interface Snapshot {
  readonly resources: readonly ResourceState[];
  readonly pending: readonly PendingOperation[];
}

/** The members of a resource that the state keeps, in the order in which they are written. */
export const RESOURCE_FIELDS = [
  'urn',
  'custom',
  'delete',
  'id',
  'type',
  'inputs',
  'outputs',
  'parent',
  'protect',
  'external',
  'dependencies',
  'initErrors',
  'provider',
  'propertyDependencies',
  'pendingReplacement',
  'additionalSecretOutputs',
  'importID',
  'retainOnDelete',
  'deletedWith',
  'created',
  'modified',
  'ignoreChanges',
  'replaceOnChanges',
  'customTimeouts',
  'resourceHooks',
] as const satisfies readonly (keyof ResourceState)[];

/** Values that the state leaves out. */
export function isBlank(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  return Array.isArray(value) && value.length === 0;
}
