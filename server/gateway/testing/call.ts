/** Requests to a gateway as a customer's program makes them, for tests. */
import { randomUUID } from 'node:crypto';
import type { Gateway } from '../gateway.ts';
import type { TestTenant } from './world.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed body; text when it is not JSON. */
  readonly body: Record<string, unknown>;
  readonly text: string;
}

export async function send(gateway: Gateway, path: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(`${gateway.url}${path}`, init);
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
    text,
  };
}

/** Calls a function with a fresh Idempotency-Key unless one is given. */
export function post(
  gateway: Gateway,
  tenant: Pick<TestTenant, 'ref' | 'key'>,
  fn: string,
  body: unknown,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Reply> {
  return send(gateway, `/t/${tenant.ref}/v1/${fn}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${tenant.key}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
}

export function get(
  gateway: Gateway,
  tenant: Pick<TestTenant, 'ref' | 'key'>,
  path: string,
  headers: Record<string, string> = {},
): Promise<Reply> {
  return send(gateway, `/t/${tenant.ref}/v1/${path}`, {
    headers: { authorization: `Bearer ${tenant.key}`, ...headers },
  });
}
