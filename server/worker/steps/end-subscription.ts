/** The subscription ends; what it was stays as history. */
import { tenantEvent } from '../run-record.ts';
import type { Step } from '../step.ts';

export const endSubscription: Step = {
  async perform(ctx, run) {
    const { tenantId, tenant } = run.row;
    const endedAt = ctx.clock();
    return {
      kind: 'done',
      detail: { endedAt },
      async write(tx) {
        const { count } = await tx.subscription.updateMany({ where: { tenantId, endedAt: null }, data: { endedAt } });
        return count > 0 ? [tenantEvent(tenant, 'subscription.ended', { endedAt })] : [];
      },
    };
  },
};
