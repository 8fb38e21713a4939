// The processes of a running installation: started, watched, started again when they die, ended in order.
import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, readFileSync, closeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartFailure } from './failure.ts';
import { keepRotating } from './rotate-log.ts';

export interface ChildPlan {
  name: string;
  /** As the person at the terminal reads it. */
  title: string;
  /** Arguments of node. */
  args: string[];
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** Answers whether the child does its work now. */
  isReady: (child: ChildProcess) => Promise<boolean>;
  readyWithinMs: number;
  /** Called with a line for the person at the terminal. */
  say: (line: string) => void;
}

export interface RunningChild {
  name: string;
  pid: () => number | undefined;
  stop: () => Promise<void>;
}

const BACKOFF_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000];
const STEADY_AFTER_MS = 60_000;
const END_WITHIN_MS = 8_000;
const PRELOAD = path.join(import.meta.dirname, 'die-with-parent.ts');

/** Start a child and wait until it is ready; from then on it is kept running until `stop`.
 * @param ending ends the waiting
 * @throws StartFailure with the end of its log when the first start fails */
export async function startChild(plan: ChildPlan, ending: AbortSignal): Promise<RunningChild> {
  const stopRotating = keepRotating(plan.logFile);
  let child = launch(plan);
  let stopping = false;
  let failures = 0;
  const keep = (current: ChildProcess): void => {
    const since = Date.now();
    current.once('exit', (code, signal) => {
      if (stopping) return;
      failures = Date.now() - since > STEADY_AFTER_MS ? 1 : failures + 1;
      const pauseMs = BACKOFF_MS[Math.min(failures, BACKOFF_MS.length) - 1] ?? 500;
      plan.say(`${plan.name} ended (${signal ?? `exit ${code}`}); starting it again in ${pauseMs / 1000} s`);
      setTimeout(() => {
        if (stopping) return;
        child = launch(plan);
        keep(child);
        void becameReady(plan, child, ending).then((ready) => ready && !stopping && plan.say(`${plan.name} is back`));
      }, pauseMs);
    });
  };
  const stop = async () => {
    stopping = true;
    stopRotating();
    await endWithin(child, END_WITHIN_MS);
  };
  if (!(await becameReady(plan, child, ending))) {
    await stop();
    ending.throwIfAborted();
    throw new StartFailure(`The ${plan.name} did not start; the end of ${plan.logFile}:\n${logTail(plan.logFile)}`);
  }
  keep(child);
  return { name: plan.name, pid: () => child.pid, stop };
}

/** A session of its own: Ctrl-C reaches the supervisor alone, which decides the order. */
function launch(plan: ChildPlan): ChildProcess {
  const log = openSync(plan.logFile, 'a', 0o600);
  const child = spawn(process.execPath, ['--import', PRELOAD, ...plan.args], {
    env: plan.env,
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  });
  closeSync(log);
  return child;
}

async function becameReady(plan: ChildPlan, child: ChildProcess, signal: AbortSignal): Promise<boolean> {
  const deadline = Date.now() + plan.readyWithinMs;
  while (Date.now() < deadline && !signal.aborted) {
    if (hasEnded(child)) return false;
    if (await plan.isReady(child).catch(() => false)) return true;
    await delay(100);
  }
  return false;
}

async function endWithin(child: ChildProcess, ms: number): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await Promise.race([ended, delay(ms, undefined, { ref: false })]);
  if (!hasEnded(child)) child.kill('SIGKILL');
  await ended;
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

function logTail(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
}

/** @returns whether a GET of the address is answered with success */
export async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000), redirect: 'manual' });
  await response.body?.cancel();
  return response.status < 400;
}

/** Resolves true once the child has sent `{type:'ready'}` over IPC. */
export function saysReady(): (child: ChildProcess) => Promise<boolean> {
  const ready = new WeakMap<ChildProcess, boolean>();
  return async (child) => {
    if (!ready.has(child)) {
      ready.set(child, false);
      child.on('message', (message) => {
        if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready') {
          ready.set(child, true);
        }
      });
    }
    return ready.get(child) ?? false;
  };
}
