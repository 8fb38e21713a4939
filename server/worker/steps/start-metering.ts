/** The subscription begins, or goes on after a pause; the order is fulfilled. */
import type { Prisma } from '../../../prisma/generated/client.ts';
import { Configuration } from '../../domain/configuration.ts';
import { newId } from '../../domain/ids.ts';
import { changeOrder } from '../close-run.ts';
import { continueMetering } from '../metering.ts';
import { tenantEvent, type RunRow } from '../run-record.ts';
import { StepFailed } from '../step-failed.ts';
import type { Step } from '../step.ts';

export const startMetering: Step = {
  async perform(ctx, run) {
    const { row } = run;
    const at = ctx.clock();
    return {
      kind: 'done',
      detail: { at },
      async write(tx) {
        if (await continueMetering(tx, row.tenantId)) return [];
        if (!row.order) throw new StepFailed('there is neither a subscription nor an order to begin one from');
        const subscription = newSubscription(row, row.order, at);
        await tx.subscription.createMany({ data: subscription });
        return [
          tenantEvent(row.tenant, 'subscription.started', { subscriptionId: subscription.id, startedAt: at }),
          await changeOrder(tx, row.order, 'fulfilled'),
        ];
      },
    };
  },
};

function newSubscription(
  row: RunRow,
  order: NonNullable<RunRow['order']>,
  startedAt: Date,
): Prisma.SubscriptionCreateManyInput & { readonly id: string } {
  return {
    id: newId(),
    organisationId: order.organisationId,
    orderId: order.id,
    tenantId: row.tenantId,
    offeringVersionId: order.offeringVersionId,
    priceBookId: order.priceBookId,
    planCode: row.tenant.planCode,
    model: row.tenant.model,
    modules: row.tenant.modules,
    currency: order.currency,
    monthlyMicro: order.monthlyMicro,
    termMonths: Configuration.parse(order.configuration).termMonths,
    startedAt,
  };
}
