// The workload of a tenant, made by its program as any resource: it comes with its module, runs as its own role over its own files, and goes.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newTenantRef } from '../../../../server/domain/ids.ts';
import { graphOf } from '../../../../server/testing/engine-world.ts';
import { startTestCluster, waitFor, type TestCluster } from '../../../../server/testing/postgres.ts';
import { createEmbeddedEngine } from '../../../engine/embedded/engine.ts';
import type { Engine } from '../../../engine/port.ts';
import { prepareStateSchema } from '../../../engine/state/schema.ts';
import { discoverOfferings } from '../../../kit/discover.ts';
import type { OfferingDefinition, WorkloadComponent } from '../../../kit/offering.ts';
import type { ConnectedTarget, TenantGraph } from '../../../kit/target.ts';
import { connectShared, type SharedCluster } from '../cluster.ts';
import { rolePassword } from '../providers/role.ts';
import local from '../target.ts';
import { workloadHome } from './folders.ts';
import { findWorkload } from './registry.ts';

const envelopeKey = randomBytes(32).toString('base64');
let tenants: TestCluster;
let platform: TestCluster;
let cluster: SharedCluster;
let target: ConnectedTarget;
let engine: Engine;
let dataDir: string;
let fence = 0n;
let offering: OfferingDefinition;
let module: string;
let component: WorkloadComponent;

beforeAll(async () => {
  [tenants, platform] = await Promise.all([startTestCluster(), startTestCluster()]);
  await prepareStateSchema(platform.url());
  engine = createEmbeddedEngine({ stateUrl: platform.url(), passphrase: 'a passphrase of the test' });
  cluster = connectShared(tenants.url());
  dataDir = await mkdtemp(path.join(tmpdir(), 'workloads-'));
  target = connect();
  await target.prepare([]);
  for (const found of await discoverOfferings()) {
    for (const { code, selectable } of found.manifest.modules) {
      const workload = selectable && found.pack ? workloadOf(found, [code]) : undefined;
      if (workload !== undefined) [offering, module, component] = [found, code, workload];
    }
  }
});
afterAll(async () => {
  await engine.close();
  await Promise.all([target.close(), cluster.close()]);
  await Promise.all([tenants.remove(), platform.remove()]);
  await rm(dataDir, { recursive: true, force: true });
});

const connect = (): ConnectedTarget =>
  local.connect({
    TENANTS_ADMIN_URL: tenants.url(),
    ENVELOPE_KEY: envelopeKey,
    GATEWAY_URL: 'http://gateway.test/',
    DATA_DIR: dataDir,
  });

const workloadOf = (found: OfferingDefinition, modules: readonly string[]): WorkloadComponent | undefined =>
  tenantOf(found, 't_aaaaaa', modules).components.find((part) => part.kind === 'workload');

const tenantOf = (of: OfferingDefinition, ref: string, modules: readonly string[]): TenantGraph =>
  graphOf(of, { ref, model: 'public', plan: 'S', modules });

const stackOf = (ref: string, modules: readonly string[]) => ({
  project: 'industry-cloud',
  stack: ref,
  fence: (fence += 1n),
  packages: target.packages,
  program: target.program(tenantOf(offering, ref, modules)),
});

async function converge(ref: string, modules: readonly string[]): Promise<void> {
  expect((await engine.up(stackOf(ref, modules))).errors).toEqual([]);
}

const rowOf = (ref: string) => findWorkload(cluster.registry, ref, component.name);
const roleOf = (ref: string): string => `${ref}_${component.name}`;
const homeOf = (ref: string): string => workloadHome(dataDir, ref, component.name);

/** Sessions of the workload's role, which end with it. */
async function sessionsOf(ref: string): Promise<number> {
  const { rowCount } = await cluster.admin.query('SELECT FROM pg_stat_activity WHERE usename = $1', [roleOf(ref)]);
  return rowCount ?? 0;
}

async function signIn(ref: string, database: string): Promise<Client> {
  const [host, port, user] = [cluster.host, cluster.port, roleOf(ref)];
  const client = new Client({ host, port, user, database, password: rolePassword(envelopeKey, ref, user) });
  client.on('error', () => {});
  await client.connect();
  return client;
}

const [one, two] = [newTenantRef(), newTenantRef()];

test('it comes with its module to a tenant that runs, as a role that has only what it needs', async () => {
  await converge(one, []);
  expect(await rowOf(one)).toBeNull();
  await converge(one, [module]);
  await converge(two, [module]);
  expect(await rowOf(one)).toMatchObject({ state: 'running', restarts: 0, role: roleOf(one) });
  expect(await sessionsOf(one)).toBe(1);
  const { rows } = await cluster.admin.query(
    'SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls AS power, rolconnlimit AS connections FROM pg_roles WHERE rolname = $1',
    [roleOf(one)],
  );
  expect(rows).toEqual([{ power: false, connections: component.connections + 1 }]);
  const client = await signIn(one, one);
  await expect(client.query('SELECT * FROM pack.param')).rejects.toMatchObject({ code: '42501' });
  await client.end();
});

test('the same program again changes nothing, and starts nothing anew', async () => {
  const before = await rowOf(one);
  await converge(one, [module]);
  expect(await rowOf(one)).toEqual(before);
  expect(await sessionsOf(one)).toBe(1);
});

test('two tenants’ workloads cannot get at each other’s database, nor at each other’s files', async () => {
  for (const database of [two, 'registry', 'postgres', 'template1']) {
    await expect(signIn(one, database), database).rejects.toMatchObject({ code: '42501' });
  }
  for (const ref of [one, two]) expect((await stat(path.join(homeOf(ref), 'files'))).mode & 0o077).toBe(0);
  expect(await readdir(path.join(dataDir, 'workloads'))).toEqual([one, two].toSorted());
});

test('it goes while the tenant is closed, and comes back when it is opened', async () => {
  await target.setRoute(one, 'closed');
  await waitFor(async () => (await rowOf(one))?.state === 'stopped', { what: 'the workload to stop' });
  await waitFor(async () => (await sessionsOf(one)) === 0, { what: 'its session to end' });
  expect(existsSync(homeOf(one))).toBe(true);
  await target.setRoute(one, 'open');
  await waitFor(async () => (await rowOf(one))?.state === 'running', { what: 'the workload to run' });
});

test('its sessions cut off, it comes back by itself', async () => {
  await cluster.admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [roleOf(one)]);
  await waitFor(
    async () => {
      const row = await rowOf(one);
      return row !== null && row.restarts > 0 && row.state === 'running';
    },
    { what: 'the workload to be back', timeoutMs: 20_000 },
  );
});

test('it ends with the worker, and runs again with the next one', async () => {
  await target.close();
  await waitFor(async () => (await sessionsOf(one)) + (await sessionsOf(two)) === 0, { what: 'sessions to end' });
  target = connect();
  await target.prepare([]);
  await waitFor(async () => (await sessionsOf(one)) + (await sessionsOf(two)) === 2, {
    what: 'both to be back',
    timeoutMs: 20_000,
  });
});

test('without the module nothing of it is left: process, files, role; and it can come back', async () => {
  await converge(one, []);
  expect(await rowOf(one)).toBeNull();
  expect(existsSync(path.dirname(homeOf(one)))).toBe(false);
  expect(await sessionsOf(one)).toBe(0);
  const { rowCount } = await cluster.admin.query('SELECT FROM pg_roles WHERE rolname = $1', [roleOf(one)]);
  expect(rowCount).toBe(0);
  await converge(one, [module]);
  expect(await rowOf(one)).toMatchObject({ state: 'running' });
});

test('a retired tenant leaves nothing', async () => {
  for (const ref of [one, two]) {
    await target.setRoute(ref, 'closed'); // as retiring does first
    const { program: _, ...stack } = stackOf(ref, [module]);
    expect((await engine.destroy(stack)).errors).toEqual([]);
    expect(await target.leftovers(ref)).toEqual([]);
  }
});
