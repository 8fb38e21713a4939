/**
 * A tenant's description: `openapi.json` and a page to read it. Open without a key, because it names the offering's functions and no data;
 * limited by address, because it is open.
 */
import type { IncomingMessage } from 'node:http';
import { describeOpenApi } from '../domain/openapi.ts';
import type { Route } from '../registry/model.ts';
import { BoundedMap } from './bounded-map.ts';
import { TokenBucket } from './bucket.ts';
import { renderPage, PAGE_POLICY } from './docs-page.ts';
import { json, type Answer, type Exchange } from './exchange.ts';
import { problem } from './problems.ts';
import { rateHeaders } from './tenant-state.ts';

const LIMITS = { rps: 5, burst: 30 };
const ADDRESSES_MAX = 10_000;
const LOOPBACK = /^(::ffff:)?127\.|^::1$/;

export interface DocsOptions {
  /** Public base of the gateway, without a slash at the end. */
  gatewayUrl: string;
  readonly buckets: BoundedMap<string, TokenBucket>;
}

export function docsOptions(gatewayUrl: string): DocsOptions {
  return { gatewayUrl: gatewayUrl.replace(/\/+$/, ''), buckets: new BoundedMap(ADDRESSES_MAX) };
}

/** @throws Problem `rate_limited` */
export function describeTenant(
  exchange: Exchange,
  route: Route,
  form: 'page' | 'openapi',
  options: DocsOptions,
): Answer {
  spendByAddress(exchange, options);
  const { locale } = exchange;
  const document = describeOpenApi({
    title: route.title,
    version: route.version,
    baseUrl: `${options.gatewayUrl}/t/${route.ref}/v1`,
    api: route.api,
    locale,
    limits: route.limits,
  });
  const headers = { 'cache-control': 'no-cache', 'content-language': locale, vary: 'accept-language' };
  if (form === 'openapi') return json(200, JSON.stringify(document), headers);
  return {
    status: 200,
    contentType: 'text/html; charset=utf-8',
    body: renderPage(document, { ref: route.ref, offering: route.offering, modules: route.modules, locale }),
    headers: { ...headers, 'content-security-policy': PAGE_POLICY },
  };
}

/** One visit of whoever comes from this address.
 * @throws Problem `rate_limited` */
export function spendByAddress(exchange: Exchange, { buckets }: DocsOptions): void {
  const now = Date.now();
  const address = addressOf(exchange.req);
  const answer = buckets.take(address, () => new TokenBucket(LIMITS, now)).take(now);
  const headers = rateHeaders(answer, LIMITS.rps);
  Object.assign(exchange.headers, headers);
  if (!answer.allowed) {
    throw problem('rate_limited', { ...LIMITS }, { ...headers, 'retry-after': `${answer.retryAfterSeconds}` });
  }
}

/** Behind a proxy on this machine, whom the proxy names last; everybody else's word for it is not believed. */
function addressOf({ socket, headers }: IncomingMessage): string {
  const address = socket.remoteAddress ?? 'unknown';
  const forwarded = headers['x-forwarded-for'];
  if (typeof forwarded !== 'string' || !LOOPBACK.test(address)) return address;
  return forwarded.split(',').at(-1)?.trim() ?? address;
}
