/**
 * The private side's end of a tunnel: dials the relay, never listens. A few connections stand ready; when the relay says go, one of them is
 * joined to the private server and another takes its place.
 */
import { connect as connectTcp } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { GO, join, PSK_CIPHERS } from './relay.ts';

/** As many as the edge's subscription opens at once: its stream and its first copies. */
const READY = 3;
const RETRY_MS = 500;
/** The relay says every ten seconds that the line stands; silence means that it does not. */
const SILENCE_MS_MAX = 30_000;

export interface TunnelSpec {
  readonly ref: string;
  readonly relay: { readonly host: string; readonly port: number };
  readonly server: { readonly host: string; readonly port: number };
  /** base64 */
  readonly key: string;
}

/** Runs until it is closed; a relay that is away is tried again. */
export function runTunnelAgent({ ref, relay, server, key }: TunnelSpec): { close(): void } {
  const ready = new Set<TLSSocket>();
  const joined = new Set<TLSSocket>();
  const timers = new Set<NodeJS.Timeout>();
  let closed = false;

  const dialLater = (): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      dial();
    }, RETRY_MS);
    timers.add(timer);
  };
  const dial = (): void => {
    if (closed || ready.size >= READY) return;
    const line = connectTls({
      ...relay,
      ciphers: PSK_CIPHERS,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.2',
      pskCallback: () => ({ psk: Buffer.from(key, 'base64'), identity: ref }),
      checkServerIdentity: () => undefined, // the key is the identity: who does not know it cannot answer
    });
    ready.add(line);
    line.setTimeout(SILENCE_MS_MAX, () => line.destroy());
    line.on('error', () => {}); // `close` follows
    line.once('close', () => {
      joined.delete(line);
      if (ready.delete(line)) dialLater();
    });
    const hear = (chunk: Buffer): void => {
      const at = chunk.indexOf(GO);
      if (at < 0) return;
      line.off('data', hear);
      line.pause();
      line.setTimeout(0);
      ready.delete(line);
      joined.add(line);
      dial();
      const rest = chunk.subarray(at + 1);
      const inner = connectTcp(server);
      inner.on('error', () => {});
      inner.once('close', () => line.destroy());
      inner.once('connect', () => {
        if (rest.length > 0) inner.write(rest);
        join(line, inner);
      });
    };
    line.on('data', hear);
  };
  for (let n = 0; n < READY; n++) dial();
  return {
    close: () => {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      for (const line of [...ready, ...joined]) line.destroy();
    },
  };
}
