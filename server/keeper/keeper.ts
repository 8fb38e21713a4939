/**
 * The keeper of instances: which there should be is written in its folder, and it sees to it that they run. It needs neither portal nor
 * worker nor any database, and no instance needs it to keep serving: one that was running when its keeper died is taken over as it is.
 * Imports the starting of PostgreSQL and the contract (registry/keeper.ts); nothing imports it but its composition and tests.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isPortFree } from '../start/ports.ts';
import { messageOf } from '../start/failure.ts';
import { postgresAccount, postgresBinaries } from '../start/postgres-account.ts';
import { rotateLog } from '../start/rotate-log.ts';
import { keeperFile, type KeeperAddress } from '../registry/keeper.ts';
import { createDataMaker } from './data-maker.ts';
import { openHolding } from './holding.ts';
import { startHttp } from './http.ts';
import { Instance } from './instance.ts';
import { readRecords } from './instance-folder.ts';
import { operationsOn } from './operations.ts';
import { logFile } from './server-process.ts';
import type { Tools } from './tools.ts';

/** Below the ports that the system gives to outgoing connections: an instance finds its own free after a reboot. */
const PORTS = { from: 15_000, to: 30_000 };
/** Instances that come up at the same time when the keeper begins. */
const AT_ONCE = 2;
const ROTATE_EVERY_MS = 60_000;

export interface RunningKeeper {
  readonly port: number;
  /** Resolves when every instance that should run has been started once, or has failed to. */
  readonly settled: Promise<void>;
  /** Ends every server and then the keeper. */
  close(): Promise<void>;
  /** Cuts every server off at once, without waiting. */
  cutOff(): void;
  /** Leaves the servers running: what a killed keeper does. For tests. */
  abandon(): Promise<void>;
}

export interface KeeperOptions {
  /** See `instancesFolder`. */
  readonly folder: string;
  readonly log: (facts: object, message: string) => void;
  /** Keep a set of new data in stock. */
  readonly stock: boolean;
}

export async function startKeeper({ folder, log, stock }: KeeperOptions): Promise<RunningKeeper> {
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const account = postgresAccount();
  const binaries = postgresBinaries(account);
  const maker = createDataMaker(folder, { account, binaries, stock });
  const instances = new Map<string, Instance>();
  const holding = openHolding(folder, log);
  const tools: Tools = {
    account,
    program: binaries.postgres,
    log,
    holding,
    make: (home) => maker.make(home),
    choosePort: () => choosePort(new Set([...instances.values()].map(({ record }) => record.port))),
  };
  for (const record of readRecords(folder)) {
    instances.set(record.name, new Instance(path.join(folder, record.name), record, tools));
  }
  holding.sweep(new Set(instances.keys()));
  const operations = operationsOn(folder, instances, tools);
  const token = randomBytes(24).toString('base64url');
  const http = await startHttp(operations, token, log);
  writeAddress(folder, { port: http.port, token });
  const ending = new AbortController();
  const rotating = setInterval(() => rotateLogs(instances.values(), log), ROTATE_EVERY_MS);
  rotating.unref();
  const settled = bringUpAll([...instances.values()], ending.signal).then(() => maker.stockUp());
  return {
    port: http.port,
    settled,
    close: async () => {
      ending.abort();
      clearInterval(rotating);
      rmSync(keeperFile(folder), { force: true });
      await Promise.all([http.close(), ...[...instances.values()].map((instance) => instance.end())]);
      holding.close();
      await maker.close();
    },
    cutOff: () => {
      for (const instance of instances.values()) instance.cutOff();
    },
    abandon: async () => {
      ending.abort();
      clearInterval(rotating);
      await http.close();
      await maker.close();
    },
  };
}

function rotateLogs(instances: Iterable<Instance>, log: KeeperOptions['log']): void {
  for (const { folder } of instances) {
    try {
      rotateLog(logFile(folder));
    } catch (error) {
      log({ folder, message: messageOf(error) }, 'the log of an instance could not be moved aside');
    }
  }
}

/** In the order in which they were made, a few at a time; one that does not start does not keep the next from starting. */
async function bringUpAll(instances: readonly Instance[], signal: AbortSignal): Promise<void> {
  const line = instances.filter(({ record }) => record.wanted === 'running');
  const take = async (): Promise<void> => {
    for (let next = line.shift(); next && !signal.aborted; next = line.shift()) await next.run().catch(() => {});
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
}

async function choosePort(taken: ReadonlySet<number>): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (!taken.has(port) && (await isPortFree(port))) return port;
  }
}

function writeAddress(folder: string, address: KeeperAddress): void {
  const file = keeperFile(folder);
  writeFileSync(`${file}.new`, JSON.stringify(address), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
