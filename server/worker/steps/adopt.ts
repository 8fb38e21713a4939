/** The tenant is now what was asked for: its row says so, and the price it was asked at counts from this moment. */
import type { Transaction } from '../../db/client.ts';
import type { NewEvent } from '../../db/events.ts';
import { newId } from '../../domain/ids.ts';
import { changeOf, tenantEvent, toJson, type RunRow } from '../run-record.ts';
import type { Step } from '../step.ts';

export const adopt: Step = {
  async perform(ctx, run) {
    const { row } = run;
    const { changeId, after } = changeOf(row);
    const at = ctx.clock();
    return {
      kind: 'done',
      detail: { at, plan: after.plan, modules: after.modules },
      async write(tx) {
        const { model = row.tenant.model, plan: planCode, modules, params, quotas } = after;
        await tx.tenant.updateMany({
          where: { id: row.tenantId },
          data: { model, planCode, modules, params: toJson(params), quotas: toJson(quotas) },
        });
        await tx.tenantChange.updateMany({ where: { id: changeId }, data: { state: 'applied', appliedAt: at } });
        return [
          tenantEvent(row.tenant, 'change.applied', { changeId, state: 'applied', plan: planCode, modules }),
          ...(await renewSubscription(tx, row, changeId, at)),
        ];
      },
    };
  },
};

/** Ends the subscription that runs and begins the next at the change's amount, under the same order and term. */
async function renewSubscription(tx: Transaction, row: RunRow, changeId: string, at: Date): Promise<NewEvent[]> {
  const { after } = changeOf(row);
  const change = await tx.tenantChange.findUniqueOrThrow({ where: { id: changeId } });
  const running = await tx.subscription.findFirst({ where: { tenantId: row.tenantId, endedAt: null } });
  if (!running) return [];
  await tx.subscription.updateMany({ where: { id: running.id }, data: { endedAt: at } });
  const next = {
    ...running,
    id: newId(),
    priceBookId: change.priceBookId,
    planCode: after.plan,
    model: after.model ?? running.model,
    modules: [...after.modules],
    monthlyMicro: change.monthlyMicro,
    startedAt: at,
  };
  await tx.subscription.createMany({ data: next });
  const facts = { subscriptionId: next.id, replaces: running.id, monthlyMicro: next.monthlyMicro, startedAt: at };
  return [tenantEvent(row.tenant, 'subscription.changed', facts)];
}
