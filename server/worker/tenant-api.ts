/** A tenant's API as the platform itself calls it: through the gateway, with short-lived signed tokens. */
import type { SmokeClient } from '../../provisioners/kit/offering.ts';
import { newId } from '../domain/ids.ts';
import type { AccessScope, TokenPurpose } from '../domain/access-token.ts';
import { edgeRouteOf } from '../registry/sides.ts';
import type { WorkerContext } from './context.ts';

const CALL_MS_MAX = 15_000;
const TOKEN_USED_MS_MAX = 40_000;

/** No answer at all: not a tenant's fault, so whoever meets it may wait and try again. */
export class GatewayUnreachable extends Error {
  override readonly name = 'GatewayUnreachable';
}

export interface TenantApi extends SmokeClient {
  /** Requests sent so far. */
  readonly calls: number;
}

/** Of a hybrid tenant, with the API of its public side. */
export function openBothApis(
  ctx: WorkerContext,
  ref: string,
  who: Parameters<typeof openTenantApi>[2],
): TenantApi & { readonly edge: TenantApi } {
  const record = openTenantApi(ctx, ref, who);
  const edge = openTenantApi(ctx, ref, who, 'edge');
  return {
    call: (...args) => record.call(...args),
    view: (...args) => record.view(...args),
    edge,
    get calls() {
      return record.calls + edge.calls;
    },
  };
}

/** A client of one tenant's API. Answers with HTTP errors are answers; only a gateway that cannot be reached throws.
 * @param sub on whose behalf: the run's id, or the name of a schedule */
export function openTenantApi(
  ctx: WorkerContext,
  ref: string,
  who: { readonly purpose: TokenPurpose; readonly scope: AccessScope; readonly sub: string },
  side: 'record' | 'edge' = 'record',
): TenantApi {
  const base = `${ctx.gatewayUrl}/t/${side === 'edge' ? edgeRouteOf(ref) : ref}/v1`;
  let calls = 0;
  let token: { readonly text: Promise<string>; readonly at: number } | null = null;
  const bearer = () => {
    if (!token || Date.now() - token.at > TOKEN_USED_MS_MAX) {
      token = { text: ctx.signToken({ ref, ...who }), at: Date.now() };
    }
    return token.text;
  };
  const send = async (
    path: string,
    init: { readonly method: string; readonly headers?: object; readonly body?: string },
  ) => {
    calls += 1;
    const authorization = `Bearer ${await bearer()}`;
    try {
      const signal = AbortSignal.timeout(CALL_MS_MAX);
      const answer = await fetch(`${base}/${path}`, { ...init, headers: { ...init.headers, authorization }, signal });
      return { status: answer.status, body: await readObject(answer) };
    } catch (cause) {
      throw new GatewayUnreachable(`no answer from ${ctx.gatewayUrl}`, { cause });
    }
  };
  return {
    get calls() {
      return calls;
    },
    call: (fn, body, key = newId()) =>
      send(fn, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(body),
      }),
    async view(name, query = {}) {
      const search = new URLSearchParams(query).toString();
      const { status, body } = await send(search === '' ? name : `${name}?${search}`, { method: 'GET' });
      const items = Array.isArray(body.items) ? (body.items as Record<string, unknown>[]) : [];
      return { status, items };
    },
  };
}

/** The body when it is a JSON object, else an empty one: a proxy's HTML page is no reason to throw. */
async function readObject(answer: Response): Promise<Record<string, unknown>> {
  const text = await answer.text();
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}
