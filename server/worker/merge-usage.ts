/** What a tenant uses of its quotas, as several schedules measure parts of it. */
import type { Transaction } from '../db/client.ts';
import { toJson } from './run-record.ts';

/** Writes the given facts over those that are there; what others measured meanwhile stays. */
export async function mergeUsage(tx: Transaction, tenantId: string, facts: object): Promise<void> {
  const text = JSON.stringify(toJson(facts));
  await tx.$executeRaw`UPDATE "Tenant" SET usage = usage || ${text}::jsonb WHERE id = ${tenantId}::uuid`;
}
