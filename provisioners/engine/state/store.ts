/**
 * State in PostgreSQL: the rows and keys of the CLI's postgres:// backend in the schema `pulumi`, a fence per stack beside them.
 * Snapshots enter and leave; nothing here knows of programs or providers.
 */
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import type { Fence } from '../port.ts';
import { openDeployment, parseCheckpoint, type StoredDeployment } from './codec.ts';
import type { Snapshot } from './deployment.ts';
import { stateKey, type StackName } from './keys.ts';
import { createLiveness, type Liveness } from './liveness.ts';
import { createCrypter, openCrypter, type Crypter } from './secrets.ts';

export interface StateStore {
  readonly pool: Pool;
  readonly database: string;
  /** Names this engine in fences; another process, or another engine of this process, has another. */
  readonly holder: string;
  readonly passphrase: string;
  /** Stacks at which this engine works now, and the fences it took them with. */
  readonly busy: Map<string, Fence>;
  readonly liveness: Liveness;
  /** For what fails outside of any call: a broken idle connection, a lock row that could not be cleared. */
  readonly onError: (error: Error) => void;
  close(): Promise<void>;
}

export interface StateStoreOptions {
  readonly url: string;
  readonly passphrase: string;
  readonly onError: (error: Error) => void;
}

/** Open the state of an installation; connects when first used. */
export function openStateStore({ url, passphrase, onError }: StateStoreOptions): StateStore {
  const pool = new Pool({
    connectionString: url,
    max: 6,
    min: 0,
    application_name: 'engine-state',
    idleTimeoutMillis: 30_000,
  });
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError)); // unheard, one that dies while in use would end the process
  const database = decodeURIComponent(new URL(url).pathname.slice(1));
  const liveness = createLiveness(url, onError);
  async function close() {
    await liveness.close();
    await pool.end();
  }
  return { pool, database, holder: randomUUID(), passphrase, busy: new Map(), liveness, onError, close };
}

/** The stored bytes of a stack, null when the stack does not exist. */
export async function readBytes(store: StateStore, name: StackName): Promise<Buffer | null> {
  const found = await store.pool.query<{ data: string }>({
    name: 'engine-state-read',
    text: `SELECT data->>'data' AS data FROM pulumi.pulumi_state
           WHERE key IN ($1, $1 || '.gz', $1 || '.zst') ORDER BY length(key) LIMIT 1`,
    values: [stateKey(store.database, name)],
  });
  const row = found.rows[0];
  return row ? Buffer.from(row.data, 'base64') : null;
}

/** The stored deployment of a stack, secrets sealed; null when the stack does not exist. */
export async function readStored(store: StateStore, name: StackName): Promise<StoredDeployment | null> {
  const bytes = await readBytes(store, name);
  return bytes ? parseCheckpoint(bytes) : null;
}

/** Never changes once it is made, so each store reads it once. */
const salts = new WeakMap<StateStore, Promise<string>>();

/** The salt of this installation: the first caller makes it, all others find it. */
export function installationSalt(store: StateStore): Promise<string> {
  const known = salts.get(store);
  if (known) return known;
  const found = findSalt(store);
  salts.set(store, found);
  found.catch(() => salts.delete(store));
  return found;
}

async function findSalt(store: StateStore): Promise<string> {
  const read = () => store.pool.query<{ salt: string }>('SELECT salt FROM pulumi.installation');
  const known = (await read()).rows[0]?.salt;
  if (known !== undefined) return known;
  const { salt } = await createCrypter(store.passphrase);
  await store.pool.query('INSERT INTO pulumi.installation (salt) VALUES ($1) ON CONFLICT DO NOTHING', [salt]);
  return (await read()).rows[0]?.salt ?? salt;
}

/** A stack's snapshot with its secrets open. A new stack is empty and takes the installation's salt. @throws SecretsError */
export async function loadSnapshot(
  store: StateStore,
  name: StackName,
): Promise<{ snapshot: Snapshot; crypter: Crypter }> {
  const stored = await readStored(store, name);
  const own = stored?.salt;
  const crypter = await openCrypter(store.passphrase, own ?? (await installationSalt(store)));
  return { crypter, snapshot: stored ? openDeployment(stored, crypter) : { resources: [], pending: [] } };
}
