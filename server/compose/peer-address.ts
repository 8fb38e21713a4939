/**
 * Who is at the other end of a connection. Next keeps an `x-forwarded-for` that a client sends; believed, it would let anybody choose the
 * address that limits and the audit trail see. So it is kept from a proxy on this machine alone, and is the socket's own address otherwise.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** The header as it may be believed.
 * @param peer address of the socket's other end */
export function forwardedFor(header: string | undefined, peer: string | undefined): string {
  const believed = peer !== undefined && LOOPBACK.test(peer) ? header?.trim() : undefined;
  return believed || peer || 'unknown';
}

/** From now on every request of this process's HTTP servers carries a header that may be believed. */
export function believeSocketsOnly(): void {
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { readonly request: IncomingMessage };
    const header = request.headers['x-forwarded-for'];
    const text = Array.isArray(header) ? header.join(', ') : header;
    request.headers['x-forwarded-for'] = forwardedFor(text, request.socket.remoteAddress);
  });
}
