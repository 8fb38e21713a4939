/** The keeper's API: JSON over HTTP on the loopback, for whoever may read the token. */
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ZodError } from 'zod';
import { InstanceSpec } from '../registry/keeper.ts';
import { NameTaken, type Operations } from './operations.ts';

const BODY_BYTES_MAX = 65_536;

export interface KeeperHttp {
  readonly port: number;
  close(): Promise<void>;
}

export async function startHttp(
  operations: Operations,
  token: string,
  log: (facts: object, message: string) => void,
): Promise<KeeperHttp> {
  const expected = Buffer.from(`Bearer ${token}`);
  const server = createServer((request, response) => {
    answer(operations, expected, request, response).catch((error: unknown) => {
      const status = error instanceof NameTaken ? 409 : error instanceof ZodError ? 400 : 503;
      const message = error instanceof Error ? error.message : String(error);
      if (status === 503) log({ path: request.url, message }, 'an instance could not be brought to what was asked');
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(message);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  operations: Operations,
  expected: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const given = Buffer.from(request.headers.authorization ?? '');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return void response.writeHead(401).end();
  const [root, name, verb, ...more] = (request.url ?? '').split('/').slice(1);
  if (root === 'bounds' && name === undefined) {
    return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(operations.offer()));
  }
  if (root !== 'instances' || more.length > 0) return void response.writeHead(404).end();
  const asked = `${request.method} ${name === undefined ? '' : ':name'}${verb === undefined ? '' : `/${verb}`}`;
  const body = await perform(operations, asked, name ?? '', request);
  if (body === undefined) return void response.writeHead(405).end();
  if (body === null) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** @returns undefined for what cannot be asked, null for what is not there */
async function perform(
  operations: Operations,
  asked: string,
  name: string,
  request: IncomingMessage,
): Promise<object | null | undefined> {
  switch (asked) {
    case 'GET ':
      return operations.list();
    case 'GET :name':
      return operations.find(name);
    case 'PUT :name':
      return operations.ensure(InstanceSpec.parse({ ...(await readJson(request)), name }));
    case 'DELETE :name':
      await operations.remove(name);
      return {};
    case 'GET :name/use':
      return operations.measure(name);
    case 'POST :name/stop':
      return operations.stop(name);
    case 'POST :name/start':
      return operations.start(name);
    case 'POST :name/restart':
      return operations.restart(name);
    default:
      return undefined;
  }
}

async function readJson(request: IncomingMessage): Promise<object> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  return typeof value === 'object' && value !== null ? value : {};
}
