/** Kills a run at each write of its state, before and after it, and finishes it each time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestDatabase } from './postgres.ts';
import type { CrashPoint } from './crash-point.ts';
import type { CrashLink, CrashMessage } from './crash-point-child.ts';

const CHILD = fileURLToPath(new URL('crash-point-child.ts', import.meta.url));

export type CrashScenario = Pick<CrashLink, 'serial' | 'from' | 'to' | 'after'>;

/** What is left when a run has ended: all that must not depend on how often it was killed. */
export interface Ending {
  readonly resources: readonly unknown[];
  readonly pending: readonly unknown[];
  readonly world: readonly unknown[];
  /** What truly came to be and went, however often it was asked for. */
  readonly effects: readonly string[];
}

export interface CrashReport {
  readonly stack: string;
  readonly ok: boolean;
  readonly errors: readonly string[];
  /** True when one more run found nothing to do. */
  readonly calm: boolean;
}

async function runLink(link: CrashLink): Promise<CrashMessage[]> {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'engine-compile-cache') };
  const child = spawn(process.execPath, [CHILD, JSON.stringify(link)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env,
  });
  const messages: CrashMessage[] = [];
  child.on('message', (message) => void messages.push(message as CrashMessage));
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(`a link of the chain ended with ${code ?? signal}`);
  return messages;
}

/** Run the scenario on a stack that nobody kills. @returns how many writes its counted run has */
export async function runUndisturbed(database: TestDatabase, scenario: CrashScenario, stack: string): Promise<number> {
  const { url } = database;
  const never = { write: Number.MAX_SAFE_INTEGER, when: 'before' } as const;
  const [counted] = await runLink({ url, ...scenario, resume: null, crash: { stack, point: never } });
  await runLink({ url, ...scenario, resume: stack, crash: null });
  return counted?.kind === 'survived' ? counted.writes : 0;
}

/** Places to die at, numbered from 0: before the first write, after it, before the second, … */
function pointAt(number: number): CrashPoint {
  return { write: Math.floor(number / 2) + 1, when: number % 2 === 0 ? 'before' : 'after' };
}

/**
 * Crash at every `step`th point from `first` on, until a run outlives its point: the number of writes may differ from run to run when
 * resources are made side by side.
 * @param report called for each stack that was finished after a crash
 */
export async function crashEverywhere(
  database: TestDatabase,
  scenario: CrashScenario,
  { first, step, prefix }: { first: number; step: number; prefix: string },
  report: (finished: CrashReport) => Promise<void>,
): Promise<void> {
  let resume: string | null = null;
  for (let number = first; ; number += step) {
    const point = pointAt(number);
    const stack = `${prefix}-${point.when}-${point.write}`;
    const messages = await runLink({ url: database.url, ...scenario, resume, crash: { stack, point } });
    const resumed = messages.find((message) => message.kind === 'resumed');
    if (resume !== null) {
      await report({ stack: resume, ...(resumed ?? { ok: false, errors: ['nobody told how it ended'], calm: false }) });
    }
    if (messages.some((message) => message.kind === 'survived')) return;
    resume = stack;
  }
}

const timeless = (resource: object) => ({ ...resource, created: '', modified: '' });

/** A stack's state without times, and without what is random in it. */
export async function readEnding(database: TestDatabase, stack: string): Promise<Ending> {
  const [row] = await database.query<{ data: string }>(
    `SELECT data->>'data' AS data FROM pulumi.pulumi_state WHERE key LIKE '%/.pulumi/stacks/demo/' || $1 || '.json'`,
    [stack],
  );
  const text = Buffer.from(row?.data ?? '', 'base64')
    .toString()
    .replaceAll(`:${stack}::`, ':S::');
  const named = text.replaceAll(`demo-${stack}`, 'demo-S');
  const ids = /(pulumi:providers:world::default)(?:::|","custom":true,"id":")[0-9a-f-]{36}/g;
  const { checkpoint } = JSON.parse(
    named.replaceAll(ids, (match, head: string) => match.replace(/[0-9a-f-]{36}$/, head)),
  ) as {
    checkpoint: { latest: { resources?: { urn: string }[]; pending_operations?: unknown[] } };
  };
  const world = await database.query('SELECT id, size FROM world WHERE stack = $1 ORDER BY id', [stack]);
  const effects = await database.query<{ what: string }>('SELECT what FROM effect WHERE stack = $1', [stack]);
  return {
    resources: (checkpoint.latest.resources ?? [])
      .map(timeless)
      .sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1)),
    pending: checkpoint.latest.pending_operations ?? [],
    world,
    effects: effects.map(({ what }) => what).sort(),
  };
}
