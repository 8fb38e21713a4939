// A run, followed to its end: each step on a line when it is done.
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { RunId } from '../domain/ids.ts';
import type { RunState } from '../domain/lifecycle.ts';
import { ProvedStep } from '../domain/run-facts.ts';
import type { Portal } from './portal.ts';

const EVERY_MS = 60;
const ENDED: readonly RunState[] = ['succeeded', 'failed', 'cancelled'];

export interface FollowedRun {
  state: RunState;
  /** Why it failed: a code with facts; empty otherwise. */
  failure: Record<string, unknown>;
  /** Steps of the smoke transaction that passed. */
  smoke: readonly ProvedStep[];
}

/** Wait until the run has ended or waits for a person.
 * @param say called with a line for each step that ended */
export async function followRun(portal: Portal, runId: RunId, say: (line: string) => void): Promise<FollowedRun> {
  const told = new Set<string>();
  let smoke: readonly ProvedStep[] = [];
  for (;;) {
    const run = await portal.runs.byId.query({ runId });
    for (const step of run.steps) {
      if (step.finishedAt === null || told.has(step.name)) continue;
      told.add(step.name);
      const ms = step.startedAt === null ? 0 : step.finishedAt.getTime() - step.startedAt.getTime();
      say(`  ${step.name.padEnd(18)} ${step.state.padEnd(10)} ${String(ms).padStart(6)} ms`);
      const proved = z.array(ProvedStep).safeParse(step.detail['smoke']);
      if (!proved.success) continue;
      smoke = proved.data;
      smoke.forEach(({ title, fact, ms: took }, at) =>
        say(`    ${`${at + 1}/${smoke.length}`.padStart(5)} ${title.en}: ${fact} (${took.toFixed(0)} ms)`),
      );
    }
    if (ENDED.includes(run.state) || run.state === 'awaiting_approval') {
      const failure = run.state === 'awaiting_approval' ? run.waitsFor : run.failure;
      return { state: run.state, failure, smoke };
    }
    await delay(EVERY_MS);
  }
}

/** A code with its facts, on one line. */
export function factsLine(facts: Record<string, unknown>): string {
  const { code, ...rest } = facts;
  const details = Object.entries(rest).map(([name, value]) => `${name} ${asText(value)}`);
  return [asText(code ?? 'unknown'), ...details].join(', ');
}

const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
