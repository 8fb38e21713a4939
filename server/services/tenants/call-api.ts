/** Try it: a call of the tenant's own API in the person's name, through the gateway like any client's. */
import type { z } from 'zod';
import type { ServiceContext } from '../context.ts';
import { manifestOf, SELECT_OFFERING } from '../references.ts';
import { audit, authorize, found, refuse, transact } from '../support.ts';
import type { ApiAnswer, CallApiInput } from '../views/tenants.ts';

const TIMEOUT_MS = 15_000;
const ANSWER_BYTES_MAX = 1_000_000;
const HEADERS = ['content-type', 'retry-after', 'idempotency-replayed', 'x-request-id', 'link'];

type Call = z.output<typeof CallApiInput>;

export async function callApi(ctx: ServiceContext, input: Call): Promise<ApiAnswer> {
  const { ref, writes } = await authorizeCall(ctx, input);
  const token = await ctx.ports.signAccess({
    sub: ctx.actor.userId,
    ref,
    scope: writes ? 'write' : 'read',
    purpose: 'try',
  });
  const url = new URL(`${ctx.ports.gatewayUrl}/t/${ref}/v1/${input.name}`);
  if (input.kind === 'view') for (const [name, value] of Object.entries(input.query)) url.searchParams.set(name, value);
  const headers: Record<string, string> = { authorization: `Bearer ${token}`, 'x-request-id': ctx.requestId };
  const body = input.kind === 'function' ? JSON.stringify(input.body) : null;
  if (body !== null) headers['content-type'] = 'application/json';
  if (writes) headers['idempotency-key'] = input.idempotencyKey ?? crypto.randomUUID();
  const startedAt = performance.now();
  const answer = await send(ctx, url, { method: body === null ? 'GET' : 'POST', headers, body }, ref);
  return { ...answer, ms: Math.round((performance.now() - startedAt) * 10) / 10, url: url.href };
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

async function send(
  ctx: ServiceContext,
  url: URL,
  init: { method: string; headers: Record<string, string>; body: string | null },
  ref: string,
): Promise<Pick<ApiAnswer, 'status' | 'headers' | 'body'>> {
  try {
    const response = await ctx.ports.fetch(url, {
      ...init,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    const headers = HEADERS.flatMap((name) => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    return {
      status: response.status,
      headers: Object.fromEntries(headers),
      body: parse(text.slice(0, ANSWER_BYTES_MAX)),
    };
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    return refuse({
      code: 'tenant_unreachable',
      ref,
      reason: timedOut ? `no answer in ${TIMEOUT_MS / 1_000} s` : 'no connection',
    });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
