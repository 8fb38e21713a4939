/** PostgreSQL's cancel request: a message on a connection of its own that names the backend and its secret. */
import { connect } from 'node:net';
import type pg from 'pg';

const CANCEL_CODE = 80_877_102;
const GIVE_UP_MS = 2_000;

/** Asks the server to end what `client` runs; resolves when the request was taken or could not be brought. Never throws. */
export async function cancelBackend(client: pg.PoolClient, host: string, port: number): Promise<void> {
  const { processID, secretKey } = client as unknown as { processID: number | null; secretKey: number | null };
  if (processID === null || secretKey === null) return;
  const message = Buffer.alloc(16);
  message.writeInt32BE(16, 0);
  message.writeInt32BE(CANCEL_CODE, 4);
  message.writeInt32BE(processID, 8);
  message.writeInt32BE(secretKey, 12);
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect({ host, port }, () => socket.end(message));
  socket.setTimeout(GIVE_UP_MS, () => socket.destroy());
  socket.on('error', () => {});
  socket.on('close', () => resolve());
  socket.resume();
  await promise;
}
