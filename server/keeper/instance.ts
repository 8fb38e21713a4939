/**
 * One instance over its life: made when it is new, running while it is wanted, started again when its server dies, removed with its data.
 * Its record is written first, so whatever interrupts the keeper, the next one knows what to go on with.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isPortFree } from '../start/ports.ts';
import { keepPassword, placeData, removeFolder } from '../start/postgres-folder.ts';
import { stopLeftover } from '../start/postmaster-file.ts';
import type { InstanceFacts, InstanceUse } from '../registry/keeper.ts';
import { accessText, configurationText, writeRecord, type InstanceRecord } from './instance-folder.ts';
import { cpuSecondsOf, memoryMibOf } from './children.ts';
import type { Held } from './holding.ts';
import { adoptServer, launchServer, type ServerProcess } from './server-process.ts';
import type { Tools } from './tools.ts';

const HOST = '127.0.0.1';
/** The first are for a killed server whose children hold its memory for a moment. */
const BACKOFF_MS = [50, 50, 100, 200, 400, 1_000, 2_000, 5_000, 15_000];
/** Starts that may fail before whoever waits is told so. */
const HASTY_STARTS = 4;
const STEADY_AFTER_MS = 30_000;
const FAST_STOP_WITHIN_MS = 4_000;
const MEASURED_OVER_MS_MIN = 1_000;

export class Instance {
  readonly folder: string;
  readonly #tools: Tools;
  #record: InstanceRecord;
  #server: ServerProcess | null = null;
  #state: InstanceFacts['state'] = 'stopped';
  #trouble = '';
  #restarts = 0;
  /** It was begun by this keeper, and not found running. */
  #fresh = true;
  #held: Held | null = null;
  #measured = { at: Number.NEGATIVE_INFINITY, cpuSeconds: 0, pid: 0, cpuCores: null as number | null };
  #ending = new AbortController();
  #life: Promise<void> | null = null;
  /** Told of the outcome of every start. */
  #waiting: ((error: Error | null) => void)[] = [];

  constructor(folder: string, record: InstanceRecord, tools: Tools) {
    this.folder = folder;
    this.#record = record;
    this.#tools = tools;
  }

  get record(): InstanceRecord {
    return this.#record;
  }

  facts(): InstanceFacts {
    const { name, marker, port, settings, access, bounds } = this.#record;
    const known = {
      name,
      marker,
      port,
      settings,
      access,
      bounds,
      host: HOST,
      state: this.#state,
      restarts: this.#restarts,
    };
    return {
      ...known,
      password: keepPassword(this.folder),
      dataDirectory: path.join(this.folder, 'data'),
      pid: this.#server?.pid ?? null,
      trouble: this.#trouble,
      held: this.#server === null ? null : this.#held,
    };
  }

  /** What it takes of the machine now. */
  measure(): InstanceUse {
    const pid = this.#server?.pid ?? null;
    if (pid === null) return { cpuCores: null, memoryMib: null };
    const [at, cpuSeconds] = [performance.now(), cpuSecondsOf(pid)];
    const before = this.#measured;
    if (cpuSeconds !== null && at - before.at >= MEASURED_OVER_MS_MIN) {
      const spent = pid === before.pid ? (cpuSeconds - before.cpuSeconds) / ((at - before.at) / 1_000) : null;
      this.#measured = { at, cpuSeconds, pid, cpuCores: spent === null ? null : Math.max(0, spent) };
    }
    return { cpuCores: this.#measured.cpuCores, memoryMib: memoryMibOf(pid) };
  }

  /** Holds a running server to bounds that were changed. */
  hold(): void {
    this.#hold(false);
  }

  /** Begins to run it, if it does not run yet; resolves when it takes connections.
   * @throws Error when this start fails; it is tried again all the same */
  async run(): Promise<void> {
    if (this.#state === 'running') return;
    const outcome = new Promise<void>((resolve, reject) => {
      this.#waiting.push((error) => (error ? reject(error) : resolve()));
    });
    if (this.#life === null) {
      this.#ending = new AbortController();
      this.#state = 'starting';
      this.#life = this.#live(this.#ending.signal).finally(() => (this.#life = null));
    }
    await outcome;
  }

  /** Ends the server in order; it stays down until `run`. */
  async end(): Promise<void> {
    this.#ending.abort();
    this.#tell(new Error(`instance ${this.#record.name} was stopped`));
    await stopWithin(this.#server, FAST_STOP_WITHIN_MS);
    await this.#life;
    this.#state = 'stopped';
  }

  /** Cuts the server off at once: nothing committed is lost, its next start takes longer. For a keeper that is out of time. */
  cutOff(): void {
    this.#server?.kill('SIGQUIT');
  }

  async restart(): Promise<void> {
    await this.end();
    await this.run();
  }

  /** Writes down what should be from now on. */
  rewrite(change: Partial<InstanceRecord>): void {
    this.#record = { ...this.#record, ...change };
    writeRecord(this.folder, this.#record);
  }

  /** Lets a running server read who may connect. */
  reloadAccess(): void {
    writeFileSync(path.join(placeData(this.folder, this.#tools.account), 'pg_hba.conf'), accessText(this.#record));
    this.#server?.kill('SIGHUP');
  }

  async remove(): Promise<void> {
    await this.end();
    this.#tools.holding.forget(this.#record.name);
    rmSync(path.join(this.folder, 'instance.json'), { force: true }); // from here on it is no instance, whatever interrupts
    removeFolder(this.folder);
  }

  async #live(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      const since = Date.now();
      try {
        this.#server = await this.#begin();
        this.#hold(this.#fresh); // those of its processes, too, that began before it was held
        if (signal.aborted) {
          await stopWithin(this.#server, FAST_STOP_WITHIN_MS); // told to end while it was coming up
          this.#server = null;
          this.#tools.holding.ended(this.#record.name);
          return;
        }
        this.#state = 'running';
        this.#trouble = '';
        this.#tell(null);
        await this.#server.exited;
        this.#server = null;
        this.#tools.holding.ended(this.#record.name);
        if (signal.aborted) return;
        this.#state = 'starting';
        this.#restarts += 1;
        failures = Date.now() - since > STEADY_AFTER_MS ? 0 : failures + 1;
        this.#tools.log({ instance: this.#record.name }, 'an instance ended by itself, it is started again');
      } catch (error) {
        failures += 1;
        this.#state = 'failing';
        this.#trouble = error instanceof Error ? error.message : String(error);
        this.#tools.log({ instance: this.#record.name, trouble: this.#trouble }, 'an instance does not start');
        if (failures > HASTY_STARTS) this.#tell(new Error(this.#trouble)); // a killed server's children may hold its memory still
      }
      const pauseMs = BACKOFF_MS[Math.min(failures, BACKOFF_MS.length - 1)] ?? 0;
      await delay(pauseMs, undefined, { signal }).catch(() => {});
    }
  }

  /** Makes the data when there are none, then adopts or starts the server. */
  async #begin(): Promise<ServerProcess> {
    const { account, program, make } = this.#tools;
    if (!existsSync(path.join(this.folder, 'data', 'PG_VERSION'))) await make(this.folder);
    const dataDir = placeData(this.folder, account);
    const living = adoptServer(dataDir, this.#record.port);
    this.#fresh = living === null;
    if (living) return living;
    await stopLeftover(dataDir);
    if (!(await isPortFree(this.#record.port))) this.rewrite({ port: await this.#tools.choosePort() });
    writeFileSync(path.join(dataDir, 'postgresql.conf'), configurationText(this.#record));
    writeFileSync(path.join(dataDir, 'pg_hba.conf'), accessText(this.#record));
    const begun = (pid: number): void => this.#hold(true, pid); // at its very beginning: what it begins is held with it
    return launchServer({ program, account, folder: this.folder, dataDir, begun });
  }

  #hold(fresh: boolean, pid = this.#server?.pid): void {
    const { bounds, name } = this.#record;
    if (pid === undefined || bounds === undefined) this.#held = null;
    else this.#held = this.#tools.holding.hold(name, bounds, pid, fresh);
  }

  #tell(error: Error | null): void {
    const told = this.#waiting;
    this.#waiting = [];
    for (const tell of told) tell(error);
  }
}

async function stopWithin(server: ServerProcess | null, ms: number): Promise<void> {
  if (server === null) return;
  server.kill('SIGINT'); // "fast": clients are cut off, nothing is lost
  const inTime = await Promise.race([server.exited.then(() => true), delay(ms, false, { ref: false })]);
  if (!inTime) server.kill('SIGQUIT');
  await server.exited;
}
