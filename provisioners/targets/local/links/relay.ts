/**
 * The edge's end of tunnels. Agents of the private sides dial in over TLS and keep a few connections ready; a subscription dials a port of
 * its tenant's own on the loopback, and is joined to one of them. Both ends prove that they know the tenant's key (TLS with a pre-shared
 * key), so nobody else can offer or take a tunnel. Bytes pass as they are; PostgreSQL asks for its own password behind it.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';

/** Authenticates both ends and, being ephemeral, keeps past traffic closed when a key leaks. */
export const PSK_CIPHERS = 'ECDHE-PSK-CHACHA20-POLY1305';
/** What the relay says to a waiting agent: go, somebody is here; or nothing but that the line still stands. */
export const GO = 0x47;
export const STILL_HERE = 0x2e;

const WAIT_MS_MAX = 5_000;
const STILL_HERE_EVERY_MS = 10_000;

export interface Relay {
  /** Where agents dial in. */
  readonly port: number;
  /** Opens a tenant's port; the same while it is open. @param wanted taken when it is free @returns the port */
  open(ref: string, wanted: number | null): Promise<number>;
  shut(ref: string): Promise<void>;
  /** Connections that wait for a subscription. */
  waiting(ref: string): number;
  close(): Promise<void>;
}

interface Doorway {
  readonly server: Server;
  readonly idle: TLSSocket[];
  /** Subscriptions for which no agent was there yet. */
  readonly queue: Socket[];
}

/** @param keyOf a tenant's key, or null for one that has no tunnel */
export async function startRelay(keyOf: (ref: string) => Buffer | null): Promise<Relay> {
  const doorways = new Map<string, Doorway>();
  const owners = new WeakMap<object, string>();
  const agents = createTlsServer({
    ciphers: PSK_CIPHERS,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.2',
    pskCallback: (socket, identity) => {
      owners.set(socket, identity);
      return doorways.has(identity) ? keyOf(identity) : null;
    },
  });
  agents.on('secureConnection', (socket) => {
    socket.on('error', () => {});
    const doorway = doorways.get(owners.get(socket) ?? '');
    if (!doorway) {
      socket.destroy();
      return;
    }
    socket.setKeepAlive(true, STILL_HERE_EVERY_MS);
    doorway.idle.push(socket);
    socket.once('close', () => remove(doorway.idle, socket));
    serve(doorway);
  });
  await listen(agents, 0);
  const pulse = setInterval(() => {
    for (const { idle } of doorways.values()) for (const socket of idle) socket.write(Buffer.of(STILL_HERE));
  }, STILL_HERE_EVERY_MS);
  pulse.unref();

  const shut = async (ref: string): Promise<void> => {
    const doorway = doorways.get(ref);
    if (!doorway) return;
    doorways.delete(ref);
    for (const socket of [...doorway.idle, ...doorway.queue]) socket.destroy();
    await new Promise<void>((resolve) => doorway.server.close(() => resolve()));
  };
  return {
    port: (agents.address() as AddressInfo).port,
    open: async (ref, wanted) => {
      const known = doorways.get(ref);
      if (known) return (known.server.address() as AddressInfo).port;
      const doorway: Doorway = { server: createServer(), idle: [], queue: [] };
      doorway.server.on('connection', (subscriber) => {
        subscriber.on('error', () => {});
        doorway.queue.push(subscriber);
        const patience = setTimeout(() => subscriber.destroy(), WAIT_MS_MAX);
        subscriber.once('close', () => remove(doorway.queue, subscriber));
        subscriber.once('joined', () => clearTimeout(patience));
        serve(doorway);
      });
      await listen(doorway.server, wanted ?? 0).catch(() => listen(doorway.server, 0));
      doorways.set(ref, doorway);
      return (doorway.server.address() as AddressInfo).port;
    },
    shut,
    waiting: (ref) => doorways.get(ref)?.idle.length ?? 0,
    close: async () => {
      clearInterval(pulse);
      await Promise.all([...doorways.keys()].map(shut));
      await new Promise<void>((resolve) => agents.close(() => resolve()));
    },
  };
}

/** Joins whoever waits on one side to whoever waits on the other. */
function serve({ idle, queue }: Doorway): void {
  while (idle.length > 0 && queue.length > 0) {
    const [agent, subscriber] = [idle.shift(), queue.shift()];
    if (!agent || !subscriber) return;
    subscriber.emit('joined');
    agent.write(Buffer.of(GO));
    join(agent, subscriber);
  }
}

/** Whatever ends one end ends the other. */
export function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.setNoDelay(true);
    from.pipe(to);
    from.once('close', () => to.destroy());
  }
}

function remove<T>(list: T[], item: T): void {
  const at = list.indexOf(item);
  if (at >= 0) list.splice(at, 1);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
