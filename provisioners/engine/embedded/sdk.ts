/**
 * The parts of the Pulumi SDK that an engine drives. Some of them are not in its public types, so they are typed here, once; the SDK's
 * version is pinned for their sake, and the tests run both transports against it.
 */
import config from '@pulumi/pulumi/runtime/config.js';
import debuggable from '@pulumi/pulumi/runtime/debuggable.js';
import settings from '@pulumi/pulumi/runtime/settings.js';
import stack from '@pulumi/pulumi/runtime/stack.js';
import state from '@pulumi/pulumi/runtime/state.js';

/** The SDK's memory of one run, found through the async context. */
export interface SdkStore {
  readonly settings: { monitor?: SdkClient; engine?: SdkClient };
  /** The server through which the engine calls functions of the program; only there when it has lent any. */
  readonly callbacks?: { shutdown(): void };
}

export interface SdkClient {
  log?: (request: unknown, callback: (error: null) => void) => void;
  close(): void;
}

interface SdkState {
  readonly withLocalStorage: <T>(run: () => T) => T;
  readonly getLocalStore: () => SdkStore | undefined;
}

interface SdkConfig {
  readonly setAllConfig: (values: Readonly<Record<string, string>>, secretKeys: readonly string[]) => void;
}

const { withLocalStorage, getLocalStore } = state as unknown as SdkState;

/** Run something with a store of its own; whatever it starts finds that store again. */
export const runWithStore = withLocalStorage;
/** The store of the run to which the current code belongs. */
export const currentStore = getLocalStore;

export const { setAllConfig } = config as unknown as SdkConfig;
export const { resetOptions } = settings;
/** Resolves when a program has no call under way. What it lent to the engine stays, unlike after the SDK's `disconnect`. */
export const { waitForRPCs } = settings as unknown as { readonly waitForRPCs: () => Promise<void> };
export const { runInPulumiStack } = stack;

/**
 * For each of its promises the SDK writes down a stack trace, to be printed when a process ends with promises that never came. That took
 * a third of a run's time, and a worker does not end with its programs: so it is left out, unless somebody looks for such promises.
 */
if (!process.env['PULUMI_DEBUG_PROMISE_LEAKS']) {
  const traced = debuggable as { debuggablePromise: <T>(promise: Promise<T>) => Promise<T> };
  traced.debuggablePromise = (promise) => promise;
}
