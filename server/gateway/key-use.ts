/** When each key was last used, written to the registry once in a while: a busy key costs one small update, not one a call. */
import type { Log } from './log.ts';
import type { RegistryFeed } from './registry-feed.ts';

const EVERY_MS = 5_000;
const NOTED_MAX = 10_000;

export class KeyUse {
  readonly #feed: RegistryFeed;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #used = new Map<string, Date>();

  constructor(feed: RegistryFeed, log: Log) {
    this.#feed = feed;
    this.#log = log;
    this.#timer = setInterval(() => void this.#write(), EVERY_MS).unref();
  }

  note(keyId: string): void {
    if (this.#used.has(keyId) || this.#used.size < NOTED_MAX) this.#used.set(keyId, new Date());
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#write();
  }

  /** It is a courtesy to people who rotate keys: what cannot be written is dropped. */
  async #write(): Promise<void> {
    const used = this.#used;
    this.#used = new Map();
    if (used.size === 0 || !this.#feed.connected) return;
    await this.#feed.touchKeys(used).catch((error: unknown) => this.#log.debug({ err: error }, 'key use not written'));
  }
}
