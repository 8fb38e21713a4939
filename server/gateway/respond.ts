/** Writes answers and problems: the only place that touches the response. */
import type { ServerResponse } from 'node:http';
import type { Locale } from '../domain/text.ts';
import type { Answer, Exchange } from './exchange.ts';
import type { Problem } from './problems.ts';

const NO_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** No CORS headers: a key belongs into a server, not into a browser. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': NO_CONTENT_POLICY,
  'cache-control': 'no-store',
};

/** The answer to a refused call. `changed` is false because a refusal rolls the whole call back.
 * @param typeOf the `type` that a standard has for it, if any */
export function answerProblem(
  { code, spec, facts, headers }: Problem,
  requestId: string,
  locale: Locale,
  typeOf?: Exchange['problemType'],
): Answer {
  const body = {
    type: typeOf?.(code, spec.status) ?? `/problems/${code}`,
    title: spec.title[locale],
    status: spec.status,
    code,
    facts,
    requestId,
    changed: false,
  };
  return {
    status: spec.status,
    contentType: 'application/problem+json; charset=utf-8',
    body: JSON.stringify(body),
    headers: { 'content-language': locale, ...headers },
  };
}

export function writeAnswer(
  res: ServerResponse,
  answer: Answer,
  exchange: Pick<Exchange, 'requestId' | 'headers'>,
): void {
  if (res.destroyed || res.headersSent) return;
  res.writeHead(answer.status, {
    ...SECURITY_HEADERS,
    ...exchange.headers,
    'x-request-id': exchange.requestId,
    ...(answer.contentType === null
      ? {}
      : { 'content-type': answer.contentType, 'content-length': Buffer.byteLength(answer.body) }),
    ...answer.headers,
  });
  res.end(answer.body);
}
