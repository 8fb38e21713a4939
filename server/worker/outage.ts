/**
 * Waiting out outages. When the tenants' cluster or the gateway was away while a step ran, the step is no failure: it is repeated once
 * they answer again, and the run says meanwhile what it waits for.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectedTarget } from '../../provisioners/kit/target.ts';
import { appendEvents } from '../db/events.ts';
import { DomainError } from '../domain/faults.ts';
import type { WaitsFor } from '../domain/run-facts.ts';
import { targetOf, type WorkerContext } from './context.ts';
import { asHolder } from './holder.ts';
import { isFenced, isOfPlatform } from './platform-trouble.ts';
import { runEvent, toJson, type HeldRun } from './run-record.ts';
import { GatewayUnreachable } from './tenant-api.ts';

const GIVE_UP_AFTER_MS = 5 * 60_000;
const WAIT_MS_MIN = 100;
const WAIT_MS_MAX = 5_000;

/** Life of the target as each run last knew it. */
const lives = new WeakMap<HeldRun, string>();

/** Calls `attempt`, again and again while what it failed on was an outage. Any other error is thrown on.
 * @param signal ends the waiting; default: the run's */
export async function waitOutOutages<T>(
  ctx: WorkerContext,
  run: HeldRun,
  attempt: () => Promise<T>,
  signal: AbortSignal | null = run.signal,
): Promise<T> {
  const target = targetOf(ctx, run.spec.target);
  let since: Date | null = null;
  for (let attempts = 1; ; attempts++) {
    try {
      if (!lives.has(run)) lives.set(run, await lifeOf(target, run));
      const result = await attempt();
      if (since) await sayWaiting(ctx, run, null);
      return result;
    } catch (error) {
      if (signal?.aborted || isFenced(error)) throw error;
      const code = await whatWasAway(target, run, error);
      since ??= ctx.clock();
      if (!code || ctx.clock().getTime() - since.getTime() > GIVE_UP_AFTER_MS) throw error;
      const waitMs = Math.min(WAIT_MS_MAX, WAIT_MS_MIN * 2 ** (attempts - 1));
      const nextTryAt = new Date(ctx.clock().getTime() + waitMs).toISOString();
      const waitsFor = { code, target: run.spec.target, since: since.toISOString(), nextTryAt, attempts };
      await sayWaiting(ctx, run, waitsFor);
      await delay(waitMs, undefined, signal ? { signal } : {}).catch(() => undefined);
      signal?.throwIfAborted();
    }
  }
}

async function lifeOf(target: ConnectedTarget, run: HeldRun): Promise<string> {
  if (target.incarnation) return target.incarnation(run.spec.ref);
  await target.ping();
  return '';
}

/** What did not answer, or answers again in another life; null when all were there all the time. */
async function whatWasAway(
  target: ConnectedTarget,
  run: HeldRun,
  error: unknown,
): Promise<'target_unreachable' | 'gateway_unreachable' | null> {
  if (error instanceof DomainError || isOfPlatform(error)) return null;
  try {
    const life = await lifeOf(target, run);
    const before = lives.get(run);
    lives.set(run, life);
    if (life !== before) return 'target_unreachable';
  } catch {
    lives.set(run, 'away');
    return 'target_unreachable';
  }
  return isGatewayAway(error) ? 'gateway_unreachable' : null;
}

function isGatewayAway(error: unknown): boolean {
  if (error instanceof GatewayUnreachable) return true;
  return error instanceof Error && error.cause !== undefined && isGatewayAway(error.cause);
}

async function sayWaiting(ctx: WorkerContext, run: HeldRun, waitsFor: WaitsFor | null): Promise<void> {
  if (waitsFor) ctx.log.warn({ runId: run.row.id, waitsFor }, 'a run waits');
  await asHolder(ctx, run.hold, async (tx) => {
    await tx.run.updateMany({ where: { id: run.row.id }, data: { waitsFor: toJson(waitsFor ?? {}) } });
    await appendEvents(tx, [runEvent(run.row, 'run.waiting', { waitsFor: waitsFor ?? {} })]);
  });
}
