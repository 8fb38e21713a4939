/**
 * The worker's process: the only one that loads an engine and looks for offerings and targets. Settings from the environment, one wiring,
 * an orderly end on SIGTERM, SIGINT or when the parent is gone.
 */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { hostname } from 'node:os';
import path from 'node:path';
import type { Engine } from '../../provisioners/engine/port.ts';
import { discoverOfferings, discoverTargets } from '../../provisioners/kit/discover.ts';
import { toManifest, type OfferingDefinition } from '../../provisioners/kit/offering.ts';
import type { ConnectedTarget, PackChoice, TargetDefinition } from '../../provisioners/kit/target.ts';
import { createDatabase } from '../db/client.ts';
import { listenEvents } from '../db/events.ts';
import { createJobSender } from '../db/queue.ts';
import { importSigningKey, signAccessToken } from '../domain/access-token.ts';
import { auditKeyId } from '../domain/audit-chain.ts';
import { WorkerEnv, readEnv } from '../env.ts';
import { sealSecret } from '../registry/seal.ts';
import { publishOfferings } from '../services/publish-offerings.ts';
import type { WorkerContext } from '../worker/context.ts';
import { standForLeader } from '../worker/leader.ts';
import { createLog } from '../worker/log.ts';
import { openQueue } from '../worker/queue.ts';
import { makeRedact } from '../worker/redact.ts';
import { lookAtTarget, writeTarget } from '../worker/register-targets.ts';
import { startSchedules } from '../worker/schedules.ts';
import type { AuditSeal } from '../worker/schedules/seal-audit.ts';
import { warmUp } from '../worker/warm-up.ts';
import { startWorker } from '../worker/worker.ts';

/** Issuer of the worker's tokens, as tenants' APIs know it. */
const ISSUER = 'worker';
const PREPARE_AGAIN_AFTER_MS = 3_000;
const CHECKPOINT_FILE = 'audit-checkpoints.jsonl';

async function main(): Promise<void> {
  const env = readEnv(WorkerEnv);
  const redact = makeRedact(secretsOf(env));
  const log = createLog(env.LOG_LEVEL, redact);
  const [offerings, definitions, engine] = await Promise.all([discoverOfferings(), discoverTargets(), openEngine(env)]);
  const targets = new Map(definitions.map((definition) => [definition.name, definition.connect(process.env)]));
  const db = createDatabase(env.PLATFORM_APP_URL);
  const sender = createJobSender(env.PLATFORM_APP_URL);
  const signingKey = await importSigningKey(env.TOKEN_PRIVATE_KEY);
  const ctx: WorkerContext = {
    name: `${process.env.WORKER_NAME ?? hostname()}-${process.pid}`,
    db,
    engine,
    targets,
    offerings: new Map(offerings.map((offering) => [offering.slug, offering])),
    gatewayUrl: env.GATEWAY_URL.replace(/\/$/, ''),
    signToken: (grant) => signAccessToken(signingKey, { iss: ISSUER, ...grant }),
    seal: (plain, ref) => sealSecret(plain, env.ENVELOPE_KEY, ref),
    sendRun: (tx, { id, tenantId }) => sender.send(tx, 'run', { runId: id, tenantId }),
    redact,
    log,
    clock: () => new Date(),
  };

  const published = offerings.map((offering) => ({ manifest: toManifest(offering), prices: offering.prices }));
  const [boss] = await Promise.all([openQueue(env.PLATFORM_OWNER_URL, log), publishOfferings(db, published)]);
  await Promise.all(definitions.map((target) => bringUp(ctx, target, env.TOKEN_PRIVATE_KEY)));
  await warmUp(ctx, definitions);
  const events = listenEvents(env.PLATFORM_APP_URL);
  const worker = await startWorker(ctx, boss, events);
  const leadership = standForLeader(env.PLATFORM_OWNER_URL, log);
  const schedules = startSchedules(ctx, leadership, { targets: definitions, seal: await auditSeal(env) });
  log.info({ worker: ctx.name, offerings: offerings.length, targets: [...targets.keys()] }, 'worker ready');
  process.send?.({ type: 'ready', ready: true });
  void stockUp(ctx);

  let ending: Promise<void> | null = null;
  const end = async () => {
    await Promise.all([worker.stop(), schedules.stop()]);
    await Promise.all([leadership.close(), events.close(), sender.close(), engine.close()]);
    await Promise.all([...targets.values()].map((target) => target.close()));
    await db.$disconnect();
    log.info({}, 'worker ended');
    log.flush();
  };
  const once = () => {
    ending ??= end().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(signal, once);
}

/** Makes a target ready for orders, and its row true. One that does not answer is written down as such, and tried again until it does. */
async function bringUp(ctx: WorkerContext, definition: TargetDefinition, tokenKey: string): Promise<void> {
  const target = ctx.targets.get(definition.name)!;
  try {
    await prepare(ctx, target, tokenKey);
  } catch (error) {
    ctx.log.error({ target: definition.name, err: error }, 'a target could not be prepared');
    const again = () =>
      bringUp(ctx, definition, tokenKey).catch((failed: unknown) =>
        ctx.log.error({ target: definition.name, err: failed }, 'a target could not be written down'),
      );
    setTimeout(() => void again(), PREPARE_AGAIN_AFTER_MS).unref();
  }
  await writeTarget(ctx.db, definition, target, await lookAtTarget(target, ctx.redact));
}

async function prepare(ctx: WorkerContext, target: ConnectedTarget, tokenKey: string): Promise<void> {
  await target.prepare(wantedPacks([...ctx.offerings.values()]));
  const der = { key: Buffer.from(tokenKey, 'base64'), format: 'der', type: 'pkcs8' } as const;
  const publicKey = createPublicKey(createPrivateKey(der)).export({ format: 'pem', type: 'spki' });
  await target.trustIssuer({ id: ISSUER, publicKey: String(publicKey) });
}

/** Beside the orders: one that comes before its template is there makes it. */
async function stockUp(ctx: WorkerContext): Promise<void> {
  const startedAt = performance.now();
  const packs = wantedPacks([...ctx.offerings.values()]);
  for (const [name, target] of ctx.targets) {
    try {
      await target.stock(packs);
      ctx.log.info({ target: name, ms: Math.round(performance.now() - startedAt) }, 'stocked');
    } catch (error) {
      ctx.log.warn({ target: name, err: error }, 'a target could not be stocked; orders make what they need');
    }
  }
}

/** The core of each, then the core with each module that may be chosen: what orders will mostly ask for. */
function wantedPacks(offerings: readonly OfferingDefinition[]): readonly PackChoice[] {
  const orderable = offerings.flatMap(({ pack, blueprint, manifest }) =>
    pack && blueprint
      ? [{ pack, codes: manifest.modules.flatMap(({ code, selectable }) => (selectable ? [code] : [])) }]
      : [],
  );
  const cores = orderable.map(({ pack }) => ({ pack, modules: [] }));
  return [...cores, ...orderable.flatMap(({ pack, codes }) => codes.map((code) => ({ pack, modules: [code] })))];
}

async function openEngine(env: WorkerEnv): Promise<Engine> {
  const { prepareStateSchema } = await import('../../provisioners/engine/state/schema.ts');
  await prepareStateSchema(env.PLATFORM_OWNER_URL);
  const options = { stateUrl: env.PLATFORM_OWNER_URL, passphrase: env.PULUMI_PASSPHRASE };
  if (env.PROVISIONING_ENGINE === 'pulumi') {
    const { createPulumiEngine } = await import('../../provisioners/engine/cli/engine.ts');
    return createPulumiEngine(options);
  }
  const { createEmbeddedEngine } = await import('../../provisioners/engine/embedded/engine.ts');
  return createEmbeddedEngine(options);
}

async function auditSeal(env: WorkerEnv): Promise<AuditSeal> {
  const key = await importSigningKey(env.AUDIT_PRIVATE_KEY);
  return {
    keyId: await auditKeyId(env.AUDIT_PUBLIC_KEY),
    file: path.join(env.DATA_DIR, CHECKPOINT_FILE),
    async sign(statement) {
      const signature = await crypto.subtle.sign('Ed25519', key, new TextEncoder().encode(statement));
      return Buffer.from(signature).toString('base64');
    },
  };
}

const secretsOf = (env: WorkerEnv): string[] => [
  env.PLATFORM_OWNER_URL,
  env.PLATFORM_APP_URL,
  env.TENANTS_ADMIN_URL,
  env.ENVELOPE_KEY,
  env.PULUMI_PASSPHRASE,
  env.TOKEN_PRIVATE_KEY,
  env.AUDIT_PRIVATE_KEY,
];

await main().catch((error: unknown) => {
  process.stderr.write(`worker: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
