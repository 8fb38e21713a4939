/** Old samples become fewer: every quarter minute for an hour, every five minutes for a day, every hour for a month. */
import { PLATFORM, inScope } from '../../db/scope.ts';
import type { WorkerContext } from '../context.ts';

const KEEP = [
  { olderThanHours: 1, bucketSeconds: 300 },
  { olderThanHours: 24, bucketSeconds: 3_600 },
] as const;
const FORGET_AFTER_DAYS = 31;

export async function thinSamples(ctx: WorkerContext): Promise<void> {
  for (const { olderThanHours, bucketSeconds } of KEEP) {
    await inScope(
      ctx.db,
      PLATFORM,
      (tx) => tx.$executeRaw`
        DELETE FROM "KpiSample" s USING (
          SELECT "tenantId", name, at, row_number() OVER (
                   PARTITION BY "tenantId", name, date_bin(make_interval(secs => ${bucketSeconds}::int), at, 'epoch') ORDER BY at) AS nth
            FROM "KpiSample" WHERE at < now() - make_interval(hours => ${olderThanHours}::int)) d
         WHERE d.nth > 1 AND (s."tenantId", s.name, s.at) = (d."tenantId", d.name, d.at)`,
    );
  }
  await inScope(
    ctx.db,
    PLATFORM,
    (tx) => tx.$executeRaw`DELETE FROM "KpiSample" WHERE at < now() - make_interval(days => ${FORGET_AFTER_DAYS}::int)`,
  );
}
