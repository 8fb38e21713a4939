// `npm run tenant -- change` against the portal's real API; what the worker would write is written here.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Web } from '../compose/web.ts';
import { newId } from '../domain/ids.ts';
import { planHash } from '../domain/plan-hash.ts';
import { subscribe } from '../testing/service-changes.ts';
import { makeServiceWorld, type ServiceWorld } from '../testing/service-world.ts';
import { ask, closeWeb, wireWeb } from '../testing/web-world.ts';
import { runTenant } from './tenant.ts';

let world: ServiceWorld;
let web: Web;
let server: Server;
let worker: NodeJS.Timeout;
let token: string;
let printed: string[];
let told: string[];

beforeAll(async () => {
  world = await makeServiceWorld();
  web = await wireWeb(world);
  const scopes = ['order:place', 'preview:create', 'tenant:read', 'tenant:operate', 'run:read'] as const;
  ({ token } = await world.as('customer_admin').tokens.create({ name: 'cli', scopes: [...scopes], expiresInDays: 1 }));
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void answer(request.method ?? 'GET', request.url ?? '/', Buffer.concat(chunks)));
    const answer = async (method: string, url: string, body: Buffer) => {
      const headers = { authorization: request.headers.authorization ?? '', 'content-type': 'application/json' };
      const init = { method, headers, ...(method === 'POST' && { body: body.toString() }) };
      const found = await ask(new Request(`http://localhost:3000${url}`, init));
      response.writeHead(found.status, { 'content-type': 'application/json' }).end(await found.text());
    };
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  worker = setInterval(() => void work(), 50);
});
afterAll(async () => {
  clearInterval(worker);
  server.close();
  await closeWeb(web);
  await world.close();
});
beforeEach(() => {
  [printed, told] = [[], []];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => told.push(String(text)) > 0);
});

/** Plans what is to be planned and ends what was queued. */
async function work(): Promise<void> {
  const resource = {
    urn: 'urn:x',
    type: 'local:index:Role',
    name: 'api',
    parent: null,
    operation: 'update',
    inputs: {},
  };
  const resources = [{ ...resource, changes: [{ path: 'connectionLimit', kind: 'update' }] }];
  const hash = await planHash({ resources });
  await world.sql(
    `UPDATE "TenantChange" SET state = 'ready', plan = $1, "planHash" = $2, "computedAt" = now() WHERE state = 'queued'`,
    [JSON.stringify({ resources, counts: { update: 1 } }), hash],
  );
  await world.sql(
    `UPDATE "Run" SET state = 'succeeded', "finishedAt" = now() WHERE state = 'queued' AND action <> 'provision'`,
  );
}

async function tenant(): Promise<{ tenantId: string; name: string }> {
  const { previewId } = await world.readyPreview();
  const { tenantId } = await world.as('customer_admin').orders.place({ previewId, idempotencyKey: newId() });
  await subscribe(world, tenantId);
  const { name } = await world.as('customer_admin').tenants.byId({ tenantId });
  return { tenantId, name };
}

const run = (...args: string[]) =>
  runTenant([...args, '--url', `http://127.0.0.1:${(server.address() as AddressInfo).port}`, '--token', token]);

test('the price and the diff are told, the change is asked for and followed, the result is one line of JSON', async () => {
  const { tenantId, name } = await tenant();
  await run('change', name, '--add-module', 'flash', '--param', 'holdMinutes=30', '--json');
  const result = JSON.parse(printed.join('')) as Record<string, unknown>;
  expect(result).toMatchObject({
    tenantId,
    state: 'accepted',
    beforeMicro: '399000000',
    monthlyMicro: '549000000',
    after: { plan: 'S', modules: ['flash'], params: { holdMinutes: 30 } },
  });
  expect(told.join('')).toMatch(/399\.00 CNY → 549\.00 CNY \(\+150\.00 CNY\)/);
  expect(told.join('')).toMatch(/update\s+Role\s+api\s+connectionLimit/);
  const [queued] = await world.sql(`SELECT params FROM "Run" WHERE id = $1`, [result['runId']]);
  expect(queued).toMatchObject({ params: { after: { modules: ['flash'] } } });
});

test('a dry run asks for nothing; what cannot be is said before anything is asked', async () => {
  const { tenantId, name } = await tenant();
  await run('change', name, '--plan', 'L', '--dry-run');
  expect(printed.join('')).toContain('planned, not asked for');
  expect(told.join('')).toContain('It needs an approval');
  expect(await world.sql(`SELECT FROM "Run" WHERE "tenantId" = $1 AND action = 'change'`, [tenantId])).toEqual([]);
  await expect(run('change', name, '--plan', 'Z')).rejects.toThrow('--plan Z: one of S, M, L, XL');
  await expect(run('change', name, '--remove-module', 'flash')).rejects.toThrow('the tenant has none');
  await expect(run('change', name, '--param', 'nope=1')).rejects.toThrow('holdMinutes');
  await expect(run('change', name, '--model', 'hybrid')).rejects.toThrow(/cannot be moved/);
});

test('suspend and resume are asked for by name', async () => {
  const { tenantId, name } = await tenant();
  await run('suspend', name);
  expect(
    await world.sql(`SELECT action FROM "Run" WHERE "tenantId" = $1 AND action = 'suspend'`, [tenantId]),
  ).toHaveLength(1);
  await expect(run('resume', name)).rejects.toThrow(/resume does not start/);
});
