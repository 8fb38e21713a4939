/**
 * The process of workloads: keeps a child for each row of the registry whose tenant is served, and ends those of tenants that are not. One such
 * process at a time does it. Ends with its parent, and its children with it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { connectKeeper, instancesFolder } from '../../../../server/registry/keeper.ts';
import { REGISTRY_DATABASE } from '../../../../server/registry/schema.ts';
import { readSettings } from '../environment.ts';
import { rolePassword } from '../providers/role.ts';
import { keepChild, type Child } from './child.ts';
import { makeHome, removeHome, workloadHome } from './folders.ts';
import { forgetWorkload, listWorkloads, noteWorkload, type WorkloadRow } from './registry.ts';

const LOOK_EVERY_MS = 250;
const LOCK = 'industry-cloud workloads';

const settings = readSettings(process.env);

interface Kept {
  /** What it was started with. */
  readonly said: string;
  readonly child: Child;
}

const kept = new Map<string, Kept>();
const keyOf = ({ ref, name }: Pick<WorkloadRow, 'ref' | 'name'>): string => `${ref}/${name}`;

async function main(dataDir: string): Promise<never> {
  for (;;) {
    await carry(dataDir).catch((error: unknown) => {
      process.stderr.write(`workloads: ${error instanceof Error ? error.message : String(error)}\n`);
    });
    // Without the registry nobody knows what may run, and another may have taken over.
    await Promise.all([...kept.keys()].map(end));
    await delay(LOOK_EVERY_MS);
  }
}

/** Holds the lock for as long as the registry answers, and follows its rows. */
async function carry(dataDir: string): Promise<never> {
  const url = new URL(settings.adminUrl);
  url.pathname = `/${REGISTRY_DATABASE}`;
  const registry = new Client({ connectionString: url.href, application_name: 'workloads' });
  registry.on('error', () => {});
  await registry.connect();
  try {
    await registry.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [LOCK]);
    for (;;) {
      await follow(registry, dataDir, await listWorkloads(registry));
      await delay(LOOK_EVERY_MS);
    }
  } finally {
    await registry.end().catch(() => {});
  }
}

async function follow(registry: Client, dataDir: string, rows: readonly WorkloadRow[]): Promise<void> {
  const known = new Set(rows.map(keyOf));
  for (const key of kept.keys()) if (!known.has(key)) await end(key);
  for (const row of rows) {
    if (row.state === 'ending') {
      await end(keyOf(row));
      await removeHome(workloadHome(dataDir, row.ref, row.name));
      await forgetWorkload(registry, row.ref, row.name);
    } else {
      await tend(registry, dataDir, row);
    }
  }
}

/** Brings a workload to what its row says, and writes down how it does. */
async function tend(registry: Client, dataDir: string, row: WorkloadRow): Promise<void> {
  const key = keyOf(row);
  const databaseUrl = row.wanted ? await databaseOf(dataDir, row) : null;
  const { offering, entry, memoryMib, settings: own, content } = row;
  const said = JSON.stringify([offering, entry, memoryMib, own, content, databaseUrl]);
  if (kept.get(key)?.said !== said) {
    await end(key);
    if (databaseUrl !== null) {
      const home = workloadHome(dataDir, row.ref, row.name);
      makeHome(home);
      kept.set(key, { said, child: keepChild({ offering, entry, databaseUrl, memoryMib, settings: own, home }) });
    }
  }
  const child = kept.get(key)?.child ?? { state: 'stopped' as const, restarts: row.restarts, trouble: row.trouble };
  const { state, restarts, trouble } = child;
  if (state !== row.state || restarts !== row.restarts || trouble !== row.trouble)
    await noteWorkload(registry, row, { state, restarts, trouble });
}

/** Null for a workload whose server does not run now. */
async function databaseOf(dataDir: string, { ref, role, database, instance }: WorkloadRow): Promise<string | null> {
  const shared = new URL(settings.adminUrl);
  const password = encodeURIComponent(rolePassword(settings.envelopeKey, ref, role));
  const at = (host: string, port: string | number) => `postgresql://${role}:${password}@${host}:${port}/${database}`;
  if (instance === null) return at(shared.hostname, shared.port || 5432);
  const facts = await connectKeeper(instancesFolder(dataDir))
    .find(instance)
    .catch(() => null);
  return facts?.state === 'running' ? at(facts.host, facts.port) : null;
}

async function end(key: string): Promise<void> {
  const child = kept.get(key)?.child;
  kept.delete(key);
  await child?.end();
}

process.once('disconnect', () => process.exit(0));
if (settings.dataDir === null) throw new Error('DATA_DIR is not set: workloads have no place for their files');
await main(settings.dataDir);
