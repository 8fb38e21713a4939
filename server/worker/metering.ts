/** Whether a tenant's subscription counts time. */
import type { Transaction } from '../db/client.ts';

/** Pauses metering, keeping the first pause when it is paused already. */
export async function pauseMetering(tx: Transaction, tenantId: string, at: Date): Promise<void> {
  await tx.subscription.updateMany({
    where: { tenantId, meteringPausedAt: null, endedAt: null },
    data: { meteringPausedAt: at },
  });
}

/** @returns false when the tenant has no running subscription */
export async function continueMetering(tx: Transaction, tenantId: string): Promise<boolean> {
  const { count } = await tx.subscription.updateMany({
    where: { tenantId, endedAt: null },
    data: { meteringPausedAt: null },
  });
  return count > 0;
}
