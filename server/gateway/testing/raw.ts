/** Requests as bytes on a socket, so that no client tidies what a stranger may send; for tests. */
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import type { Gateway } from '../gateway.ts';
import type { TestTenant } from './world.ts';

export interface RawReply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Record<string, unknown>;
}

/** A request's head with a valid key and whatever is given. */
export function requestHead(
  tenant: Pick<TestTenant, 'key'>,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): string {
  const all = {
    host: 'localhost',
    authorization: `Bearer ${tenant.key}`,
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
    ...headers,
  };
  return `${method} ${path} HTTP/1.1\r\n${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;
}

/** A whole request without a body; the path as written. */
export const rawRequest = (
  gateway: Gateway,
  tenant: Pick<TestTenant, 'key'>,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<RawReply> => rawBytes(gateway, requestHead(tenant, method, path, { connection: 'close', ...headers }));

/** Sends bytes, waits until the gateway ends the connection. */
export async function rawBytes(gateway: Gateway, bytes: string): Promise<RawReply> {
  const socket = connect({ host: '127.0.0.1', port: gateway.port });
  socket.on('error', () => {}); // a reset after the answer
  socket.write(bytes, 'latin1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => socket.once('close', resolve));
  const [head = '', body = ''] = Buffer.concat(chunks).toString('utf8').split('\r\n\r\n');
  const [line = '', ...fields] = head.split('\r\n');
  const headers = Object.fromEntries(
    fields.map((field) => [
      field.slice(0, field.indexOf(':')).toLowerCase(),
      field.slice(field.indexOf(':') + 1).trim(),
    ]),
  );
  const parsed = body === '' ? {} : (JSON.parse(body) as Record<string, unknown>);
  return { status: Number(line.split(' ')[1]), headers, body: parsed };
}
