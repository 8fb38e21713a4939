// `npm run tenant -- change`: another plan, model, other modules, other parameters; the price and the resource diff first, then the change.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DeploymentModel, PlanCode } from '../domain/manifest.ts';
import type { ChangeId, TenantId } from '../domain/ids.ts';
import { OutcomeError, UsageError } from './errors.ts';
import { factsLine, followRun } from './follow-run.ts';
import { result, say } from './output.ts';
import { readChangedParams } from './params.ts';
import type { Portal } from './portal.ts';

const PLANNED_WITHIN_MS = 60_000;
const EVERY_MS = 60;

export interface ChangeOptions {
  readonly json: boolean;
  readonly plan: string | undefined;
  readonly model: string | undefined;
  readonly addModules: readonly string[];
  readonly removeModules: readonly string[];
  readonly params: readonly string[];
  /** Show price and plan, change nothing. */
  readonly dryRun: boolean;
}

type Change = Awaited<ReturnType<Portal['tenants']['changeById']['query']>>;

/** @throws UsageError, OutcomeError, or the portal's refusal */
export async function changeTenant(
  portal: Portal,
  tenant: { readonly id: TenantId; readonly name: string },
  options: ChangeOptions,
): Promise<void> {
  const wish = await wishOf(portal, tenant.id, options);
  const { changeId } = await portal.tenants.planChange.mutate({ tenantId: tenant.id, wish });
  const change = await planned(portal, changeId);
  tell(change);
  if (options.dryRun) return print(tenant, change, null, options.json);
  const { planHash } = change;
  if (planHash === null) throw new OutcomeError('preview_failed', 'No plan.');
  const asked = await portal.tenants.change.mutate({ changeId, planHash, idempotencyKey: randomUUID() });
  say(`Change ${asked.number} of ${tenant.name}: ${asked.state}`);
  if (asked.runId !== null) {
    const run = await followRun(portal, asked.runId, say);
    if (run.state !== 'succeeded')
      throw new OutcomeError(`run_${run.state}`, `The run ${run.state}: ${factsLine(run.failure)}`);
  }
  return print(tenant, await portal.tenants.changeById.query({ changeId }), asked.runId, options.json);
}

/** What the tenant is, with what the options say otherwise. */
async function wishOf(portal: Portal, tenantId: TenantId, options: ChangeOptions) {
  const { model: now, plan, modules, params, manifest } = await portal.tenants.byId.query({ tenantId });
  const parsed = PlanCode.safeParse(options.plan ?? plan);
  if (!parsed.success) throw new UsageError(`--plan ${options.plan}: one of ${PlanCode.options.join(', ')}`);
  const model = DeploymentModel.safeParse(options.model ?? now);
  if (!model.success) throw new UsageError(`--model ${options.model}: one of ${DeploymentModel.options.join(', ')}`);
  const missing = options.removeModules.find((code) => !modules.includes(code));
  if (missing !== undefined)
    throw new UsageError(`--remove-module ${missing}: the tenant has ${modules.join(', ') || 'none'}`);
  return {
    model: model.data,
    plan: parsed.data,
    modules: [...new Set([...modules, ...options.addModules])].filter((code) => !options.removeModules.includes(code)),
    params: { ...params, ...readChangedParams(options.params, manifest.parameters.schema) },
  };
}

async function planned(portal: Portal, changeId: ChangeId): Promise<Change> {
  const deadline = Date.now() + PLANNED_WITHIN_MS;
  for (;;) {
    const change = await portal.tenants.changeById.query({ changeId });
    if (change.state === 'failed') {
      const { code } = change.failure ?? {};
      throw new OutcomeError(
        typeof code === 'string' ? code : 'preview_failed',
        `No plan: ${factsLine(change.failure ?? {})}`,
      );
    }
    if (change.state !== 'queued') return change;
    if (Date.now() > deadline) throw new OutcomeError('preview_late', 'No plan came; is the worker running?');
    await delay(EVERY_MS);
  }
}

const amount = (micro: bigint, currency: string): string => `${(Number(micro / 10_000n) / 100).toFixed(2)} ${currency}`;

function tell({ beforeMicro, monthlyMicro, currency, plan, needsApproval }: Change): void {
  const difference = monthlyMicro - beforeMicro;
  const sign = difference > 0n ? '+' : '';
  say(
    `A month, before tax: ${amount(beforeMicro, currency)} → ${amount(monthlyMicro, currency)} (${sign}${amount(difference, currency)})`,
  );
  for (const { operation, type, name, changes } of plan?.resources ?? []) {
    if (operation === 'same') continue;
    say(
      `  ${operation.padEnd(8)} ${(type.split(':').at(-1) ?? type).padEnd(10)} ${name}  ${changes.map(({ path }) => path).join(', ')}`,
    );
  }
  if (needsApproval) say(`It needs an approval: ${factsLine(needsApproval)}`);
}

function print(
  tenant: { readonly id: TenantId; readonly name: string },
  change: Change,
  runId: string | null,
  json: boolean,
): void {
  const { id, number, state, before, after, beforeMicro, monthlyMicro, currency, planHash, plan } = change;
  if (!json) {
    result(`${tenant.name}: change ${number ?? 'planned, not asked for'}, ${state}.`);
    return;
  }
  const amounts = { currency, beforeMicro: String(beforeMicro), monthlyMicro: String(monthlyMicro) };
  const view = { tenantId: tenant.id, changeId: id, number, state, runId, planHash, counts: plan?.counts ?? {} };
  result(JSON.stringify({ ...view, ...amounts, before, after }));
}
