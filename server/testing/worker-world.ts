/**
 * A small installation for tests of the worker: a platform database, a tenants' cluster, a gateway and the embedded engine with target
 * local, all real. One offering, `notes`, stands for the verticals; orders are rows, as the service writes them (worker-orders.ts).
 */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { PgBoss } from 'pg-boss';
import { createEmbeddedEngine } from '../../provisioners/engine/embedded/engine.ts';
import type { Engine } from '../../provisioners/engine/port.ts';
import { prepareStateSchema } from '../../provisioners/engine/state/schema.ts';
import type { ConnectedTarget } from '../../provisioners/kit/target.ts';
import local from '../../provisioners/targets/local/target.ts';
import { createDatabase, type Database } from '../db/client.ts';
import { listenEvents, type EventListener } from '../db/events.ts';
import { createJobSender, type JobSender } from '../db/queue.ts';
import { importSigningKey, newTokenKeyPair, signAccessToken } from '../domain/access-token.ts';
import { startGateway, type Gateway } from '../gateway/gateway.ts';
import { createLog } from '../gateway/log.ts';
import { sealSecret } from '../registry/seal.ts';
import type { Log, WorkerContext } from '../worker/context.ts';
import { openQueue } from '../worker/queue.ts';
import { makeRedact } from '../worker/redact.ts';
import { lookAtTarget, writeTarget } from '../worker/register-targets.ts';
import { startWorker, type Worker } from '../worker/worker.ts';
import { makeNotesOffering, type NotesOffering } from './notes-offering.ts';
import {
  createMigratedDatabase,
  getFreePort,
  startTestCluster,
  type MigratedDatabase,
  type TestCluster,
} from './postgres.ts';

const GATEWAY_PASSWORD = 'gateway-password';

/** Errors that the world throws instead of doing what it is asked, by method. */
export interface Faults {
  readonly engine: Map<keyof Engine, Error>;
  readonly target: Map<keyof ConnectedTarget, Error>;
}

export interface WorkerWorld {
  readonly platform: MigratedDatabase;
  readonly tenants: TestCluster;
  readonly gateway: Gateway;
  readonly db: Database;
  readonly sender: JobSender;
  readonly target: ConnectedTarget;
  readonly engine: Engine;
  readonly notes: NotesOffering;
  readonly faults: Faults;
  readonly events: EventListener;
  /** Everything the worker logged, as lines of JSON. */
  readonly logged: string[];
  /** Secrets of this installation, to look for where they must not be. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly context: WorkerContext;
  /** Starts a worker in this process. */
  startWorker(name?: string): Promise<Worker>;
  /** Runs SQL as superuser; on the platform database unless another URL is given. */
  sql<T extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
    url?: string,
  ): Promise<T[]>;
  close(): Promise<void>;
}

export async function makeWorkerWorld(): Promise<WorkerWorld> {
  const [platform, tenants] = await Promise.all([createMigratedDatabase(), startTestCluster()]);
  await prepareStateSchema(platform.ownerUrl);
  const pair = await newTokenKeyPair();
  const secrets = {
    envelopeKey: randomBytes(32).toString('base64'),
    passphrase: `passphrase-${randomBytes(12).toString('hex')}`,
    tokenKey: pair.privateKey,
    tenantsPassword: tenants.password,
  };
  const logged: string[] = [];
  const log = logInto(logged);
  const registryUrl = `postgresql://gateway:${GATEWAY_PASSWORD}@${tenants.host}:${tenants.port}/registry`;
  const faults: Faults = { engine: new Map(), target: new Map() };
  const notes = await makeNotesOffering();

  const port = await getFreePort();
  const target = local.connect({
    TENANTS_ADMIN_URL: tenants.url(),
    REGISTRY_URL: registryUrl,
    ENVELOPE_KEY: secrets.envelopeKey,
    GATEWAY_URL: `http://127.0.0.1:${port}`,
  });
  await target.prepare([{ pack: notes.definition.pack!, modules: [] }]);
  const gateway = await startGateway({
    registryUrl,
    envelopeKey: secrets.envelopeKey,
    tokenPublicKeys: [pair.publicKey],
    host: '127.0.0.1',
    port,
    log: createLog('error'),
  });
  const engine = createEmbeddedEngine({ stateUrl: platform.ownerUrl, passphrase: secrets.passphrase, logger: log });
  const db = createDatabase(platform.applicationUrl);
  const sender = createJobSender(platform.applicationUrl);
  const signing = await importSigningKey(pair.privateKey);
  await writeTarget(db, local, await lookAtTarget(target, String));
  const events = listenEvents(platform.applicationUrl);
  const context: WorkerContext = {
    name: 'test-worker',
    db,
    engine: withFaults(engine, faults.engine),
    targets: new Map([[local.name, withFaults(target, faults.target)]]),
    offerings: new Map([[notes.definition.slug, notes.definition]]),
    gatewayUrl: gateway.url,
    signToken: (grant) => signAccessToken(signing, { iss: 'worker', ...grant }),
    seal: (plain, ref) => sealSecret(plain, secrets.envelopeKey, ref),
    sendRun: (tx, { id, tenantId }) => sender.send(tx, 'run', { runId: id, tenantId }),
    redact: makeRedact([...Object.values(secrets), tenants.url()]),
    log,
    clock: () => new Date(),
  };
  const workers: { worker: Worker; boss: PgBoss }[] = [];
  await openQueue(platform.ownerUrl, log).then((boss) => boss.stop({ graceful: false })); // makes the queues
  return {
    platform,
    tenants,
    gateway,
    db,
    sender,
    target,
    engine,
    notes,
    faults,
    events,
    logged,
    secrets,
    context,
    async startWorker(name = 'test-worker') {
      const boss = await openQueue(platform.ownerUrl, log);
      const worker = await startWorker({ ...context, name }, boss, events);
      workers.push({ worker, boss });
      return worker;
    },
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
      await Promise.all(workers.map(({ worker }) => worker.stop()));
      await events.close();
      await gateway.close();
      await sender.close();
      await engine.close();
      await target.close();
      await db.$disconnect();
      await platform.drop();
      await tenants.remove();
    },
  };
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
