// The supervisor's API: JSON over HTTP on the loopback, for whoever may read the token. It starts the tenants' cluster again
// when asked, because it alone knows how it was started (registry/supervisor.ts is the contract).
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  RestartRequest,
  SHARED_CLUSTER_PATH,
  supervisorFile,
  type SharedClusterFacts,
  type SupervisorAddress,
} from '../registry/supervisor.ts';
import type { Cluster } from './cluster.ts';
import type { KeptCluster } from './keep-cluster.ts';
import { messageOf } from './failure.ts';
import { writePrivately } from './secrets.ts';

const BODY_BYTES_MAX = 1_024;

export interface SupervisorDoor {
  close: () => Promise<void>;
}

/** Opens the door and writes down where it is. */
export async function openDoor(dataDir: string, kept: KeptCluster): Promise<SupervisorDoor> {
  const token = randomBytes(24).toString('base64url');
  const expected = Buffer.from(`Bearer ${token}`);
  const server = createServer((request, response) => {
    answer(kept, expected, request, response).catch((error: unknown) => {
      response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8' }).end(messageOf(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  writePrivately(supervisorFile(dataDir), { port, token } satisfies SupervisorAddress);
  return {
    close: async () => {
      rmSync(supervisorFile(dataDir), { force: true });
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  kept: KeptCluster,
  expected: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const given = Buffer.from(request.headers.authorization ?? '');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return void response.writeHead(401).end();
  if (request.url !== SHARED_CLUSTER_PATH) return void response.writeHead(404).end();
  if (request.method === 'GET') return sendFacts(response, kept.now());
  if (request.method !== 'POST') return void response.writeHead(405).end();
  const asked = RestartRequest.safeParse(await readJson(request));
  if (!asked.success) return void response.writeHead(400).end();
  sendFacts(response, await kept.restart(asked.data.postmasterPid));
}

function sendFacts(response: ServerResponse, { port, postmasterPid, awayMs, setAside }: Cluster): void {
  const facts: SharedClusterFacts = { port, postmasterPid, awayMs, setAside };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(facts));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (text.length > BODY_BYTES_MAX) return null;
  }
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
