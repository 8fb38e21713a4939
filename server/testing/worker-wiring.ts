/** Wires a worker's context for tests, in the test's process or in one of its own, over the same databases. */
import { createEmbeddedEngine } from '../../provisioners/engine/embedded/engine.ts';
import type { Engine } from '../../provisioners/engine/port.ts';
import type { ConnectedTarget } from '../../provisioners/kit/target.ts';
import local from '../../provisioners/targets/local/target.ts';
import { createDatabase, type Database } from '../db/client.ts';
import { listenEvents, type EventListener } from '../db/events.ts';
import { createJobSender, type JobSender } from '../db/queue.ts';
import { importSigningKey, signAccessToken } from '../domain/access-token.ts';
import { sealSecret } from '../registry/seal.ts';
import type { Log, WorkerContext } from '../worker/context.ts';
import { makeRedact } from '../worker/redact.ts';
import { makeNotesOffering, type NotesOffering } from './notes-offering.ts';

/** All that a process must know; plain text, so that it can be handed to another. */
export interface WorldSettings {
  readonly platformOwnerUrl: string;
  readonly platformAppUrl: string;
  readonly tenantsUrl: string;
  readonly registryUrl: string;
  readonly gatewayUrl: string;
  readonly envelopeKey: string;
  readonly passphrase: string;
  readonly tokenPrivateKey: string;
  readonly packDirectory: string;
  /** Where a keeper runs instances; null for none. */
  readonly dataDir: string | null;
}

export interface Wired {
  readonly context: WorkerContext;
  readonly engine: Engine;
  readonly target: ConnectedTarget;
  readonly db: Database;
  readonly sender: JobSender;
  readonly events: EventListener;
  readonly notes: NotesOffering;
  close(): Promise<void>;
}

export async function wireWorker(settings: WorldSettings, log: Log): Promise<Wired> {
  const { platformAppUrl, platformOwnerUrl, envelopeKey, passphrase } = settings;
  const target = local.connect({
    TENANTS_ADMIN_URL: settings.tenantsUrl,
    REGISTRY_URL: settings.registryUrl,
    ENVELOPE_KEY: envelopeKey,
    GATEWAY_URL: settings.gatewayUrl,
    REGION: 'cn-east',
    ...(settings.dataDir === null ? {} : { DATA_DIR: settings.dataDir }),
  });
  const engine = createEmbeddedEngine({ stateUrl: platformOwnerUrl, passphrase, logger: log });
  const db = createDatabase(platformAppUrl);
  const sender = createJobSender(platformAppUrl);
  const events = listenEvents(platformAppUrl);
  const signing = await importSigningKey(settings.tokenPrivateKey);
  const notes = makeNotesOffering(settings.packDirectory);
  const context: WorkerContext = {
    name: `test-worker-${process.pid}`,
    db,
    engine,
    targets: new Map([[local.name, target]]),
    offerings: new Map([[notes.definition.slug, notes.definition]]),
    gatewayUrl: settings.gatewayUrl,
    signToken: (grant) => signAccessToken(signing, { iss: 'worker', ...grant }),
    seal: (plain, ref) => sealSecret(plain, envelopeKey, ref),
    sendRun: (tx, { id, tenantId }) => sender.send(tx, 'run', { runId: id, tenantId }),
    redact: makeRedact([envelopeKey, passphrase, settings.tokenPrivateKey, settings.tenantsUrl]),
    log,
    clock: () => new Date(),
  };
  return {
    context,
    engine,
    target,
    db,
    sender,
    events,
    notes,
    async close() {
      await Promise.all([events.close(), sender.close(), engine.close(), target.close()]);
      await db.$disconnect();
    },
  };
}
