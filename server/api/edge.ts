/** The HTTP edge of the API: what is refused before a procedure is even looked for. */
import { DomainError, type Fault } from '../domain/faults.ts';
import { RateLimiter } from './rate-limit.ts';

export const BODY_BYTES_MAX = 256 * 1_024;

const perAddress = new RateLimiter({ perSecond: 100, burst: 400 });
const perCaller = new RateLimiter({ perSecond: 50, burst: 200 });

export interface EdgeRequest {
  readonly request: Request;
  readonly ip: string;
  readonly portalUrl: string;
  /** The request's authority is a cookie, which browsers send along by themselves. */
  readonly byCookie: boolean;
}

/** Why the request is refused, or null. Reads nothing of the body. */
export function refuseAtEdge({ request, ip, portalUrl, byCookie }: EdgeRequest, nowMs = Date.now()): Fault | null {
  const wait = perAddress.take(ip, nowMs);
  if (wait > 0) return { code: 'too_many_requests', retryAfterSeconds: wait };
  if (request.method !== 'POST') return null;
  if (byCookie && !isSameOrigin(request.headers, portalUrl)) return { code: 'origin_refused' };
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return { code: 'content_type', expected: 'application/json' };
  if (Number(request.headers.get('content-length') ?? 0) > BODY_BYTES_MAX) return tooLarge();
  return null;
}

/** One caller's share, once it is known who calls. */
export function refuseCaller(caller: string, nowMs = Date.now()): Fault | null {
  const wait = perCaller.take(caller, nowMs);
  return wait > 0 ? { code: 'too_many_requests', retryAfterSeconds: wait } : null;
}

/** Browsers say where a request comes from; one that does not say is not from our pages. */
function isSameOrigin(headers: Headers, portalUrl: string): boolean {
  const origin = headers.get('origin');
  if (origin === null) return headers.get('sec-fetch-site') === 'same-origin';
  if (origin === new URL(portalUrl).origin) return true;
  // The same portal under another of its names (localhost, 127.0.0.1): then the host that was asked is the page's own.
  return URL.canParse(origin) && new URL(origin).host === headers.get('host');
}

const tooLarge = (): Fault => ({ code: 'body_too_large', maxBytes: BODY_BYTES_MAX });

/** The request with its body read, up to the limit: a length need not be announced.
 * @throws DomainError `body_too_large` */
export async function readBody(request: Request): Promise<Request> {
  if (request.body === null) return request;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > BODY_BYTES_MAX) throw new DomainError(tooLarge());
    chunks.push(chunk);
  }
  const { url, method, headers, signal } = request;
  return new Request(url, { method, headers, signal, body: Buffer.concat(chunks) });
}
