/** A new API key is shown, once: the sealed row is deleted in the transaction that reads it. */
import type { z } from 'zod';
import type { Transaction } from '../../db/client.ts';
import { inScope } from '../../db/scope.ts';
import type { ServiceContext } from '../context.ts';
import { lockTenant } from '../runs/queue-run.ts';
import { audit, authorize, found, refuse, scopeOf } from '../support.ts';
import type { RevealedKey, RevealKeyInput } from '../views/tenants.ts';

export async function revealKey(
  ctx: ServiceContext,
  { tenantId, keyId }: z.output<typeof RevealKeyInput>,
): Promise<z.input<typeof RevealedKey>> {
  return inScope(ctx.db, scopeOf(ctx.actor), async (tx) => {
    const tenant = found(ctx.actor, 'tenant', await lockTenant(tx, tenantId));
    authorize(ctx.actor, 'tenant:reveal_key');
    const waiting = await findReveal(ctx, tx, tenantId, keyId);
    if (!waiting) return refuse({ code: 'key_already_shown' });
    const { id, sealed } = waiting.row;
    await tx.keyReveal.deleteMany({ where: { id } });
    const endpoint = await tx.endpoint.findFirstOrThrow({ where: { tenantId }, orderBy: { createdAt: 'asc' } });
    const prefix = waiting.prefix ?? endpoint.keyPrefix;
    await audit(ctx, tx, {
      organisationId: tenant.organisationId,
      right: 'tenant:reveal_key',
      action: 'tenant.key.reveal',
      subjectKind: 'tenant',
      subjectId: tenantId,
      subjectName: tenant.name,
      after: { keyPrefix: prefix, ...(waiting.name !== null && { name: waiting.name }) },
    });
    return { apiKey: ctx.ports.openSealed(sealed, tenant.ref), prefix, endpoint: endpoint.url };
  });
}

/** The newest secret that waits to be shown, of one key or of any. One that its run has not written down yet does not wait yet. */
async function findReveal(ctx: ServiceContext, tx: Transaction, tenantId: string, keyId: string | undefined) {
  const rows = await tx.keyReveal.findMany({
    where: { tenantId, expiresAt: { gt: ctx.ports.now() } },
    orderBy: { createdAt: 'desc' },
  });
  for (const row of rows) {
    if (row.hash === '' && keyId === undefined) return { row, prefix: null, name: null };
    const version = await tx.tenantKeyVersion.findFirst({
      where: { hash: row.hash, key: { tenantId, ...(keyId !== undefined && { id: keyId }) } },
      include: { key: { select: { name: true } } },
    });
    if (row.hash !== '' && version) return { row, prefix: version.prefix, name: version.key.name };
  }
  return null;
}
