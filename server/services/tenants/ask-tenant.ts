/** One HTTP call of a tenant's own API, through the gateway like any client's, in the person's name. */
import type { ServiceContext } from '../context.ts';
import { refuse } from '../support.ts';
import type { ApiAnswer } from '../views/tenants.ts';

const TIMEOUT_MS = 15_000;
const ANSWER_BYTES_MAX = 1_000_000;
const HEADERS = ['content-type', 'retry-after', 'idempotency-replayed', 'x-request-id', 'link'];

export interface TenantCall {
  readonly ref: string;
  readonly name: string;
  /** Of a view; a function has a body instead. */
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Of a function that writes. */
  readonly idempotencyKey?: string;
  readonly language?: string;
}

/** Makes the call with a pass of its own; an error of the API is an answer.
 * @throws DomainError `tenant_unreachable` when there is no answer */
export async function askTenant(ctx: ServiceContext, call: TenantCall): Promise<ApiAnswer> {
  const { ref, name, query = {}, body, idempotencyKey, language } = call;
  const token = await ctx.ports.signAccess({
    sub: ctx.actor.userId,
    ref,
    scope: idempotencyKey === undefined ? 'read' : 'write',
    purpose: 'try',
  });
  const url = new URL(`${ctx.ports.gatewayUrl}/t/${ref}/v1/${name}`);
  for (const [column, value] of Object.entries(query)) url.searchParams.set(column, value);
  const headers = {
    authorization: `Bearer ${token}`,
    'x-request-id': ctx.requestId,
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    ...(language !== undefined && { 'accept-language': language }),
  };
  const text = body === undefined ? null : JSON.stringify(body);
  const startedAt = performance.now();
  const answer = await send(ctx, url, { method: text === null ? 'GET' : 'POST', headers, body: text }, ref);
  return { ...answer, ms: Math.round((performance.now() - startedAt) * 10) / 10, url: url.href };
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
