// Free TCP ports on the loopback interface.
import { createServer } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** Ask the kernel for a port that nobody listens on right now. */
export async function getFreePort(): Promise<number> {
  const port = await listenBriefly(0);
  if (port === null) throw new Error('no free port on 127.0.0.1');
  return port;
}

/** @returns whether a server could listen on 127.0.0.1:`port` now */
export async function isPortFree(port: number): Promise<boolean> {
  return (await listenBriefly(port)) !== null;
}

function listenBriefly(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(bound));
    });
  });
}
