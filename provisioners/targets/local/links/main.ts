/**
 * The process of links: the relay at the edge, and the agents of the private sides in a process of their own. Which links there are stands
 * in the registry; one such process at a time carries them. Ends when its parent says so. When the parent has died without a word, it goes
 * on until the next parent's process waits to take over, so that no link pauses for as long as a worker needs to come back.
 */
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { readSettings, type LocalSettings } from '../environment.ts';
import { connectKeeper, instancesFolder, type Keeper } from '../../../../server/registry/keeper.ts';
import { REGISTRY_DATABASE } from '../../../../server/registry/schema.ts';
import type { AgentSpec } from './agent-main.ts';
import { LINKS_CHANNEL, listLinks, passwordGeneration, putLink, type LinkRow } from './link-registry.ts';
import { replicationPassword, tunnelKey } from './password.ts';
import { rolePassword } from '../providers/role.ts';
import { startRelay, type Relay } from './relay.ts';
import { linkNames, waysOf, writerOf } from './ways.ts';

/** Changed rows are told of; where the private sides are now is not. */
const LOOK_EVERY_MS = 500;
const LOCK = 'industry-cloud links';
/** A parent that lives closes the channel and waits; the system needs a moment to say that one does not. */
const PARENT_SEEN_DEAD_MS = 100;
const ORPHAN_MS_MAX = 60_000;
const LOOPBACK = '127.0.0.1';

const settings = readSettings(process.env);
const parent = process.ppid;
const life = { holdsLock: false, isOrphan: false };

/** One child for all agents; started again when it dies. */
class Agents {
  #child: ChildProcess | null = null;
  #told = '';

  tell(specs: readonly AgentSpec[]): void {
    const said = JSON.stringify(specs);
    if (this.#child && said === this.#told) return;
    if (!this.#child && specs.length === 0) return;
    this.#child ??= this.#start();
    this.#told = said;
    this.#child.send({ specs });
  }

  #start(): ChildProcess {
    const child = fork(path.join(import.meta.dirname, 'agent-main.ts'), {
      env: { NODE_ENV: process.env.NODE_ENV },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.once('exit', () => {
      if (this.#child === child) this.#child = null;
    });
    child.on('error', () => {});
    return child;
  }
}

async function main(): Promise<void> {
  const keeper = settings.dataDir === null ? null : connectKeeper(instancesFolder(settings.dataDir));
  if (keeper === null) throw new Error('DATA_DIR is not set: this installation has no private sides');
  const relay = await startRelay((ref) => tunnelKey(settings.envelopeKey, ref));
  const agents = new Agents();
  for (;;) {
    await carry(settings, keeper, relay, agents).catch((error: unknown) => {
      process.stderr.write(`links: ${error instanceof Error ? error.message : String(error)}\n`);
    });
    await delay(LOOK_EVERY_MS);
  }
}

/** Holds the lock for as long as the registry answers, and follows its rows. */
async function carry(own: LocalSettings, keeper: Keeper, relay: Relay, agents: Agents): Promise<never> {
  const url = new URL(own.adminUrl);
  url.pathname = `/${REGISTRY_DATABASE}`;
  const registry = new Client({ connectionString: url.href, application_name: 'links' });
  registry.on('error', () => {});
  await registry.connect();
  try {
    await registry.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [LOCK]);
    life.holdsLock = true;
    await registry.query(`LISTEN ${LINKS_CHANNEL}`);
    let changed = new AbortController();
    registry.on('notification', () => changed.abort());
    for (;;) {
      changed = new AbortController(); // what changes from here on is looked at once more
      const links = await listLinks(registry);
      const specs = await Promise.all(links.map((link) => specOf(own, keeper, relay, registry, link)));
      agents.tell(specs.filter((spec) => spec !== null));
      if (life.isOrphan && (await isAwaited(registry))) process.exit(0);
      await delay(LOOK_EVERY_MS, undefined, { signal: changed.signal }).catch(() => {});
    }
  } finally {
    life.holdsLock = false;
    await registry.end().catch(() => {});
  }
}

/** Whether another process waits to carry the links. */
async function isAwaited(registry: Client): Promise<boolean> {
  const { rowCount } = await registry.query(
    `SELECT FROM pg_locks mine JOIN pg_locks theirs USING (locktype, database, classid, objid, objsubid)
     WHERE mine.locktype = 'advisory' AND mine.granted AND mine.pid = pg_backend_pid() AND NOT theirs.granted`,
  );
  return (rowCount ?? 0) > 0;
}

/** Null for a link whose private side does not run now. */
async function specOf(
  { envelopeKey, adminUrl }: LocalSettings,
  keeper: Keeper,
  relay: Relay,
  registry: Client,
  { ref, mode, port }: LinkRow,
): Promise<AgentSpec | null> {
  if (mode === 'tunnel') {
    const opened = await relay.open(ref, port);
    if (opened !== port) await putLink(registry, ref, mode, opened);
  }
  const facts = await keeper.find(ref).catch(() => null);
  if (facts?.state !== 'running') return null;
  const { host, port: serverPort } = facts;
  if (mode === 'tunnel') {
    const key = tunnelKey(envelopeKey, ref).toString('base64');
    return { mode, ref, key, relay: { host: LOOPBACK, port: relay.port }, server: { host, port: serverPort } };
  }
  const { outward } = waysOf(ref);
  const { dmz, edge, replicator } = linkNames(ref);
  const shared = new URL(adminUrl);
  return {
    mode,
    ref,
    publication: outward.publication,
    slot: outward.name,
    schema: outward.schema,
    source: {
      host,
      port: serverPort,
      database: dmz.database,
      user: replicator,
      password: replicationPassword(envelopeKey, replicator, await passwordGeneration(registry, ref)),
      name: outward.name,
    },
    sink: {
      host: shared.hostname,
      port: Number(shared.port || 5432),
      database: edge.database,
      user: writerOf(ref),
      password: rolePassword(envelopeKey, ref, writerOf(ref)),
      name: outward.name,
    },
  };
}

async function outlive(): Promise<void> {
  await delay(PARENT_SEEN_DEAD_MS);
  if (process.ppid === parent || !life.holdsLock) process.exit(0);
  life.isOrphan = true;
  setTimeout(() => process.exit(0), ORPHAN_MS_MAX);
}

process.once('disconnect', () => void outlive());
await main();
