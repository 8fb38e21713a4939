/** When keys were used last, as targets know it; and keys that end soon are spoken of, once each. */
import { appendEvents, type NewEvent } from '../../db/events.ts';
import { PLATFORM, inScope } from '../../db/scope.ts';
import { KEY_NOTICE_DAYS } from '../../domain/keys.ts';
import type { WorkerContext } from '../context.ts';
import { tenantEvent } from '../run-record.ts';

const DAY_MS = 24 * 3_600_000;
const AT_ONCE = 200;

/** What was written of each worker's targets, so that only what is new is written: a key's id and when it was used. */
const written = new WeakMap<WorkerContext, Map<string, number>>();

export async function watchKeys(ctx: WorkerContext): Promise<void> {
  await noteUses(ctx);
  await tellEnds(ctx);
}

async function noteUses(ctx: WorkerContext): Promise<void> {
  const known = written.get(ctx) ?? new Map<string, number>();
  written.set(ctx, known);
  for (const target of ctx.targets.values()) {
    const uses = (await target.keyUses?.()) ?? [];
    const fresh = uses.filter(({ id, lastUsedAt }) => known.get(id) !== lastUsedAt.getTime());
    for (const { id: registryId, ref, lastUsedAt } of fresh) {
      await inScope(ctx.db, PLATFORM, (tx) =>
        tx.tenantKeyVersion.updateMany({
          where: { registryId, key: { revokedAt: null, tenant: { ref } } },
          data: { lastUsedAt },
        }),
      );
      known.set(registryId, lastUsedAt.getTime());
    }
  }
}

/** The newest secret of a key whose end is near: a replaced one ends as it should. */
async function tellEnds(ctx: WorkerContext): Promise<void> {
  const now = ctx.clock();
  const before = new Date(now.getTime() + KEY_NOTICE_DAYS * DAY_MS);
  await inScope(ctx.db, PLATFORM, async (tx) => {
    const due = await tx.tenantKeyVersion.findMany({
      where: { noticedAt: null, expiresAt: { gt: now, lte: before }, key: { revokedAt: null } },
      include: { key: { include: { tenant: true, versions: { orderBy: { generation: 'desc' }, take: 1 } } } },
      take: AT_ONCE,
    });
    const events: NewEvent[] = [];
    for (const { keyId, generation, expiresAt, key } of due) {
      const where = { keyId, generation, noticedAt: null };
      const { count } = await tx.tenantKeyVersion.updateMany({ where, data: { noticedAt: now } });
      if (count === 0 || key.versions[0]?.generation !== generation) continue;
      events.push(tenantEvent(key.tenant, 'tenant.key.ends', { keyId, name: key.name, expiresAt }));
    }
    await appendEvents(tx, events);
  });
}
