import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { getFreePort, waitFor } from '../testing/postgres.ts';
import { get, post, send } from './testing/call.ts';
import { makeWorld, type TestTenant, type World } from './testing/world.ts';

const MAIN = path.join(import.meta.dirname, '../compose/gateway.ts');
let world: World;
let tenant: TestTenant;
const children: ChildProcess[] = [];

beforeAll(async () => {
  world = await makeWorld();
  tenant = await world.makeTenant();
});
afterEach(() => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
});
afterAll(() => world.close());

async function startProcess(over: Record<string, string> = {}) {
  const port = await getFreePort();
  const { registryUrl, envelopeKey, tokenPublicKey } = world.settings;
  const child = fork(MAIN, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      NODE_ENV: 'test',
      PATH: process.env.PATH,
      REGISTRY_URL: registryUrl,
      ENVELOPE_KEY: envelopeKey,
      TOKEN_PUBLIC_KEY: tokenPublicKey,
      GATEWAY_PORT: String(port),
      GATEWAY_URL: `http://127.0.0.1:${port}`,
      ...over,
    },
  });
  children.push(child);
  const output: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const ended = once(child, 'exit').then(([code]: unknown[]) => code);
  const gateway = { port, url: `http://127.0.0.1:${port}`, close: async () => {} };
  return { child, gateway, output, ended, ready: () => once(child, 'message') };
}

test('starts from its environment, says so to its parent, and logs requests without secrets', async () => {
  const { gateway, ready, output, child, ended } = await startProcess();
  expect(await ready()).toEqual([{ type: 'ready', port: gateway.port, url: gateway.url }, undefined]);
  expect((await get(gateway, tenant, 'notes')).status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  const log = output.join('');
  expect(log).toContain(`"ref":"${tenant.ref}","name":"notes"`);
  expect(log).not.toContain(tenant.key);
  expect(log).not.toContain('gateway-password');
});

test.each([['SIGTERM'], ['parent gone']])(
  '%s: running calls are answered, new ones refused, then it ends',
  async (way) => {
    const { gateway, ready, child, ended } = await startProcess();
    await ready();
    const running = post(gateway, tenant, 'add_note', { text: `during ${way}`, seconds: 1 });
    const seen = () =>
      world.sql("SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND state = 'active'", [tenant.ref]);
    await waitFor(async () => (await seen()).length === 1, { what: 'the call to run' });
    if (way === 'SIGTERM') child.kill('SIGTERM');
    else child.disconnect();
    await waitFor(
      () =>
        send(gateway, '/health').then(
          () => false,
          () => true,
        ),
      { what: 'the listener to close' },
    );
    const reply = await running;
    expect(reply.status).toBe(201);
    expect(reply.headers.get('connection')).toBe('close');
    expect(await ended).toBe(0);
  },
);

test('a call longer than the grace is cut off and rolled back', async () => {
  const slow = await world.makeTenant({ statementTimeoutMs: 60_000 });
  const { gateway, ready, child, ended } = await startProcess();
  await ready();
  const running = post(gateway, slow, 'add_note', { text: 'too long', seconds: 30 }).catch(() => 'cut');
  const seen = () => world.sql("SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND state = 'active'", [slow.ref]);
  await waitFor(async () => (await seen()).length === 1, { what: 'the call to run' });
  const asked = performance.now();
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(performance.now() - asked).toBeLessThan(5_500);
  expect(await running).toBe('cut');
  await waitFor(async () => (await seen()).length === 0, { what: 'the statement to end' });
  expect(await world.sql('SELECT 1 FROM app.note', [], slow.ref)).toEqual([]);
});

test.each([
  ['REGISTRY_URL', '', 'REGISTRY_URL'],
  ['TOKEN_PUBLIC_KEY', 'x'.repeat(60), 'gateway: '],
])('a wrong %s ends it with one line', async (name, value, words) => {
  const { output, ended } = await startProcess({ [name]: value });
  expect(await ended).toBe(1);
  expect(output.join('').trim().split('\n')).toEqual([expect.stringContaining(words)]);
});

test('a port in use ends it with one line', async () => {
  const { output, ended } = await startProcess({ GATEWAY_PORT: String(world.gateway.port) });
  expect(await ended).toBe(1);
  expect(output.join('')).toContain('EADDRINUSE');
});
