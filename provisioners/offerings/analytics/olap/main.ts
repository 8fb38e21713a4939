/**
 * The process of module olap-duckdb: keeps the copy up to date and answers questions from it, one after the other. It signs in with a role that
 * may read what is copied and hand back answers. Whatever it cannot go on from ends it; it is started again. May import the kit, pg and the
 * engine; runs apart from everything else of the platform, which imports nothing of this folder.
 */
import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { readSurroundings, tellReady } from '../../../kit/workload.ts';
import { answerNext } from './answer.ts';
import { copyRound, PARTS_PER_ROUND, type Copier } from './copy.ts';
import { openEngine } from './engine.ts';
import { missFiles, sweep } from './parts.ts';

const LOOK_EVERY_MS = 15_000;
const TIMEOUT_MS = 10_000;
/** A day that keeps changing is written anew each time: between rounds it rests this many times as long as the last one took. */
const REST = 4;

const { databaseUrl, folder: home, settings } = readSurroundings(process.env);
const folder = path.join(home, 'parquet');

async function openCopier(client: Client): Promise<Copier> {
  await client.connect();
  // A predecessor may be on its last breath: who holds this is the only one whose files are settled. It goes with the session.
  await client.query("SELECT pg_advisory_lock(hashtextextended('analytics.olap.engine', 0))");
  await client.query('LISTEN olap');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  await missFiles(client, folder);
  await sweep(client, folder);
  await client.query('SELECT olap.resume()');
  const engine = await openEngine({
    folder,
    memoryMib: settings['memoryMib'] ?? 128,
    threads: settings['threads'] ?? 1,
    spillMib: settings['spillMib'] ?? 256,
  });
  return { client, engine, folder };
}

/** A wake-up says nothing but that it is worth looking; without one it is looked from time to time. */
class Wakeups {
  #heard = false;
  #wake: () => void = () => {};

  constructor(client: Client) {
    client.on('notification', () => {
      this.#heard = true;
      this.#wake();
    });
  }

  /** To be called before looking: what is heard from then on is not slept through. */
  begin(): void {
    this.#heard = false;
  }

  /** Until there is something to look at, or that time has passed. */
  async sleep(forMs: number): Promise<void> {
    if (this.#heard) return;
    const timer = new AbortController();
    const woken = new Promise<void>((resolve) => (this.#wake = resolve));
    await Promise.race([woken, delay(forMs, undefined, { signal: timer.signal }).catch(() => {})]);
    timer.abort();
  }
}

async function main(): Promise<never> {
  const client = new Client({
    connectionString: databaseUrl,
    application_name: 'olap',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => process.exit(1)); // without its session the lock is gone
  const copier = await openCopier(client);
  tellReady();
  const wakeups = new Wakeups(client);
  let copyAfter = 0;
  for (;;) {
    wakeups.begin();
    if (await answerNext(copier, settings['timeoutMs'] ?? TIMEOUT_MS)) continue;
    const restMs = copyAfter - performance.now();
    if (restMs > 0) {
      await wakeups.sleep(restMs);
      continue;
    }
    const startedAt = performance.now();
    const copied = await copyRound(copier);
    if (copied === PARTS_PER_ROUND) continue;
    copyAfter = copied === 0 ? 0 : performance.now() + REST * (performance.now() - startedAt);
    await wakeups.sleep(copied === 0 ? LOOK_EVERY_MS : copyAfter - performance.now());
  }
}

await main().catch((error: unknown) => {
  process.stderr.write(`olap: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
