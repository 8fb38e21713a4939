/** A new API key is shown, once: the sealed row is deleted in the transaction that reads it. */
import type { z } from 'zod';
import { inScope } from '../../db/scope.ts';
import type { TenantId } from '../../domain/ids.ts';
import type { ServiceContext } from '../context.ts';
import { lockTenant } from '../runs/queue-run.ts';
import { audit, authorize, found, refuse, scopeOf } from '../support.ts';
import type { RevealedKey } from '../views/tenants.ts';

export async function revealKey(ctx: ServiceContext, tenantId: TenantId): Promise<z.input<typeof RevealedKey>> {
  return inScope(ctx.db, scopeOf(ctx.actor), async (tx) => {
    const tenant = found(ctx.actor, 'tenant', await lockTenant(tx, tenantId));
    authorize(ctx.actor, 'tenant:reveal_key');
    const row = await tx.keyReveal.findFirst({
      where: { tenantId, expiresAt: { gt: ctx.ports.now() } },
      orderBy: { createdAt: 'desc' },
    });
    if (!row) return refuse({ code: 'key_already_shown' });
    await tx.keyReveal.deleteMany({ where: { tenantId } });
    const endpoint = await tx.endpoint.findFirstOrThrow({ where: { tenantId }, orderBy: { createdAt: 'asc' } });
    await audit(ctx, tx, {
      organisationId: tenant.organisationId,
      right: 'tenant:reveal_key',
      action: 'tenant.key.reveal',
      subjectKind: 'tenant',
      subjectId: tenantId,
      subjectName: tenant.name,
      after: { keyPrefix: endpoint.keyPrefix },
    });
    return { apiKey: ctx.ports.openSealed(row.sealed, tenant.ref), prefix: endpoint.keyPrefix, endpoint: endpoint.url };
  });
}
