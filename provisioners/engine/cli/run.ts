/** One run of the CLI on a stack: taken by its fence, repaired, served with program and providers, and looked after when it was killed. */
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { CALL_TIMEOUT_MS } from '../embedded/deadline.ts';
import type { DestroyRequest, ProgramRequest, PulumiProgram, StackRequest } from '../port.ts';
import { yieldToCli } from '../state/session.ts';
import type { StateStore } from '../state/store.ts';
import { findCli } from './find-cli.ts';
import { serveProgram } from './program-server.ts';
import { attachProviders, type Attached } from './providers.ts';
import { recover, type Resumed } from './recover.ts';
import type { Report } from './report.ts';
import { checkFence, clearDeadLocks, ensureStack, watchFence } from './rows.ts';
import { withStack } from './workspace.ts';

/** Methods of the Automation API. */
export type Command = 'preview' | 'previewDestroy' | 'previewRefresh' | 'up' | 'destroy' | 'refresh';

/** Commands that run the program. */
export const WITH_PROGRAM: ReadonlySet<Command> = new Set<Command>(['preview', 'up']);
const PREVIEWS: ReadonlySet<Command> = new Set<Command>(['preview', 'previewDestroy', 'previewRefresh']);

const DEFAULT_PARALLEL = 16;
const GRACE_MS = 5 * 60_000;
/** How long a killed CLI's provider calls are waited for, before what they left is repaired; the next run repairs it otherwise. */
const AFTER_KILL_MS = 5_000;

export interface CliRun {
  readonly stateUrl: string;
  readonly store: StateStore;
  readonly command: Command;
  readonly request: StackRequest & Partial<Pick<ProgramRequest, 'program'>> & Pick<DestroyRequest, 'runProgram'>;
  readonly report: Report;
}

/** A `*` of the port stands for anything; the CLI's stops at a colon, and two do not. */
function toTarget(pattern: string): string {
  return pattern.replaceAll(/\*+/g, '**');
}

/** What the CLI is to run beside the state; undefined when the command takes no program, or has none. */
function programOf({ command, request }: CliRun): PulumiProgram | undefined {
  if (command === 'destroy') return request.runProgram;
  return WITH_PROGRAM.has(command) ? request.program : undefined;
}

function optionsOf({ command, request, report }: CliRun) {
  const { parallel = DEFAULT_PARALLEL, signal, targets, targetDependents } = request;
  return {
    parallel,
    onEvent: report.receive,
    ...(signal ? { signal } : {}),
    ...(command === 'destroy' && request.runProgram ? { runProgram: true } : {}),
    ...(targets ? { target: targets.map(toTarget) } : {}),
    ...(targetDependents === undefined ? {} : { targetDependents }),
  };
}

/** The killed CLI left its lock, and perhaps operations whose end it did not see. */
async function afterKill({ store, request, report }: CliRun, attached: Attached): Promise<void> {
  await clearDeadLocks(store, request);
  if (await attached.idle(AFTER_KILL_MS)) await recover(store, request, report.journal);
}

async function drive(run: CliRun, cli: string, attached: Attached): Promise<void> {
  const { command, request, report, stateUrl, store } = run;
  const program = programOf(run);
  const served =
    program &&
    (await serveProgram({
      program,
      packages: request.packages,
      onError: report.programFailed,
      onPrint: (severity, text) => report.journal.log(severity, text, null),
    }));
  let killed = false;
  const watch = PREVIEWS.has(command) ? undefined : watchFence(store, request);
  const workspace = {
    cli,
    stateUrl,
    store,
    request,
    environment: attached.environment,
    client: served?.address,
    graceMs: request.cancelGraceMs ?? GRACE_MS,
    onKilled: () => void (killed = true),
    lost: watch?.lost,
  };
  try {
    await withStack(workspace, async (stack: Stack) => void (await stack[command](optionsOf(run))));
  } finally {
    watch?.stop();
    served?.close();
    if (watch?.lost.aborted) await clearDeadLocks(store, request);
    else if (killed) await afterKill(run, attached);
  }
}

/**
 * Run the CLI to its end.
 * @returns what an earlier, interrupted run had left and this one settled
 * @throws FencedError, StackLockedError, CliMissingError, CliFailedError, and the reason of an abort that came before the start
 */
export async function runCli(run: CliRun): Promise<readonly Resumed[]> {
  const { command, request, report, store } = run;
  const { packages, callTimeoutMs = CALL_TIMEOUT_MS } = request;
  const writes = !PREVIEWS.has(command);
  const cli = await findCli(process.env);
  request.signal?.throwIfAborted();
  await clearDeadLocks(store, request);
  if (writes) await yieldToCli(store, request);
  const resumed = writes ? await recover(store, request, report.journal) : [];
  const takeAway = await ensureStack(store, request);
  const attached = await attachProviders(packages, report.testimony, callTimeoutMs);
  try {
    await drive(run, cli, attached);
  } finally {
    await attached.close();
    if (writes) await checkFence(store, request);
    else await takeAway();
  }
  return resumed;
}
