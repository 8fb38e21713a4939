/** Try it: a call of the tenant's own API in the person's name, through the gateway like any client's. */
import type { z } from 'zod';
import type { ServiceContext } from '../context.ts';
import { manifestOf, SELECT_OFFERING } from '../references.ts';
import { audit, authorize, found, refuse, transact } from '../support.ts';
import type { ApiAnswer, CallApiInput } from '../views/tenants.ts';
import { askTenant } from './ask-tenant.ts';

type Call = z.output<typeof CallApiInput>;

export async function callApi(ctx: ServiceContext, input: Call): Promise<ApiAnswer> {
  const { ref, writes } = await authorizeCall(ctx, input);
  const { name, body, query } = input;
  return askTenant(ctx, {
    ref,
    name,
    ...(input.kind === 'view' ? { query } : { body }),
    ...(writes && { idempotencyKey: input.idempotencyKey ?? crypto.randomUUID() }),
  });
}

/** Whose tenant it is, and whether the call writes; writing calls are audited before they are made. */
async function authorizeCall(ctx: ServiceContext, input: Call): Promise<{ ref: string; writes: boolean }> {
  return transact(ctx, async (tx) => {
    const tenant = found(
      ctx.actor,
      'tenant',
      await tx.tenant.findUnique({ where: { id: input.tenantId }, include: { offeringVersion: SELECT_OFFERING } }),
    );
    authorize(ctx.actor, 'tenant:call');
    const { api } = manifestOf(tenant.offeringVersion);
    const fn = api?.functions.find(({ name }) => name === input.name);
    const known = input.kind === 'function' ? fn : api?.views.find(({ name }) => name === input.name);
    if (!known) refuse({ code: 'not_found', what: `${input.kind} ${input.name}` });
    const writes = input.kind === 'function' && fn!.writes;
    if (writes) {
      await audit(ctx, tx, {
        organisationId: tenant.organisationId,
        right: 'tenant:call',
        action: 'tenant.api.call',
        subjectKind: 'tenant',
        subjectId: tenant.id,
        subjectName: tenant.name,
        after: { function: input.name },
      });
    }
    return { ref: tenant.ref, writes };
  });
}
