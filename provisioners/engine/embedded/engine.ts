/**
 * The embedded engine: runs Pulumi programs in this process, over the SDK's own protocol, with the state in PostgreSQL. Programs and
 * provider packages come in through the port; results and events leave through it; nothing of the product is known here.
 *
 * What a provider author may rely on, and must hold to:
 * - `create` may be asked again for a URN after a crash or a failure, because nobody knows how far it came. It must be idempotent: adopt
 *   what it made before (by a name or mark derived from the inputs or the URN) and bring it to the inputs. The same holds for `update`
 *   and `delete`; deleting what is not there is a success.
 * - That an operation was asked for is durable before the provider is called, and its result is durable before another provider is
 *   asked to act, and when the run ends.
 * - The URN is given to every call and identifies the resource for its whole life, renames with aliases aside.
 * - `check` and `diff` see the unknown mark where a preview cannot know a value; `create`, `update` and `delete` never do, and are not
 *   called in previews. A `diff` that throws because of an unknown counts as "it changes".
 * - In a preview, what is updated has its new inputs as outputs and those outputs that `diff` names in `stables`; the rest is unknown.
 *   Naming them keeps dependents from being planned for updates that will not come.
 * - `create` of a package is called in previews too: connect when first asked, not before.
 * - Inputs and outputs carry secrets wrapped, as under the CLI: `{ [signature]: …, value }`. Reveal what you use; return what you make
 *   secret wrapped (`toSecret`). Handle plain values too. An output that equals a secret input of the same name is wrapped for you.
 * - `diff`, `update` and `delete` get the outputs of the last success as `olds`; `check` gets the last inputs.
 * - The configuration given to `create` of a package is revealed. Explicit providers and `package:key` configuration both end up there.
 * - Calls come in parallel, at most `parallel` at once; those of one resource come one after another.
 */
import type { StackName } from '../state/keys.ts';
import { readHistory, recordRun } from '../state/history.ts';
import { openStateStore } from '../state/store.ts';
import type { Engine, PreviewResult, StackRequest, StackTools, UpdateResult } from '../port.ts';
import { deploy, type Deployment } from './deploy.ts';
import { failedPreview, failedUpdate, toPreviewResult, toUpdateResult } from './results.ts';
import { readResources, removeStack } from '../state/stacks.ts';
import { exportStack, importStack } from '../state/transfer.ts';
import type { Transport } from './transport.ts';

/** A logger with the shape of pino's. */
export interface EngineLogger {
  error(fields: object, message: string): void;
}

export interface EmbeddedEngineOptions {
  /** The database that holds the schema `pulumi`, with a role that owns that schema. */
  readonly stateUrl: string;
  /** Secrets in the state are encrypted with it. */
  readonly passphrase: string;
  readonly logger?: EngineLogger;
  /** `grpc` uses the SDK's public contract only; slower. Default `inproc`. */
  readonly transport?: Transport;
}

/** Make an engine. It connects when it is first used; {@link prepareStateSchema} must have run once on the database. */
export function createEmbeddedEngine({
  stateUrl,
  passphrase,
  logger,
  transport = 'inproc',
}: EmbeddedEngineOptions): Engine & StackTools {
  const onError = (error: Error) => logger?.error({ err: error }, 'engine state');
  const store = openStateStore({ url: stateUrl, passphrase, onError });

  async function preview(
    mode: Deployment['mode'],
    request: StackRequest,
    program?: Deployment['program'],
  ): Promise<PreviewResult> {
    const startedAt = performance.now();
    try {
      return toPreviewResult(await deploy({ mode, preview: true, request, program, store, transport }), startedAt);
    } catch (error) {
      return failedPreview(error, startedAt);
    }
  }

  async function update(
    mode: Deployment['mode'],
    request: StackRequest,
    program?: Deployment['program'],
  ): Promise<UpdateResult> {
    const startedAt = performance.now();
    try {
      return toUpdateResult(await deploy({ mode, preview: false, request, program, store, transport }), startedAt);
    } catch (error) {
      return failedUpdate(error, startedAt);
    }
  }

  return {
    name: 'embedded',
    preview: (request) => preview('up', request, request.program),
    previewDestroy: (request) => preview('destroy', request),
    previewRefresh: (request) => preview('refresh', request),
    up: (request) => update('up', request, request.program),
    destroy: (request) => update('destroy', request, request.runProgram),
    refresh: (request) => update('refresh', request),
    resources: (name: StackName) => readResources(store, name),
    exportStack: (name) => exportStack(store, name),
    importStack: async ({ project, stack, fence, exported }) => {
      const startedAt = new Date();
      const lease = { project, stack, fence };
      await importStack(store, lease, exported);
      const ended = { operation: 'import', fence, startedAt, ok: true, counts: {}, resources: [], errors: [] } as const;
      await recordRun(store, lease, ended);
    },
    history: (name, limit) => readHistory(store, name, limit),
    removeStack: (lease) => removeStack(store, lease),
    close: () => store.close(),
  };
}
