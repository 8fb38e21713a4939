// Free TCP ports, and the choice of ours.
import { createServer } from 'node:net';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { hasCode, StartFailure } from './failure.ts';

const LOOPBACKS = ['127.0.0.1', '::1'];
const TRIES = 100;

/** Ask the kernel for a port that nobody listens on right now. */
export async function getFreePort(): Promise<number> {
  const port = await listenBriefly(0, '127.0.0.1');
  if (port === null) throw new Error('no free port on 127.0.0.1');
  return port;
}

/** @returns whether nobody listens on this port of `localhost`, by either of its addresses */
export async function isPortFree(port: number): Promise<boolean> {
  const answers = await Promise.all(LOOPBACKS.map((host) => listenBriefly(port, host)));
  return answers.every((bound) => bound !== null);
}

const Ports = z.object({ port: z.int(), gatewayPort: z.int() });
export type Ports = z.infer<typeof Ports>;

/** Choose where portal and gateway listen: what was asked for, else the ports of the last start, else the defaults, else
 * the next free ones.
 * @throws StartFailure when a port that was asked for is taken */
export async function choosePorts(
  asked: { PORT?: number | undefined; GATEWAY_PORT?: number | undefined },
  memoryFile: string,
): Promise<Ports> {
  const last = existsSync(memoryFile) ? Ports.safeParse(JSON.parse(readFileSync(memoryFile, 'utf8'))).data : undefined;
  const used = new Set([asked.PORT, asked.GATEWAY_PORT]);
  const port = asked.PORT ? await take('PORT', asked.PORT) : await firstFree([last?.port, 3000], used);
  used.add(port);
  const gatewayPort = asked.GATEWAY_PORT
    ? await take('GATEWAY_PORT', asked.GATEWAY_PORT)
    : await firstFree([last?.gatewayPort, 3001], used);
  if (port === gatewayPort) throw new StartFailure('PORT and GATEWAY_PORT must differ.');
  return { port, gatewayPort };
}

async function take(name: string, port: number): Promise<number> {
  if (await isPortFree(port)) return port;
  throw new StartFailure(`${name} ${port} is in use: end what listens there, or choose another with ${name}=…`);
}

async function firstFree(
  wishes: readonly (number | undefined)[],
  used: ReadonlySet<number | undefined>,
): Promise<number> {
  const wanted = wishes.filter((wish) => wish !== undefined);
  const from = wanted.at(-1) ?? 3000;
  for (const port of [...wanted, ...Array.from({ length: TRIES }, (_, step) => from + 1 + step)]) {
    if (!used.has(port) && (await isPortFree(port))) return port;
  }
  return getFreePort();
}

/** @returns the port that was bound, or null when it is taken; an address that this machine lacks can't be taken */
function listenBriefly(port: number, host: string): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => {
      resolve(hasCode(error, 'EADDRNOTAVAIL') || hasCode(error, 'EAFNOSUPPORT') ? port : null);
    });
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(bound));
    });
  });
}
