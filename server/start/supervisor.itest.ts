// The life of an installation, with its real processes: bad beginnings, a first start, deaths, a second start, an end.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, getFreePort, waitFor } from '../testing/postgres.ts';
import { makeDataDir, spawnSupervisor, startTestPortal, type TestPortal } from '../testing/portal.ts';
import { commandLineOf, descendantsOf, isAlive } from '../testing/processes.ts';

const SECOND_START_MS_MAX = 15_000;

interface Ended {
  code: number | null;
  lines: string[];
}

async function endOf(dataDir: string, env: Record<string, string>, args: string[] = []): Promise<Ended> {
  const { child, output } = spawnSupervisor(dataDir, args, env);
  await once(child, 'close');
  return { code: child.exitCode, lines: output().trim().split('\n') };
}

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const port = await getFreePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { server, port };
}

describe('a start that can come to nothing', () => {
  let dataDir: string;
  beforeAll(async () => void (dataDir = await makeDataDir()));
  afterAll(() => rm(dataDir, { recursive: true, force: true }));
  afterEach(() => expect(existsSync(path.join(dataDir, 'pg-tenants'))).toBe(false));

  test.each(['PORT', 'GATEWAY_PORT'])('%s is taken: one line, and nothing begun', async (name) => {
    const { server, port } = await listen();
    const { code, lines } = await endOf(dataDir, { [name]: String(port) });
    server.close();
    expect({ code, lines }).toEqual({ code: 1, lines: [expect.stringContaining(`${name} ${port} is in use`)] });
  });

  test('DATABASE_URL leads nowhere, to a refusal, to no database, to something else', async () => {
    const database = await createTestDatabase();
    const at = (change: (url: URL) => void) => {
      const url = new URL(database.url);
      change(url);
      return url.href;
    };
    const { server, port } = await listen();
    const wrong = [
      { url: at((url) => void (url.port = '1')), says: 'no server answers at 127.0.0.1:1' },
      { url: at((url) => void (url.password = 'canary')), says: 'wrong name or password' },
      { url: at((url) => void (url.pathname = '/nowhere')), says: 'has no such database' },
      { url: at((url) => void (url.port = String(port))), says: `127.0.0.1:${port}` },
      { url: 'mysql://root:canary@127.0.0.1/x', says: 'DATABASE_URL is not valid' },
    ];
    const ports = { PORT: String(await getFreePort()), GATEWAY_PORT: String(await getFreePort()) };
    for (const { url, says } of wrong) {
      const { code, lines } = await endOf(dataDir, { DATABASE_URL: url, ...ports });
      expect({ code, lines }).toEqual({ code: 1, lines: [expect.stringContaining(says)] });
      expect(lines[0]).not.toContain('canary');
    }
    server.close();
    await database.drop();
  });

  test('a flag that does not exist', async () => {
    expect(await endOf(dataDir, {}, ['--clean'])).toEqual({ code: 1, lines: [expect.stringContaining('Usage')] });
  });
});

describe('a life', () => {
  let portal: TestPortal;
  let below: number[] = [];

  beforeAll(async () => {
    portal = await startTestPortal({ args: ['--empty'] });
    below = descendantsOf(portal.supervisor.pid ?? 0);
  }, 240_000);
  afterAll(async () => {
    await portal.remove();
  }, 60_000);

  test('ends its first words with the address, and keeps what it says in private', async () => {
    expect(portal.output().trim().split('\n').at(-1)).toBe(`ready ${portal.url}`);
    expect(portal.people.map((person) => person.role).toSorted()).toEqual([
      'auditor',
      'customer_admin',
      'platform_admin',
      'sales_engineer',
    ]);
    for (const { password } of portal.people) expect(portal.output()).toContain(password);
    for (const file of ['secrets.json', 'credentials.json', 'portal.json']) {
      expect((await stat(path.join(portal.dataDir, file))).mode & 0o777).toBe(0o600);
    }
  });

  test('has its data folder to itself', async () => {
    const { code, lines } = await endOf(portal.dataDir, {});
    expect({ code, lines }).toEqual({ code: 1, lines: [expect.stringContaining('is in use by process')] });
  });

  test('starts a killed worker again', async () => {
    const worker = below.find((pid) => commandLineOf(pid).includes('compose/worker.ts'));
    process.kill(worker ?? 0, 'SIGKILL');
    await waitFor(() => portal.output().includes('worker is back'), { what: 'the worker', timeoutMs: 30_000 });
    below = descendantsOf(portal.supervisor.pid ?? 0);
  });

  test('leaves no orphan when the supervisor is killed, and is soon ready again', { timeout: 90_000 }, async () => {
    expect(below.length).toBeGreaterThanOrEqual(5); // two clusters, web, worker, gateway
    process.kill(portal.supervisor.pid ?? 0, 'SIGKILL');
    await waitFor(() => !below.some(isAlive), { what: 'the end of every process', timeoutMs: 20_000 });

    const startedAt = performance.now();
    portal = await startTestPortal({ dataDir: portal.dataDir, args: ['--empty'] });
    expect(performance.now() - startedAt).toBeLessThan(SECOND_START_MS_MAX);
    for (const { password } of portal.people) expect(portal.output()).not.toContain(password);
    expect((await fetch(`${portal.url}/api/health`)).status).toBe(200);
  });

  test('stops everything when told to', async () => {
    below = descendantsOf(portal.supervisor.pid ?? 0);
    await portal.stop();
    expect(portal.supervisor.exitCode).toBe(0);
    expect(below.filter(isAlive)).toEqual([]);
    expect(existsSync(path.join(portal.dataDir, 'portal.json'))).toBe(false);
    const log = await readFile(path.join(portal.dataDir, 'pg-tenants/postgres.log'), 'utf8');
    expect(log.trim().split('\n').at(-1)).toContain('database system is shut down');
  });
});
