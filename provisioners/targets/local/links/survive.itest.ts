/** The process of links outlives a worker that dies, and makes room for the next one's. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newTenantRef } from '../../../../server/domain/ids.ts';
import { ensureRegistry, REGISTRY_DATABASE } from '../../../../server/registry/schema.ts';
import { childEnv } from '../../../../server/start/child-env.ts';
import { makeDataDir } from '../../../../server/testing/portal.ts';
import { startTestCluster, waitFor, type TestCluster } from '../../../../server/testing/postgres.ts';
import { connectShared, type SharedCluster } from '../cluster.ts';
import { findLink, putLink } from './link-registry.ts';

const envelopeKey = randomBytes(32).toString('base64');
const ref = newTenantRef();
let server: TestCluster;
let cluster: SharedCluster;
let dataDir: string;

beforeAll(async () => {
  [server, dataDir] = await Promise.all([startTestCluster(), makeDataDir()]);
  cluster = connectShared(server.url());
  const admin = await cluster.admin.connect();
  await ensureRegistry(admin, () => cluster.open(REGISTRY_DATABASE), null);
  admin.release();
  await putLink(cluster.registry, ref, 'tunnel', null);
});
afterAll(async () => {
  for (const worker of workers) worker.kill();
  await cluster.close();
  await server.remove();
  await rm(dataDir, { recursive: true, force: true });
});

const workers: ChildProcess[] = [];

function startWorker(): ChildProcess {
  const worker = spawn(process.execPath, [path.join(import.meta.dirname, 'testing/keep-links-main.ts')], {
    env: childEnv({
      TENANTS_ADMIN_URL: server.url(),
      ENVELOPE_KEY: envelopeKey,
      GATEWAY_URL: 'http://gateway.test',
      DATA_DIR: dataDir,
    }),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  workers.push(worker);
  return worker;
}

/** Sessions of processes of links at the registry, those that wait last. */
async function sessions(): Promise<readonly number[]> {
  const { rows } = await cluster.admin.query<{ pid: number }>(
    `SELECT a.pid FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid AND l.locktype = 'advisory'
     WHERE a.application_name = 'links' ORDER BY l.granted DESC`,
  );
  return rows.map(({ pid }) => pid);
}

async function listens(): Promise<boolean> {
  const port = (await findLink(cluster.registry, ref))?.port;
  if (port == null) return false;
  const socket = connect(port, '127.0.0.1');
  const open = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]);
  socket.destroy();
  return open;
}

test('a worker that is killed leaves its links open until the next one takes them over', async () => {
  const first = startWorker();
  await waitFor(listens, { what: 'the first relay' });
  const [carrier] = await sessions();
  const port = (await findLink(cluster.registry, ref))?.port;
  first.kill('SIGKILL');
  await once(first, 'exit');
  await waitFor(async () => (await sessions())[0] === carrier && (await listens()), { what: 'the links to be open' });

  const second = startWorker();
  await waitFor(async () => (await sessions()).some((pid) => pid !== carrier), { what: 'the next to be there' });
  await waitFor(async () => !(await sessions()).includes(carrier ?? 0), { what: 'the first to make room' });
  await waitFor(listens, { what: 'the second relay' });
  expect((await findLink(cluster.registry, ref))?.port).toBe(port);

  second.kill('SIGTERM');
  await once(second, 'exit');
  await waitFor(async () => (await sessions()).length === 0, { what: 'nobody to be left after an orderly end' });
});
