// A run, followed to its end: each step on a line when it is done.
import { setTimeout as delay } from 'node:timers/promises';
import type { RunId } from '../domain/ids.ts';
import type { RunState } from '../domain/lifecycle.ts';
import type { Portal } from './portal.ts';

const EVERY_MS = 60;
const ENDED: readonly RunState[] = ['succeeded', 'failed', 'cancelled'];

export interface FollowedRun {
  state: RunState;
  /** Why it failed: a code with facts; empty otherwise. */
  failure: Record<string, unknown>;
}

/** Wait until the run has ended or waits for a person.
 * @param say called with a line for each step that ended */
export async function followRun(portal: Portal, runId: RunId, say: (line: string) => void): Promise<FollowedRun> {
  const told = new Set<string>();
  for (;;) {
    const run = await portal.runs.byId.query({ runId });
    for (const step of run.steps) {
      if (step.finishedAt === null || told.has(step.name)) continue;
      told.add(step.name);
      const ms = step.startedAt === null ? 0 : step.finishedAt.getTime() - step.startedAt.getTime();
      say(`  ${step.name.padEnd(18)} ${step.state.padEnd(10)} ${String(ms).padStart(6)} ms`);
    }
    if (ENDED.includes(run.state) || run.state === 'awaiting_approval') {
      return { state: run.state, failure: run.state === 'awaiting_approval' ? run.waitsFor : run.failure };
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
