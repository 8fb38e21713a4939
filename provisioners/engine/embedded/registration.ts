/** What a program asks for, apart from how it was sent. */
import type { CustomTimeouts, ResourceHooks } from '../state/deployment.ts';
import type { Props } from '../wire/values.ts';

/** Where a resource was before: a URN, or the parts that differ. Empty parts are as they are now. */
export type Alias =
  | string
  | {
      readonly name: string;
      readonly type: string;
      readonly stack: string;
      readonly project: string;
      readonly parent: string;
      readonly noParent: boolean;
    };

/** Options that the state keeps with the resource. */
export interface KeptOptions {
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly deletedWith?: string;
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly additionalSecretOutputs?: readonly string[];
  readonly customTimeouts?: CustomTimeouts;
  readonly resourceHooks?: ResourceHooks;
}

/** How to find the provider: a reference, or else what makes the default one. Empty strings when not given. */
export interface ProviderChoice {
  readonly reference: string;
  readonly version: string;
  readonly downloadUrl: string;
}

export interface Registration {
  readonly type: string;
  readonly name: string;
  /** URN, or empty. */
  readonly parent: string;
  readonly custom: boolean;
  readonly inputs: Props;
  readonly provider: ProviderChoice;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly aliases: readonly Alias[];
  /** Undefined leaves it to the provider. */
  readonly deleteBeforeReplace: boolean | undefined;
  /** Id of an existing resource to take over; empty for none. */
  readonly importId: string;
  readonly options: KeptOptions;
}

export interface ReadRequest {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly id: string;
  readonly properties: Props;
  readonly provider: ProviderChoice;
  readonly dependencies: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
}

export interface InvokeRequest {
  readonly token: string;
  readonly args: Props;
  readonly provider: ProviderChoice;
}

/** What the program learns. `unknown`: it will not come in this run, whoever waits for it goes without. */
export interface Registered {
  readonly urn: string;
  readonly id: string;
  readonly outputs: Props;
  readonly unknown: boolean;
}
