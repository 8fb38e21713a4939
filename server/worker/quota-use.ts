/** What a tenant uses of its plan's quotas, from what gateway and target say; and the events of whatever came nearer to its end, or back. */
import { z } from 'zod';
import type { MachineUse, TenantUsage } from '../../provisioners/kit/target.ts';
import type { NewEvent } from '../db/events.ts';
import { levelOf, QuotaUses, softLevelOf, turnsOf, type QuotaUse, type SideUse } from '../domain/quota-levels.ts';
import { tenantEvent } from './run-record.ts';

/** What is read of the gateway's report on one side (gateway/usage-report.ts). */
export const GatewayReport = z.object({
  requests: z.number(),
  rps: z.object({ peak: z.number() }),
  connections: z.object({ open: z.number(), peak: z.number(), max: z.number() }),
  bucket: z.object({ rps: z.number() }),
  /** By code of the problem. */
  errors: z.record(z.string(), z.int()),
});
export type GatewayReport = z.infer<typeof GatewayReport>;

/** Quotas that the API of a side keeps.
 * @param tempFileMib what one query may spill */
export function apiUse(
  { rps, connections, bucket, errors }: GatewayReport,
  { tempFileMib }: { readonly tempFileMib: number },
): SideUse {
  const spilled = errors['temp_space'] ?? 0;
  return {
    rate: soft(rps.peak, bucket.rps, errors['rate_limited'] ?? 0),
    connections: soft(connections.peak, connections.max, errors['too_busy'] ?? 0),
    tempFiles: {
      used: null,
      max: tempFileMib,
      level: levelOf(null, tempFileMib, spilled),
      refused: spilled,
      hold: 'enforced',
    },
  };
}

const soft = (used: number, max: number, refused: number): QuotaUse => ({
  used,
  max,
  level: softLevelOf(used, max, refused),
  refused,
  hold: 'enforced',
});

const ofMachine = ({ used, max, hold }: MachineUse): QuotaUse => ({
  used,
  max,
  hold,
  refused: 0,
  level: levelOf(used, max),
});

/** Quotas that the tenant's server keeps.
 * @param sqlConnections 0 for a plan without */
export function serverUse(
  { sqlSessions, machine }: Pick<TenantUsage, 'sqlSessions' | 'machine'>,
  { sqlConnections }: { readonly sqlConnections: number },
): SideUse {
  return {
    ...(sqlConnections > 0
      ? {
          sqlConnections: {
            used: sqlSessions,
            max: sqlConnections,
            level: levelOf(sqlSessions, sqlConnections),
            refused: 0,
            hold: 'enforced' as const,
          },
        }
      : {}),
    ...(machine ? { cpu: ofMachine(machine.cpu), memory: ofMachine(machine.memory) } : {}),
  };
}

/** What a tenant's history is told of; nothing while all is as it was.
 * @param usage of the tenant's row, as it was before */
export function quotaEvents(
  tenant: { readonly id: string; readonly organisationId: string; readonly usage: unknown },
  now: QuotaUses,
): NewEvent[] {
  const before = QuotaUses.safeParse((tenant.usage as { quotas?: unknown } | null)?.quotas).data;
  return turnsOf(before ?? { record: {}, edge: {} }, now).map(({ side, quota, before: was, use }) =>
    tenantEvent(tenant, 'tenant.quota', { side, quota, before: was, ...use }),
  );
}
