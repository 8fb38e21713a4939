/**
 * Load on a number of connections, each sending its next call when the last was answered: through the gateway over HTTP, or straight into the
 * database. The HTTP side is a few lines on plain sockets, so that it is the gateway that is measured and not a client.
 */
import { connect, type Socket } from 'node:net';
import { Client, type ClientConfig } from 'pg';

export interface Outcome {
  readonly calls: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** By status, or SQLSTATE; successes are `ok`. */
  readonly answers: ReadonlyMap<string, number>;
}

export interface HttpCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

interface Options {
  readonly connections: number;
  readonly forMs: number;
  /** Ends earlier after so many calls. */
  readonly callsMax?: number;
}

/** Sends calls until the time is over; the nth call of all is `call(n)`. */
export async function loadHttp(
  at: { readonly host: string; readonly port: number },
  options: Options,
  call: (n: number) => HttpCall,
): Promise<Outcome> {
  const clients = await Promise.all(Array.from({ length: options.connections }, () => HttpClient.open(at)));
  try {
    return await run(options, async (n, connection) => clients[connection]!.send(call(n)));
  } finally {
    for (const client of clients) client.close();
  }
}

/** Runs statements until the time is over; the nth statement's values are `values(n)`. It is prepared once a connection. */
export async function loadSql(
  config: ClientConfig,
  options: Options,
  statement: { readonly name: string; readonly text: string },
  values: (n: number) => readonly (string | null)[],
): Promise<Outcome> {
  const clients = Array.from({ length: options.connections }, () => new Client(config));
  await Promise.all(clients.map((client) => client.connect()));
  try {
    return await run(options, async (n, connection) => {
      try {
        await clients[connection]!.query({ ...statement, values: [...values(n)], rowMode: 'array' });
        return 'ok';
      } catch (error) {
        if (error instanceof Error && 'code' in error) return String(error.code);
        throw error;
      }
    });
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

async function run(options: Options, send: (n: number, connection: number) => Promise<string>): Promise<Outcome> {
  const { connections, forMs, callsMax = Infinity } = options;
  const tookMs: number[] = [];
  const answers = new Map<string, number>();
  const startedAt = performance.now();
  let next = 0;
  const work = async (_: unknown, connection: number): Promise<void> => {
    while (next < callsMax && performance.now() - startedAt < forMs) {
      const n = next++;
      const sentAt = performance.now();
      const answer = await send(n, connection);
      tookMs.push(performance.now() - sentAt);
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  const seconds = (performance.now() - startedAt) / 1_000;
  const sorted = tookMs.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return {
    calls: sorted.length,
    perSecond: sorted.length / seconds,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    answers,
  };
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** One keep-alive connection, one call at a time. */
class HttpClient {
  readonly #socket: Socket;
  readonly #host: string;
  #rest: Buffer = Buffer.alloc(0);
  #answer: { resolve: (answer: string) => void; reject: (why: Error) => void } | null = null;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#answer?.reject(error));
    socket.on('close', () => this.#answer?.reject(new Error('the gateway closed the connection')));
  }

  static async open({ host, port }: { readonly host: string; readonly port: number }): Promise<HttpClient> {
    const socket = connect({ host, port });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new HttpClient(socket, `${host}:${port}`);
  }

  /** @returns `ok`, the problem's code, or the status */
  async send({ method, path, headers, body }: HttpCall): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.#answer = { resolve, reject };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const length =
      body === null ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
    this.#socket.write(
      `${method} ${path} HTTP/1.1\r\nhost: ${this.#host}\r\n${lines.join('')}${length}\r\n${body ?? ''}`,
    );
    return promise;
  }

  close(): void {
    this.#answer = null;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const headEnd = this.#rest.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#rest.toString('latin1', 0, headEnd);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? '0');
    const end = headEnd + HEAD_END.length + length;
    if (this.#rest.length < end) return;
    const body = this.#rest.toString('utf8', headEnd + HEAD_END.length, end);
    this.#rest = this.#rest.subarray(end);
    const { resolve } = this.#answer ?? {};
    this.#answer = null;
    resolve?.(answerOf(Number(head.slice(9, 12)), body));
  }
}

function answerOf(status: number, body: string): string {
  if (status < 300) return 'ok';
  return /"code":"([^"]+)"/.exec(body)?.[1] ?? String(status);
}
