/** HTTP around the dispatcher: limits on what a stranger may send, one log line a request, an orderly end. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { dispatch, type Tools } from './dispatch.ts';
import type { Exchange } from './exchange.ts';
import { chooseLocale } from './language.ts';
import type { Log } from './log.ts';
import { Problem, problem, type ProblemCode } from './problems.ts';
import { requestIdOf } from './request-id.ts';
import { answerProblem, SECURITY_HEADERS, writeAnswer } from './respond.ts';

const URL_LENGTH_MAX = 4_096;
const CONNECTIONS_MAX = 2_000;
/** For log and usage: the caller went away before the answer. */
const CLIENT_CLOSED = { status: 499, code: 'client_closed' };

export interface HttpServer {
  readonly http: Server;
  readonly listen: (port: number, host: string) => Promise<void>;
  /** From now on calls are refused and connections end with their answer. */
  readonly drain: () => void;
}

export function createHttpServer(tools: Tools, log: Log): HttpServer {
  let draining = false;
  const http = createServer(
    {
      maxHeaderSize: 16_384,
      headersTimeout: 5_000,
      requestTimeout: 15_000,
      keepAliveTimeout: 30_000,
      connectionsCheckingInterval: 1_000,
      requireHostHeader: true,
    },
    (req, res) => {
      void serve(req, res, tools, log, () => draining);
    },
  );
  http.maxConnections = CONNECTIONS_MAX;
  http.on('clientError', refuseUnreadable);
  return {
    http,
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        http.once('error', reject);
        http.listen(port, host, () => {
          http.off('error', reject);
          resolve();
        });
      }),
    drain: () => (draining = true),
  };
}

/** Ends within `drainMsMax`: idle connections at once, running calls when they are answered, the rest by force. */
export async function closeHttpServer(server: HttpServer, drainMsMax: number): Promise<void> {
  server.drain();
  const closed = new Promise<void>((resolve) => server.http.close(() => resolve()));
  server.http.closeIdleConnections();
  const force = setTimeout(() => server.http.closeAllConnections(), drainMsMax);
  await closed;
  clearTimeout(force);
}

async function serve(
  req: IncomingMessage,
  res: ServerResponse,
  tools: Tools,
  log: Log,
  draining: () => boolean,
): Promise<void> {
  const startedMs = performance.now();
  const caller = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) caller.abort(new Error('the caller went away'));
  });
  req.on('error', () => {}); // a broken upload shows as `close` of the response
  const [path, search] = splitOnce(req.url ?? '', '?');
  const query = new URLSearchParams(search);
  const exchange: Exchange = {
    req,
    requestId: requestIdOf(req.headers['x-request-id']),
    locale: chooseLocale(query.get('lang'), req.headers['accept-language']),
    query,
    signal: caller.signal,
    headers: {},
    note: {},
  };
  try {
    if (draining()) throw problem('shutting_down', {}, { 'retry-after': '1' });
    if ((req.url ?? '').length > URL_LENGTH_MAX) throw problem('url_too_long');
    const answer = await dispatch(exchange, path, tools);
    if (draining()) exchange.headers.connection = 'close';
    writeAnswer(res, answer, exchange);
  } catch (error) {
    const refusal = error instanceof Problem ? error : problem('internal');
    exchange.note.code = refusal.code;
    if (draining()) exchange.headers.connection = 'close';
    if (refusal.spec.status >= 500) exchange.note.cause ??= error;
    writeAnswer(res, answerProblem(refusal, exchange.requestId, exchange.locale, exchange.problemType), exchange);
  }
  record(exchange, path, res, performance.now() - startedMs, tools, log);
}

function record(exchange: Exchange, path: string, res: ServerResponse, ms: number, tools: Tools, log: Log): void {
  const { ref, kind, name, from, cause, ...note } = exchange.note;
  const gone = exchange.signal.aborted;
  const status = gone ? CLIENT_CLOSED.status : res.statusCode;
  const code = gone ? CLIENT_CLOSED.code : (note.code ?? null);
  if (ref !== undefined && from !== undefined) {
    const identified = from === 'caller';
    tools.tenants.recordCall(ref, { kind: kind ?? null, name: name ?? null, status, code, ms, identified });
  }
  const line = {
    requestId: exchange.requestId,
    method: exchange.req.method,
    ref,
    name,
    ...note,
    code,
    status,
    ms: Math.round(ms * 10) / 10,
  };
  const root = rootOf(cause);
  // A plan's limit is no failure of ours: callers can meet it as often as they like, so it costs one short line.
  if (status >= 500 && root instanceof Problem && root.code !== 'internal') log.warn(line, 'request refused');
  else if (status >= 500) log.error({ ...line, err: root }, 'request failed');
  else if (path === '/health') log.debug(line, 'request');
  else log.info(line, 'request');
}

/** The error at the bottom: what really happened. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error;
}

const UNREADABLE: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'body_timeout',
};

/** Bytes that are no request, or too many of them, or too slow: a short answer, then the end of the connection. */
function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const refusal = problem(UNREADABLE[error.code ?? ''] ?? 'request_invalid');
  const { body, status, contentType } = answerProblem(refusal, requestIdOf(undefined), 'en');
  const headers = {
    ...SECURITY_HEADERS,
    'content-type': contentType ?? 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${status} ${refusal.code}\r\n${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function splitOnce(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
