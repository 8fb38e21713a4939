/**
 * Keeps the registry's memory fresh over one connection: LISTEN wakes, rows are read, lost connections are made again. While the registry
 * cannot be reached the memory goes on serving; everything is read anew after a reconnect, because wake-ups were missed meanwhile.
 */
import { Client } from 'pg';
import { ZodError } from 'zod';
import { listIssuers } from '../registry/issuers.ts';
import { findKey, listKeys, touchKey } from '../registry/keys.ts';
import type { ApiKeyRecord, Route } from '../registry/model.ts';
import { findRoute, listRoutes } from '../registry/routes.ts';
import { REGISTRY_CHANNEL } from '../registry/schema.ts';
import type { Log } from './log.ts';
import type { RegistryMemory } from './registry-memory.ts';

const HEARTBEAT_MS = 5_000;
const ANSWER_MS_MAX = 5_000;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5_000;
const ALL = '';

export class RegistryUnavailable extends Error {
  override readonly name = 'RegistryUnavailable';
}

export class RegistryFeed {
  readonly #url: string;
  readonly #memory: RegistryMemory;
  readonly #log: Log;
  readonly #stale = new Set<string>();
  #client: Client | null = null;
  /** One statement at a time: the tail of the line. */
  #line: Promise<unknown> = Promise.resolve();
  #retryMs = RETRY_MS_MIN;
  #timers = new Set<NodeJS.Timeout>();
  #closed = false;
  #loadedOnce = false;
  /** Everything was read since the connection was made. */
  #caughtUp = false;

  constructor(url: string, memory: RegistryMemory, log: Log) {
    this.#url = url;
    this.#memory = memory;
    this.#log = log;
  }

  /** The memory is as fresh as the registry's wake-ups keep it: a new connection counts once everything was read through it. */
  get connected(): boolean {
    return this.#client !== null && this.#caughtUp;
  }

  get loadedOnce(): boolean {
    return this.#loadedOnce;
  }

  /** Begins; resolves after the first attempt, whether it succeeded or not. */
  async start(): Promise<void> {
    await this.#connect();
  }

  /** Reads one tenant's route past the memory, and remembers it.
   * @throws RegistryUnavailable */
  async lookUpRoute(ref: string): Promise<Route | null> {
    await this.#refreshTenant(ref);
    return this.#memory.route(ref) ?? null;
  }

  /** Reads one key past the memory, and remembers it.
   * @throws RegistryUnavailable */
  async lookUpKey(hash: string): Promise<ApiKeyRecord | null> {
    const key = await this.#run((client) => findKey(client, hash));
    if (key) this.#memory.rememberKey(key);
    return key;
  }

  /** Writes down when keys were last used. @throws RegistryUnavailable */
  async touchKeys(used: ReadonlyMap<string, Date>): Promise<void> {
    for (const [id, at] of used) await this.#run((client) => touchKey(client, id, at));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => {});
  }

  async #connect(): Promise<void> {
    const client = new Client({
      connectionString: this.#url,
      application_name: 'gateway registry',
      connectionTimeoutMillis: ANSWER_MS_MAX,
      query_timeout: ANSWER_MS_MAX,
      keepAlive: true,
    });
    client.on('error', (error) => this.#lose(client, error));
    client.on('end', () => this.#lose(client, new RegistryUnavailable('connection ended')));
    client.on('notification', ({ payload }) => this.#wake(payload ?? ALL));
    try {
      await client.connect();
      await client.query(`LISTEN ${REGISTRY_CHANNEL}`);
      this.#client = client;
      await this.#run((db) => this.#loadAll(db));
      this.#loadedOnce = true;
      this.#caughtUp = true;
      this.#retryMs = RETRY_MS_MIN;
      this.#log.info({ routes: this.#memory.routeCount }, 'registry read');
      this.#drain();
      this.#beat(client);
    } catch (error) {
      this.#client ??= client;
      this.#lose(client, error);
    }
  }

  #lose(client: Client, error: unknown): void {
    if (this.#client !== client) return;
    this.#client = null;
    this.#caughtUp = false;
    client.end().catch(() => {});
    if (this.#closed) return;
    this.#log.warn({ err: error, retryMs: this.#retryMs }, 'registry lost, serving from memory');
    this.#after(this.#retryMs, () => void this.#connect());
    this.#retryMs = Math.min(RETRY_MS_MAX, this.#retryMs * 2);
  }

  /** A connection that died without a word is found within a heartbeat. */
  #beat(client: Client): void {
    this.#after(HEARTBEAT_MS, () => {
      if (this.#client !== client) return;
      this.#run((db) => db.query('SELECT 1')).then(
        () => this.#beat(client),
        (error: unknown) => this.#lose(client, error),
      );
    });
  }

  #wake(ref: string): void {
    this.#stale.add(ref);
    this.#drain();
  }

  #drain(): void {
    const client = this.#client;
    const stale = Array.from(this.#stale);
    this.#stale.clear();
    for (const ref of stale) {
      const read = ref === ALL ? this.#run((db) => this.#loadAll(db)) : this.#refreshTenant(ref);
      read.catch((error: unknown) => {
        if (error instanceof ZodError) this.#log.error({ ref, err: error }, 'registry row not understood');
        else if (client) this.#lose(client, error); // the reconnect reads everything
      });
    }
  }

  async #refreshTenant(ref: string): Promise<void> {
    await this.#run(async (client) => {
      const route = await findRoute(client, ref);
      this.#memory.replaceTenant(ref, route, route ? await listKeys(client, ref) : []);
    });
  }

  async #loadAll(client: Client): Promise<void> {
    this.#stale.clear();
    const routes = await this.#readRoutes(client);
    const keys = await listKeys(client);
    const unreadable = await this.#memory.replaceIssuers(await listIssuers(client));
    if (unreadable.length > 0) this.#log.error({ issuers: unreadable }, 'issuers without a readable key');
    this.#memory.replaceAll(routes, keys);
  }

  /** One tenant's unreadable row must not take the others down. */
  async #readRoutes(client: Client): Promise<Route[]> {
    try {
      return await listRoutes(client);
    } catch (error) {
      if (!(error instanceof ZodError)) throw error;
    }
    const routes: Route[] = [];
    const { rows } = await client.query<{ ref: string }>('SELECT ref FROM route');
    for (const { ref } of rows) {
      try {
        const route = await findRoute(client, ref);
        if (route) routes.push(route);
      } catch (error) {
        if (!(error instanceof ZodError)) throw error;
        this.#log.error({ ref, err: error }, 'route not understood, left out');
      }
    }
    return routes;
  }

  #run<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const result = this.#line.then(() => {
      if (!this.#client) throw new RegistryUnavailable('no connection');
      return work(this.#client);
    });
    this.#line = result.catch(() => {});
    return result;
  }

  #after(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    timer.unref();
    this.#timers.add(timer);
  }
}
