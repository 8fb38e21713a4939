/**
 * The engine port: what runs a Pulumi program. Two engines stand behind it, `embedded` (in process) and `pulumi` (the CLI through
 * the Automation API). Nothing of the product enters here: a stack has a name, a program, packages of providers, and a fence.
 */
import type { Provider } from '@pulumi/pulumi/provider/index.js';

/** An ordinary Pulumi program: registers resources, returns stack outputs. */
export type PulumiProgram = () => Promise<Record<string, unknown> | void>;

/** A provider package (`local`, …). `create` is called once per configured provider and run; `close` when the run ends. */
export interface ProviderPackage {
  readonly name: string;
  readonly version: string;
  readonly create: (config: Record<string, unknown>) => Provider & { close?(): Promise<void> | void };
}

/**
 * Fencing: a monotonic number drawn by whoever hands out the work. An engine takes the stack for its number before it does anything,
 * and every state write checks in its own transaction that no higher number has taken the stack since.
 */
export type Fence = bigint;

export interface StackRequest {
  readonly project: string;
  readonly stack: string;
  readonly fence: Fence;
  readonly packages: readonly ProviderPackage[];
  readonly config?: Readonly<Record<string, string>>;
  /** Keys of `config` that are secret (`namespace:key`). */
  readonly secretConfigKeys?: readonly string[];
  /** Resources in flight at once; default 16. */
  readonly parallel?: number;
  /** How long a provider may take for one call, where a resource has no `customTimeouts`; default one hour. */
  readonly callTimeoutMs?: number;
  /** Aborting cancels: no new operation starts, running ones finish, the state stays valid. */
  readonly signal?: AbortSignal;
  /** How long a cancelled run waits for the operations under way before it leaves them behind, as a crash would; default five minutes. */
  readonly cancelGraceMs?: number;
  readonly onEvent?: (event: EngineEvent) => void;
  /** URNs that alone are touched; `*` stands for any part of one. What they need is left as it is, and has to be there. */
  readonly targets?: readonly string[];
  /** Delete what depends on deleted targets too; otherwise such a run is refused. */
  readonly targetDependents?: boolean;
  /** The run is an error when something changed, or would change. */
  readonly expectNoChanges?: boolean;
}

/** How a run ended, as the history keeps it. Values in `changes` are masked. */
export interface HistoryEntry {
  readonly operation: 'up' | 'destroy' | 'refresh' | 'import';
  readonly fence: Fence;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly ok: boolean;
  readonly counts: OperationCounts;
  /** What was done, resource by resource; those left as they were are not among them. */
  readonly resources: readonly PlannedResource[];
  readonly errors: readonly EngineError[];
}

/** A deployment as `pulumi stack export` prints it: version 3, or 4 with features; secrets sealed. */
export interface ExportedStack {
  readonly version: number;
  readonly features?: readonly string[];
  readonly deployment: Readonly<Record<string, unknown>>;
}

export interface StackReferenceName {
  readonly project: string;
  readonly stack: string;
}

/** What else can be done with a stack than running it. */
export interface StackTools {
  /** What `destroy` would delete; touches neither state nor world. */
  previewDestroy(request: StackRequest): Promise<PreviewResult>;
  /** What changed outside, property by property; reads the world, touches nothing. */
  previewRefresh(request: StackRequest): Promise<PreviewResult>;
  /** Null when there is no such stack. */
  exportStack(name: StackReferenceName): Promise<ExportedStack | null>;
  /** Put a deployment in the place of the stack's. @throws when it is not sound, does not open with the passphrase, or FencedError */
  importStack(request: StackReferenceName & { readonly fence: Fence; readonly exported: ExportedStack }): Promise<void>;
  /** The latest runs, newest first. */
  history(name: StackReferenceName, limit?: number): Promise<readonly HistoryEntry[]>;
}

export interface ProgramRequest extends StackRequest {
  readonly program: PulumiProgram;
}

export interface DestroyRequest extends StackRequest {
  /** Run this program first, so that its delete hooks are there to be called. It makes nothing, and sees what the state has. */
  readonly runProgram?: PulumiProgram;
}

export type Operation = 'create' | 'update' | 'replace' | 'delete' | 'same' | 'read' | 'refresh' | 'retain' | 'discard';

/** One property that differs, by its path (`spec.size`); values are masked when secret, absent when not there. */
export interface PropertyChange {
  readonly path: string;
  readonly kind: 'add' | 'update' | 'delete';
  readonly before?: unknown;
  readonly after?: unknown;
  readonly secret?: boolean;
  /** True when the new value is known only after another resource exists. */
  readonly unknown?: boolean;
  /** True when this property forces a replacement. */
  readonly replaces?: boolean;
}

export type EngineEvent =
  | {
      readonly kind: 'resource.started';
      readonly urn: string;
      readonly type: string;
      readonly name: string;
      readonly parent: string | null;
      readonly operation: Operation;
      readonly at: Date;
    }
  | {
      readonly kind: 'resource.done';
      readonly urn: string;
      readonly type: string;
      readonly name: string;
      readonly parent: string | null;
      readonly operation: Operation;
      readonly at: Date;
      readonly durationMs: number;
      readonly changes: readonly PropertyChange[];
    }
  | {
      readonly kind: 'resource.failed';
      readonly urn: string;
      readonly type: string;
      readonly name: string;
      readonly parent: string | null;
      readonly operation: Operation;
      readonly at: Date;
      readonly durationMs: number;
      readonly message: string;
    }
  | {
      readonly kind: 'log';
      readonly severity: 'debug' | 'info' | 'warning' | 'error';
      readonly message: string;
      readonly urn: string | null;
      readonly at: Date;
    };

/** One row of a resource diff, in program order; deletes last. Inputs carry secrets as `{ secret: true }`, unknowns as `{ unknown: true }`. */
export interface PlannedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly parent: string | null;
  readonly operation: Operation;
  readonly changes: readonly PropertyChange[];
  readonly inputs: Readonly<Record<string, unknown>>;
}

export type OperationCounts = Readonly<Partial<Record<Operation, number>>>;

export interface EngineError {
  /** `program`: the program threw; `resource`: a provider refused; `engine`: state, fence, protocol; `cancelled`. */
  readonly kind: 'program' | 'resource' | 'engine' | 'cancelled';
  readonly urn: string | null;
  readonly message: string;
}

export interface PreviewResult {
  readonly ok: boolean;
  readonly resources: readonly PlannedResource[];
  readonly counts: OperationCounts;
  readonly errors: readonly EngineError[];
  readonly durationMs: number;
}

export interface UpdateResult {
  readonly ok: boolean;
  readonly counts: OperationCounts;
  readonly errors: readonly EngineError[];
  /** Stack outputs in plain text, secrets included: the caller decides what to keep. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Names of outputs that are secret. */
  readonly secretOutputs: readonly string[];
  /** Operations that an earlier, interrupted run left pending and that this run resolved. */
  readonly resumed: readonly { readonly urn: string; readonly operation: string }[];
  readonly durationMs: number;
}

/** A resource as the state holds it, secrets replaced by `{ secret: true }`. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly id: string | null;
  readonly parent: string | null;
  readonly custom: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly dependencies: readonly string[];
  readonly createdAt: Date | null;
  readonly modifiedAt: Date | null;
}

/** Thrown (and reported as `kind: 'engine'`) when a higher fence has taken the stack. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}

export interface Engine {
  readonly name: 'embedded' | 'pulumi';
  /** What `up` would do; touches neither state nor world. */
  preview(request: ProgramRequest): Promise<PreviewResult>;
  up(request: ProgramRequest): Promise<UpdateResult>;
  destroy(request: DestroyRequest): Promise<UpdateResult>;
  /** Reads every resource anew and records what changed outside. */
  refresh(request: StackRequest): Promise<UpdateResult>;
  resources(stack: { readonly project: string; readonly stack: string }): Promise<readonly StateResource[]>;
  /** Forgets an empty stack. Refused (`kind: 'engine'` thrown) while resources remain. */
  removeStack(request: { readonly project: string; readonly stack: string; readonly fence: Fence }): Promise<void>;
  close(): Promise<void>;
}
