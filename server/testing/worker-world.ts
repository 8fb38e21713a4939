/**
 * A small installation for tests of the worker: a platform database, a tenants' cluster, a gateway and the embedded engine with target
 * local, all real. One offering, `notes`, stands for the verticals; orders are rows, as the service writes them (worker-orders.ts).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import type { Engine } from '../../provisioners/engine/port.ts';
import { prepareStateSchema } from '../../provisioners/engine/state/schema.ts';
import type { ConnectedTarget } from '../../provisioners/kit/target.ts';
import local from '../../provisioners/targets/local/target.ts';
import { newTokenKeyPair } from '../domain/access-token.ts';
import { startGateway, type Gateway } from '../gateway/gateway.ts';
import { createLog } from '../gateway/log.ts';
import type { Log, WorkerContext } from '../worker/context.ts';
import { openQueue } from '../worker/queue.ts';
import { lookAtTarget, writeTarget } from '../worker/register-targets.ts';
import { startWorker, type Worker } from '../worker/worker.ts';
import { writeNotesPack } from './notes-offering.ts';
import {
  createMigratedDatabase,
  getFreePort,
  startTestCluster,
  type MigratedDatabase,
  type TestCluster,
} from './postgres.ts';
import { wireWorker, type Wired, type WorldSettings } from './worker-wiring.ts';

const GATEWAY_PASSWORD = 'gateway-password';

/** Errors that the world throws instead of doing what it is asked, by method. */
export interface Faults {
  readonly engine: Map<keyof Engine, Error>;
  readonly target: Map<keyof ConnectedTarget, Error>;
}

export interface WorkerWorld extends Wired {
  readonly platform: MigratedDatabase;
  readonly tenants: TestCluster;
  readonly gateway: Gateway;
  readonly settings: WorldSettings;
  readonly faults: Faults;
  /** Everything the worker logged, as lines of JSON. */
  readonly logged: string[];
  /** Secrets of this installation, to look for where they must not be. */
  readonly secrets: Readonly<Record<'envelopeKey' | 'passphrase' | 'tokenPrivateKey' | 'tenantsPassword', string>>;
  /** Starts a worker in this process. */
  startWorker(name?: string): Promise<Worker>;
  /** Starts a worker in a process of its own; without this world's faults. */
  spawnWorker(): Promise<ChildProcess>;
  /** Runs SQL as superuser; on the platform database unless another URL is given. */
  sql<T extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
    url?: string,
  ): Promise<T[]>;
}

/** @param dataDir where a keeper runs instances; without it there are none
 * @param clusterSettings of the tenants' cluster, beside the usual
 * @param startTenants makes the tenants' cluster with these settings */
export async function makeWorkerWorld(
  dataDir: string | null = null,
  clusterSettings: Record<string, string> = {},
  startTenants: (settings: Record<string, string>) => Promise<TestCluster> = startTestCluster,
): Promise<WorkerWorld> {
  const [platform, tenants] = await Promise.all([createMigratedDatabase(), startTenants(clusterSettings)]);
  await prepareStateSchema(platform.ownerUrl);
  const pair = await newTokenKeyPair();
  const port = await getFreePort();
  const settings: WorldSettings = {
    platformOwnerUrl: platform.ownerUrl,
    platformAppUrl: platform.applicationUrl,
    tenantsUrl: tenants.url(),
    registryUrl: `postgresql://gateway:${GATEWAY_PASSWORD}@${tenants.host}:${tenants.port}/registry`,
    gatewayUrl: `http://127.0.0.1:${port}`,
    envelopeKey: randomBytes(32).toString('base64'),
    passphrase: `passphrase-${randomBytes(12).toString('hex')}`,
    tokenPrivateKey: pair.privateKey,
    packDirectory: await writeNotesPack(),
    dataDir,
  };
  const logged: string[] = [];
  const log = logInto(logged);
  const wired = await wireWorker(settings, log);
  const { db, target, engine } = wired;
  const packs = [{ pack: wired.notes.definition.pack!, modules: [] }];
  await target.prepare(packs);
  await target.stock(packs);
  const gateway = await startGateway({
    registryUrl: settings.registryUrl,
    envelopeKey: settings.envelopeKey,
    tokenPublicKeys: [pair.publicKey],
    host: '127.0.0.1',
    port,
    log: createLog('silent'),
  });
  await writeTarget(db, local, target, await lookAtTarget(target, String));
  await openQueue(platform.ownerUrl, log).then((boss) => boss.stop({ graceful: false })); // makes the queues
  const faults: Faults = { engine: new Map(), target: new Map() };
  const context: WorkerContext = {
    ...wired.context,
    engine: withFaults(engine, faults.engine),
    targets: new Map([[local.name, withFaults(target, faults.target)]]),
  };
  const workers: Worker[] = [];
  const { envelopeKey, passphrase, tokenPrivateKey } = settings;
  return {
    ...wired,
    platform,
    tenants,
    gateway,
    settings,
    faults,
    logged,
    secrets: { envelopeKey, passphrase, tokenPrivateKey, tenantsPassword: tenants.password },
    context,
    async startWorker(name = 'test-worker') {
      const worker = await startWorker({ ...context, name }, await openQueue(platform.ownerUrl, log), wired.events);
      workers.push(worker);
      return worker;
    },
    spawnWorker: () => spawnWorker(settings),
    async sql<T extends object>(text: string, values: readonly unknown[] = [], url = platform.url) {
      const client = new Client({ connectionString: url });
      await client.connect();
      try {
        return (await client.query<T>(text, [...values])).rows;
      } finally {
        await client.end();
      }
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await gateway.close();
      await wired.close();
      await platform.drop();
      await tenants.remove();
      await rm(settings.packDirectory, { recursive: true, force: true });
    },
  };
}

async function spawnWorker(settings: WorldSettings): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'worker-process.ts'), JSON.stringify(settings)],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`the worker ended early (${code})`)));
  });
  return child;
}

/** The real thing, except for methods that a test told to fail. */
function withFaults<T extends object>(real: T, faults: ReadonlyMap<keyof T, Error>): T {
  return new Proxy(real, {
    get(inner, name) {
      const fault = faults.get(name as keyof T);
      const member: unknown = Reflect.get(inner, name);
      if (fault && typeof member === 'function') return () => Promise.reject(fault);
      return member;
    },
  });
}

function logInto(lines: string[]): Log {
  const write = (level: string) => (facts: object, message: string) => {
    const text = JSON.stringify({ level, message, ...facts }, (_, value: unknown) =>
      value instanceof Error
        ? { name: value.name, message: value.message, stack: value.stack }
        : typeof value === 'bigint'
          ? String(value)
          : value,
    );
    lines.push(text);
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
