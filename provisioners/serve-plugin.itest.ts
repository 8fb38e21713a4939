/** The provider of the local target as a plugin: a process of its own, started by either engine from the PATH or the plugin cache. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTestCluster, type TestCluster } from '../server/testing/postgres.ts';
import { createBoth, type Both, type Side } from './engine/cli/testing/both.ts';
import { CLI, WITH_CLI } from './engine/cli/testing/real-cli.ts';
import { connectCluster, type Cluster } from './targets/local/cluster.ts';
import { VERSION } from './targets/local/providers/provider.ts';
import { Role } from './targets/local/resources.ts';

const TIMEOUT_MS = 240_000;
const SCRIPT = path.resolve(import.meta.dirname, 'serve-plugin.ts');
const folder = mkdtempSync(path.join(tmpdir(), 'serve-plugin-'));
const pids = path.join(folder, 'pids');
const before = { PATH: process.env['PATH'], PULUMI_HOME: process.env['PULUMI_HOME'] };
let tenants: TestCluster;
let cluster: Cluster;
let both: Both;

/** An executable that is the plugin, and notes its process. */
function putPlugin(into: string): void {
  mkdirSync(into, { recursive: true });
  const file = path.join(into, 'pulumi-resource-local');
  writeFileSync(file, `#!/bin/sh\necho $$ >> '${pids}'\nexec '${process.execPath}' '${SCRIPT}' local "$@"\n`);
  chmodSync(file, 0o755);
}

const onPath = () => {
  putPlugin(path.join(folder, 'bin'));
  process.env['PATH'] = `${path.join(folder, 'bin')}${path.delimiter}${before.PATH}`;
};
const inCache = () => {
  putPlugin(path.join(folder, 'home', 'plugins', `resource-local-v${VERSION}`));
  process.env['PULUMI_HOME'] = path.join(folder, 'home');
};

beforeAll(async () => {
  tenants = await startTestCluster();
  cluster = connectCluster(tenants.url());
  both = await createBoth();
}, TIMEOUT_MS);
afterEach(() => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  rmSync(path.join(folder, 'bin'), { recursive: true, force: true });
});
afterAll(async () => {
  await Promise.all([both.close(), cluster.close()]);
  await tenants.remove();
  rmSync(folder, { recursive: true });
});

const secretConfigKeys = ['local:tenantsAdminUrl', 'local:envelopeKey'];
/** Nothing of it is in the environment: the plugin learns it when it is configured. */
const settings = () => ({
  packages: [],
  secretConfigKeys,
  config: {
    'local:tenantsAdminUrl': tenants.url(),
    'local:envelopeKey': randomBytes(32).toString('base64'),
    'local:gatewayUrl': 'http://gateway.test',
  },
});

const roles = (ref: string, connectionLimit: number, more: readonly string[] = []) => {
  const args = { ref, connectionLimit, tempFileMib: 64 };
  return async () => {
    const owner = new Role('owner', { ...args, name: `${ref}_owner`, login: false }, {});
    const signing = new Role('signing', { ...args, name: `${ref}_api`, login: true }, { dependsOn: [owner] });
    const after = { dependsOn: [signing] };
    const others = more.map((name) => new Role(name, { ...args, name: `${ref}_${name}`, login: false }, after));
    return { sealed: signing.sealedPassword, limit: pulumi.output(connectionLimit), others: others.length };
  };
};

async function limits(ref: string): Promise<Record<string, number>> {
  const { rows } = await cluster.admin.query<{ name: string; limit: number }>(
    'SELECT rolname AS name, rolconnlimit AS limit FROM pg_roles WHERE starts_with(rolname, $1) ORDER BY 1',
    [`${ref}_`],
  );
  return Object.fromEntries(rows.map(({ name, limit }) => [name.slice(ref.length + 1), limit]));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function expectNoPlugins(): Promise<void> {
  const started = existsSync(pids) ? readFileSync(pids, 'utf8').trim().split('\n').map(Number) : [];
  expect(started.length).toBeGreaterThan(0);
  await vi.waitFor(() => expect(started.filter(isRunning)).toEqual([]), { timeout: 10_000 });
}

async function liveThrough(side: Side, ref: string): Promise<void> {
  const asked = settings();
  const made = await side.up(roles(ref, 3), asked);
  expect(made).toMatchObject({ errors: [], secretOutputs: ['sealed'], outputs: { limit: 3 } });
  expect(made.outputs['sealed']).toEqual(expect.any(String));
  expect(side.events).toContainEqual(
    expect.objectContaining({ kind: 'log', severity: 'info', message: `the provider local ${VERSION} is configured` }),
  );
  expect(await limits(ref)).toEqual({ api: 3, owner: 3 });
  expect((await side.preview(roles(ref, 3), asked)).resources.every(({ operation }) => operation === 'same')).toBe(
    true,
  );
  await cluster.admin.query(`ALTER ROLE ${ref}_api CONNECTION LIMIT 9`);
  const drift = await side.previewRefresh(asked);
  expect(drift.errors).toEqual([]);
  expect(drift.resources.find(({ name }) => name === 'signing')?.changes).toMatchObject([{ path: 'connectionLimit' }]);
  expect((await side.up(roles(ref, 5), asked)).counts).toMatchObject({ update: 2 });
  expect(await limits(ref)).toEqual({ api: 5, owner: 5 });
  expect((await side.destroy(asked)).errors).toEqual([]);
  expect(await limits(ref)).toEqual({});
}

describe.each([
  ['the PATH', onPath],
  ['the plugin cache', inCache],
] as const)('started from %s', (where, put) => {
  const tag = where === 'the PATH' ? 'p' : 'c';

  test('by the embedded engine: configured, heard, and ended with each run', { timeout: TIMEOUT_MS }, async () => {
    put();
    const stack = both.stack();
    await liveThrough(stack.embedded, `t_emb${tag}`);
    await expectNoPlugins();
  });

  describe.skipIf(CLI === null)(WITH_CLI, () => {
    test('by the CLI, which takes over what the embedded engine made', { timeout: TIMEOUT_MS }, async () => {
      put();
      const stack = both.stack();
      await liveThrough(stack.cli, `t_cli${tag}`);
      const ref = `t_both${tag}`;
      const asked = settings();
      expect((await stack.embedded.up(roles(ref, 3), asked)).errors).toEqual([]);
      expect((await stack.cli.preview(roles(ref, 3), asked)).counts).toEqual({ same: 3 });
      expect((await stack.cli.destroy(asked)).errors).toEqual([]);
      expect(await limits(ref)).toEqual({});
      await expectNoPlugins();
    });
  });
});

test('a plugin whose engine is gone ends by itself', { timeout: TIMEOUT_MS }, async () => {
  const engine = createServer();
  engine.listen(0, '127.0.0.1');
  await once(engine, 'listening');
  const { port } = engine.address() as AddressInfo;
  const connected = once(engine, 'session');
  const plugin = spawn(process.execPath, [SCRIPT, 'local', `127.0.0.1:${port}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(plugin, 'exit');
  expect(String(await once(plugin.stdout, 'data'))).toMatch(/^\d+\n$/);
  const [session] = (await connected) as [ServerHttp2Session];
  await once(session, 'localSettings');
  engine.close();
  session.destroy();
  expect(await ended).toEqual([0, null]);
});

describe('cancelled while the plugin is at work', () => {
  let letGo = async () => {};
  afterEach(() => letGo());

  /** Nobody can make a role before they are let go. */
  async function holdUp(): Promise<void> {
    const client = await cluster.open('postgres');
    await client.query('BEGIN');
    await client.query('LOCK TABLE pg_catalog.pg_authid IN SHARE MODE');
    letGo = async () => {
      letGo = async () => {};
      await client.end();
    };
  }

  async function waiting(): Promise<number> {
    const { rows } = await cluster.admin.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%CREATE ROLE%'`,
    );
    return rows[0]?.count ?? 0;
  }

  test.each(['ends in time', 'does not end'] as const)('and what runs %s', { timeout: TIMEOUT_MS }, async (how) => {
    onPath();
    const stack = both.stack();
    const ref = how === 'ends in time' ? 't_cans' : 't_cane';
    const asked = settings();
    await holdUp();
    const control = new AbortController();
    const graceMs = how === 'ends in time' ? 60_000 : 200;
    const running = stack.embedded.up(roles(ref, 3, ['later']), {
      ...asked,
      signal: control.signal,
      cancelGraceMs: graceMs,
    });
    await vi.waitFor(async () => expect(await waiting()).toBe(1), { timeout: 30_000 });
    control.abort();
    if (how === 'ends in time') await letGo();
    expect(await running).toMatchObject({ ok: false, errors: [{ kind: 'cancelled' }] });
    if (how === 'does not end') await letGo();
    await expectNoPlugins();
    expect(Object.keys(await limits(ref))).not.toContain('later');
    const next = await stack.embedded.up(roles(ref, 3, ['later']), asked);
    expect(next.errors).toEqual([]);
    expect(next.resumed).toMatchObject(how === 'ends in time' ? [] : [{ operation: 'creating' }]);
    expect(Object.keys(await limits(ref))).toEqual(['api', 'later', 'owner']);
    expect((await stack.embedded.destroy(asked)).errors).toEqual([]);
  });
});
