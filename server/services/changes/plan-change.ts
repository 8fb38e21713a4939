/** A change is planned: priced at once, its resource diff computed by the worker. Nothing of the tenant changes, nobody is asked. */
import type { z } from 'zod';
import { appendEvent } from '../../db/events.ts';
import { inScope } from '../../db/scope.ts';
import { newId, type ChangeId } from '../../domain/ids.ts';
import type { Currency } from '../../domain/configuration.ts';
import type { ServiceContext } from '../context.ts';
import { assertPatience } from '../previews/create-preview.ts';
import { manifestOf } from '../references.ts';
import { lockTenant, refusalAfterQueue } from '../runs/queue-run.ts';
import { authorize, found, refuse, scopeOf, toJson } from '../support.ts';
import type { PlanChangeInput, PlannedChange } from '../views/changes.ts';
import { actionOfChange, assertStays, priceChange, shapeAfter, shapeOf } from './change-rules.ts';

const LIFETIME_MS = 24 * 3_600_000;

export async function planChange(
  ctx: ServiceContext,
  input: z.output<typeof PlanChangeInput>,
): Promise<z.input<typeof PlannedChange>> {
  return inScope(ctx.db, scopeOf(ctx.actor), async (tx) => {
    const tenant = found(ctx.actor, 'tenant', await lockTenant(tx, input.tenantId));
    authorize(ctx.actor, 'preview:create');
    await assertPatience(ctx, tx);
    const { offeringVersionId, organisationId, model } = tenant;
    const fault = await refusalAfterQueue(tx, tenant, actionOfChange({ model }, input.wish));
    if (fault) refuse(fault);
    const manifest = manifestOf(await tx.offeringVersion.findUniqueOrThrow({ where: { id: offeringVersionId } }));
    const before = shapeOf(tenant);
    const after = shapeAfter(manifest, before, input.wish, model);
    await assertStays(tx, tenant, after);
    const { bookId, beforeMicro, price } = await priceChange(ctx, tx, { tenantId: tenant.id, manifest, after });
    const id = newId<ChangeId>();
    await tx.tenantChange.create({
      data: {
        id,
        organisationId,
        tenantId: tenant.id,
        requestedById: ctx.actor.userId,
        priceBookId: bookId,
        before: toJson(before),
        after: toJson(after),
        price: toJson(price),
        currency: price.currency,
        beforeMicro,
        monthlyMicro: price.subtotalMicro,
        expiresAt: new Date(ctx.ports.now().getTime() + LIFETIME_MS),
      },
      select: { id: true },
    });
    const subject = { organisationId, subjectKind: 'tenant', subjectId: tenant.id, tenantId: tenant.id } as const;
    await appendEvent(tx, { ...subject, type: 'change.queued', data: { changeId: id } });
    await ctx.ports.jobs.send(tx, 'preview', { changeId: id });
    const currency: Currency = price.currency;
    return { changeId: id, state: 'queued', currency, beforeMicro, monthlyMicro: price.subtotalMicro, price };
  });
}
