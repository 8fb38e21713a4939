/** The periodic work of the platform: each schedule is a file in schedules/, started here, run by the leading worker alone. */
import { setTimeout as delay } from 'node:timers/promises';
import type { TargetDefinition } from '../../provisioners/kit/target.ts';
import type { WorkerContext } from './context.ts';
import type { Leadership } from './leader.ts';
import { TENANTS_AT_ONCE, type LivingTenant } from './living-tenants.ts';
import { isQuiet, isSampleDue, noteSampled, pauseAfterVisitMs, VISIT_EVERY_SECONDS } from './quiet.ts';
import { expireThings } from './schedules/expire-things.ts';
import { checkAllInvariants } from './schedules/check-invariants.ts';
import { keepHouse } from './schedules/keep-house.ts';
import { observeTargets } from './schedules/observe-targets.ts';
import { proveAllIsolation } from './schedules/prove-isolation.ts';
import { sampleTenant, sampleTenants } from './schedules/sample-tenants.ts';
import { sampleTopology } from './schedules/sample-topology.ts';
import { sendLostRuns } from './schedules/send-lost-runs.ts';
import { sealAudit, type AuditSeal } from './schedules/seal-audit.ts';
import { thinSamples } from './schedules/thin-samples.ts';
import { watchKeys } from './schedules/watch-keys.ts';
import { watchStorage } from './schedules/watch-storage.ts';

/** Part of an interval by which starts are spread, so that schedules do not march in step. */
const JITTER = 0.1;

interface Schedule {
  readonly name: string;
  readonly everySeconds: number;
  readonly work: () => Promise<void>;
  /** Counted from the beginning of a pass, which takes its time on purpose; else from its end. */
  readonly spread?: boolean;
}

export interface Schedules {
  /** Starts nothing more and waits for what runs. */
  stop(): Promise<void>;
}

export function startSchedules(
  ctx: WorkerContext,
  leadership: Leadership,
  parts: { readonly targets: readonly TargetDefinition[]; readonly seal: AuditSeal },
): Schedules {
  const house = keepHouse(ctx);
  const ending = new AbortController();
  const visit = async (tenant: LivingTenant, among: number) => {
    if (!isQuiet(ctx, tenant.id)) return;
    await house.visit(tenant);
    if (isSampleDue(ctx, tenant.id)) {
      await sampleTenant(ctx, tenant);
      noteSampled(ctx, tenant.id);
    }
    await delay(pauseAfterVisitMs(among, TENANTS_AT_ONCE), undefined, { signal: ending.signal }).catch(() => {});
  };
  const schedules: readonly Schedule[] = [
    { name: 'seal audit entries', everySeconds: 1, work: () => sealAudit(ctx, parts.seal) },
    { name: 'keep house', everySeconds: 5, work: () => house.keep() },
    { name: 'watch storage', everySeconds: 10, work: () => watchStorage(ctx) },
    { name: 'observe targets', everySeconds: 10, work: () => observeTargets(ctx, parts.targets) },
    { name: 'sample topology', everySeconds: 8, work: () => sampleTopology(ctx) },
    { name: 'sample tenants', everySeconds: 15, work: () => sampleTenants(ctx) },
    { name: 'send lost runs', everySeconds: 30, work: () => sendLostRuns(ctx) },
    { name: 'expire', everySeconds: 30, work: () => expireThings(ctx) },
    { name: 'watch keys', everySeconds: 10, work: () => watchKeys(ctx) },
    { name: 'thin samples', everySeconds: 300, work: () => thinSamples(ctx) },
    {
      name: 'check invariants',
      everySeconds: VISIT_EVERY_SECONDS,
      work: () => checkAllInvariants(ctx, visit),
      spread: true,
    },
    { name: 'prove isolation', everySeconds: 900, work: () => proveAllIsolation(ctx) },
  ];
  const stops = schedules.map((schedule) => start(ctx, leadership, schedule));
  return {
    async stop() {
      ending.abort();
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}

/** Repeats a schedule's work; passes never overlap. */
function start(
  ctx: WorkerContext,
  leadership: Leadership,
  { name, everySeconds, work, spread = false }: Schedule,
): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  let running = Promise.resolve();
  const pause = (tookMs: number) => {
    const jitter = 1 + JITTER * (2 * Math.random() - 1);
    timer = setTimeout(() => (running = pass()), Math.max(0, everySeconds * 1_000 * jitter - tookMs));
  };
  const pass = async () => {
    const beganAt = performance.now();
    try {
      if (leadership.held()) await work();
    } catch (error) {
      ctx.log.warn({ schedule: name, err: error }, 'a schedule failed; it is tried again at its next turn');
    }
    if (!stopped) pause(spread ? performance.now() - beganAt : 0);
  };
  pause(0);
  return async () => {
    stopped = true;
    if (timer) clearTimeout(timer);
    await running;
  };
}
