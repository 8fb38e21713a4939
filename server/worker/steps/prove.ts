/** Sends the offering's smoke transaction through the tenant's own API. Without it no tenant becomes active. */
import { setTimeout as delay } from 'node:timers/promises';
import type { SmokeStep } from '../../../provisioners/kit/offering.ts';
import { stepsFor } from '../../../provisioners/kit/smoke.ts';
import type { IsolationProof } from '../../domain/isolation.ts';
import { installedModules } from '../../domain/manifest.ts';
import type { ProvedStep } from '../../domain/run-facts.ts';
import type { WorkerContext } from '../context.ts';
import { codeFor } from '../graph.ts';
import { tryWall } from '../isolation.ts';
import { runEvent, toJson, type HeldRun } from '../run-record.ts';
import { StepFailed } from '../step-failed.ts';
import type { Step } from '../step.ts';
import { GatewayUnreachable, openBothApis, openTenantApi, type TenantApi } from '../tenant-api.ts';

/** How long the gateway may need to hear of a route. */
const ROUTE_KNOWN_WITHIN_MS = 10_000;

export const prove: Step = {
  async perform(ctx, run) {
    const { ref, model, manifest, planCode: plan, modules } = run.spec;
    const installed = installedModules(manifest, { plan, modules });
    const smoke = stepsFor(codeFor(ctx, manifest).smoke, model, installed);
    const who = { purpose: 'smoke', scope: 'write', sub: run.row.id } as const;
    const both = model === 'hybrid' ? openBothApis(ctx, ref, who) : null;
    const api = both ?? openTenantApi(ctx, ref, who);
    await awaitRoute(api, run.signal);
    if (both) await awaitRoute(both.edge, run.signal);
    const startedAt = performance.now();
    const proved: ProvedStep[] = [];
    const memo: Record<string, unknown> = {};
    for (const step of smoke) {
      run.signal.throwIfAborted();
      proved.push(await proveStep(step, api, memo));
    }
    const ms = Math.round(performance.now() - startedAt);
    const at = ctx.clock().toISOString();
    const isolation = await assertWall(ctx, run);
    return {
      kind: 'done',
      detail: { ms, calls: api.calls, smoke: proved, isolation: isolation?.facts ?? [] },
      async write(tx) {
        const wall = isolation === null ? {} : { isolation };
        const proof = { ...(run.row.tenant.proof as object), ...wall, smoke: { at, ms, calls: api.calls } };
        await tx.tenant.updateMany({ where: { id: run.row.tenantId }, data: { proof: toJson(proof) } });
        return [runEvent(run.row, 'run.proved', { proof })];
      },
    };
  },
};

/** What the customer was promised about others is tried from the customer's side; a hole is no less than a failed transaction. */
async function assertWall(ctx: WorkerContext, run: HeldRun): Promise<IsolationProof | null> {
  const { tenant } = run.row;
  const { ref, target } = run.spec;
  const isolation = await tryWall(ctx, { ref, target, proof: tenant.proof }, tenant.activeAt === null);
  const hole = isolation?.facts.find(({ ok }) => !ok);
  if (hole) throw new StepFailed(`${hole.rule}: ${hole.title.en}: ${hole.detail.en}`);
  return isolation;
}

async function proveStep(step: SmokeStep, api: TenantApi, memo: Record<string, unknown>): Promise<ProvedStep> {
  const startedAt = performance.now();
  try {
    const fact = await step.run(api, memo);
    return { name: step.name, title: step.title, ms: round(performance.now() - startedAt), fact };
  } catch (cause) {
    if (cause instanceof GatewayUnreachable) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw Object.assign(new StepFailed(`${step.name}: ${reason}`), { cause });
  }
}

/** The gateway learns of a new or reopened route by a notification; until then it answers that it knows no such tenant. */
async function awaitRoute(api: TenantApi, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + ROUTE_KNOWN_WITHIN_MS;
  for (let waitMs = 5; ; waitMs = Math.min(250, waitMs * 2)) {
    const { status } = await api.view('invariants');
    if (status === 200) return;
    if (performance.now() > deadline) throw new StepFailed(`the tenant's API answers ${status}`);
    await delay(waitMs, undefined, { signal });
  }
}

const round = (ms: number): number => Math.round(ms * 10) / 10;
