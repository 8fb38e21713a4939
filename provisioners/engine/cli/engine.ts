/**
 * The engine `pulumi`: the real CLI behind the port, through the Automation API, on the very rows of the embedded engine. Programs and
 * provider packages run in this process and are served to the CLI over loopback gRPC; the CLI's events come back as the port's.
 *
 * Weaker than the embedded engine: the fence is taken before the CLI starts and checked after it ends, but its own writes do not check it,
 * and its lock has no lease. Whoever may connect to this machine's loopback while a run lasts can call its providers, as with any plugin.
 */
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import {
  FencedError,
  type Engine,
  type EngineError,
  type PreviewResult,
  type ProgramRequest,
  type StackRequest,
  type UpdateResult,
} from '../port.ts';
import { yieldToCli } from '../state/session.ts';
import { readResources, removeStack } from '../state/stacks.ts';
import { loadSnapshot, openStateStore } from '../state/store.ts';
import { STACK_TYPE } from '../wire/urn.ts';
import { hasSecret, revealProps, toSecret } from '../wire/values.ts';
import { findCli } from './find-cli.ts';
import { attachProviders, type Attached } from './providers.ts';
import { serveProgram } from './program-server.ts';
import { recover, type Resumed } from './recover.ts';
import { createReport, type Report } from './report.ts';
import { checkFence, clearDeadLocks, ensureStack, forgetHistory } from './rows.ts';
import { withStack } from './workspace.ts';

export interface PulumiEngineOptions {
  /** The database that holds the schema `pulumi`, with a role that owns that schema. */
  readonly stateUrl: string;
  readonly passphrase: string;
  readonly logger?: { error(fields: object, message: string): void };
  /** How long a cancelled CLI has to come out of its running operations before it is killed; default 30 s. */
  readonly graceMs?: number;
}

const GRACE_MS = 30_000;
/** How long a killed CLI's provider calls are waited for, before what they left is repaired; the next run repairs it otherwise. */
const AFTER_KILL_MS = 5_000;

type Command = 'preview' | 'up' | 'destroy' | 'refresh';
/** Commands that run the program. */
const WITH_PROGRAM: ReadonlySet<Command> = new Set<Command>(['preview', 'up']);
type Request = StackRequest & Partial<Pick<ProgramRequest, 'program'>>;

/** Make an engine on the CLI. Nothing is loaded, connected or looked for before its first call. */
export function createPulumiEngine({ stateUrl, passphrase, logger, graceMs = GRACE_MS }: PulumiEngineOptions): Engine {
  const onError = (error: Error) => logger?.error({ err: error }, 'engine state');
  const store = openStateStore({ url: stateUrl, passphrase, onError });

  /** Run one command of the CLI on a stack that is there and free. */
  async function drive(cli: string, command: Command, request: Request, report: Report, attached: Attached) {
    const { packages, signal, parallel = 16 } = request;
    const program = WITH_PROGRAM.has(command) ? request.program : undefined;
    const served = program && (await serveProgram({ program, packages, onError: report.programFailed }));
    let killed = false;
    const options = { parallel, onEvent: report.receive, ...(signal ? { signal } : {}) };
    try {
      const workspace = {
        cli,
        stateUrl,
        store,
        request,
        environment: attached.environment,
        client: served?.address,
        graceMs,
        onStarted: () => {},
        onKilled: () => void (killed = true),
      };
      await withStack(workspace, async (stack: Stack) => void (await stack[command](options)));
    } finally {
      served?.close();
      if (killed) await afterKill(request, report, attached);
    }
  }

  /** The killed CLI left its lock, and perhaps operations whose end it did not see. */
  async function afterKill(request: StackRequest, report: Report, attached: Attached): Promise<void> {
    await clearDeadLocks(store, request);
    if (await attached.idle(AFTER_KILL_MS)) await recover(store, request, report.journal);
  }

  async function attempt(command: Command, request: Request, report: Report): Promise<readonly Resumed[]> {
    const cli = await findCli(process.env);
    const writes = command !== 'preview';
    request.signal?.throwIfAborted();
    await clearDeadLocks(store, request);
    if (writes) await yieldToCli(store, request);
    const resumed = writes ? await recover(store, request, report.journal) : [];
    const takeAway = await ensureStack(store, request);
    const attached = await attachProviders(request.packages, report.testimony);
    try {
      await drive(cli, command, request, report, attached);
    } finally {
      await attached.close();
      if (writes) await checkFence(store, request);
      else await takeAway();
    }
    return resumed;
  }

  async function run(command: Command, request: Request, report: Report): Promise<readonly Resumed[]> {
    const password = decodeURIComponent(new URL(stateUrl).password);
    report.journal.hide([toSecret(password), toSecret(passphrase)]);
    const cancelled: EngineError = { kind: 'cancelled', urn: null, message: 'cancelled before it was done' };
    try {
      const resumed = await attempt(command, request, report);
      report.settle(null);
      return resumed;
    } catch (error) {
      if (error instanceof FencedError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      report.settle(request.signal?.aborted ? cancelled : { kind: 'engine', urn: null, message });
      return [];
    }
  }

  async function outputsOf(request: StackRequest): Promise<Pick<UpdateResult, 'outputs' | 'secretOutputs'>> {
    const { snapshot } = await loadSnapshot(store, request);
    const outputs = snapshot.resources.find(({ type }) => type === STACK_TYPE)?.outputs ?? {};
    const secretOutputs = Object.keys(outputs).filter((name) => hasSecret(outputs[name]));
    return { outputs: revealProps(outputs), secretOutputs };
  }

  async function update(command: Command, request: Request): Promise<UpdateResult> {
    const startedAt = performance.now();
    const report = createReport(request);
    const resumed = await run(command, request, report);
    const { errors } = report.journal;
    const ok = errors.length === 0;
    const told = ok && command === 'up' ? await outputsOf(request) : { outputs: {}, secretOutputs: [] };
    const durationMs = Math.round(performance.now() - startedAt);
    return { ok, counts: report.journal.counts(), errors, ...told, resumed, durationMs };
  }

  async function preview(request: ProgramRequest): Promise<PreviewResult> {
    const startedAt = performance.now();
    const report = createReport(request);
    await run('preview', request, report);
    const { errors } = report.journal;
    const durationMs = Math.round(performance.now() - startedAt);
    return { ok: errors.length === 0, resources: report.rows(), counts: report.journal.counts(), errors, durationMs };
  }

  return {
    name: 'pulumi',
    preview,
    up: (request) => update('up', request),
    destroy: (request) => update('destroy', request),
    refresh: (request) => update('refresh', request),
    async resources(name) {
      await findCli(process.env);
      return readResources(store, name);
    },
    async removeStack(lease) {
      await findCli(process.env);
      await removeStack(store, lease);
      await forgetHistory(store, lease);
    },
    close: () => store.close(),
  };
}
