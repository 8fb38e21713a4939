import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCaller } from '../../api/root.ts';
import { importVerifyingKey, verifyAccessToken } from '../../domain/access-token.ts';
import { newId } from '../../domain/ids.ts';
import { sealSecret } from '../../registry/seal.ts';
import { faultOf } from '../../testing/fault-of.ts';
import { makeServiceWorld, type Caller, type ServiceWorld } from '../../testing/service-world.ts';

let world: ServiceWorld;
let customer: Caller;
beforeAll(async () => {
  world = await makeServiceWorld();
  customer = world.as('customer_admin');
});
afterAll(async () => {
  await world.close();
});

/** An active tenant, as the worker leaves it. */
async function activeTenant() {
  const { previewId } = await world.readyPreview();
  const placed = await customer.orders.place({ previewId, idempotencyKey: newId() });
  await world.sql(`UPDATE "Run" SET state = 'succeeded', "finishedAt" = now() WHERE id = $1`, [placed.runId]);
  await world.sql(`UPDATE "Tenant" SET state = 'active', "activeAt" = now() WHERE id = $1`, [placed.tenantId]);
  const [row] = await world.sql<{ name: string }>(`SELECT name FROM "Tenant" WHERE id = $1`, [placed.tenantId]);
  return { ...placed, name: row!.name };
}
const act = (tenantId: string, action: string, more: object = {}) =>
  customer.tenants.act({ tenantId, action, idempotencyKey: newId(), ...more } as never);

describe('actions', () => {
  test('queue behind each other and are judged by the state that the queue will leave', async () => {
    const { tenantId, name } = await activeTenant();
    expect(await faultOf(act(tenantId, 'resume'))).toEqual({
      code: 'action_refused',
      action: 'resume',
      state: 'active',
    });
    await act(tenantId, 'suspend');
    expect(await faultOf(act(tenantId, 'suspend'))).toMatchObject({ code: 'action_refused', state: 'suspended' });
    const { runId } = await act(tenantId, 'resume');
    const run = await customer.runs.byId({ runId });
    expect(run).toMatchObject({ number: 3, state: 'queued', queuedBehind: [{ number: 2, action: 'suspend' }] });
    expect(run.steps.map((step) => step.state)).toEqual(['pending', 'pending', 'pending', 'pending']);
    await act(tenantId, 'retire', { confirmName: name });
    const { actions } = await customer.tenants.byId({ tenantId });
    expect(actions.map(({ action, refusal }) => [action, refusal?.code ?? null])).toEqual([
      ['change', 'action_refused'],
      ['move', 'action_refused'],
      ['rekey', 'action_refused'],
      ['suspend', 'action_refused'],
      ['resume', 'action_refused'],
      ['retire', 'action_refused'],
    ]);
  });

  test('at once with one key are one run, at once with two keys two in order', async () => {
    const { tenantId } = await activeTenant();
    const idempotencyKey = newId();
    const [one, same] = await Promise.all([
      act(tenantId, 'suspend', { idempotencyKey }),
      act(tenantId, 'suspend', { idempotencyKey }),
    ]);
    expect(same).toEqual(one);
    expect(await faultOf(act(tenantId, 'resume', { idempotencyKey }))).toMatchObject({
      code: 'idempotency_key_reused',
    });
  });

  test('are no way around the approval of an order', async () => {
    const { previewId } = await world.readyPreview({ plan: 'L' });
    const { tenantId } = await customer.orders.place({ previewId, idempotencyKey: newId() });
    const before = await world.rowCounts();
    expect(await faultOf(act(tenantId, 'provision'))).toEqual({
      code: 'action_refused',
      action: 'provision',
      state: 'ordered',
    });
    expect(await world.rowCounts()).toEqual(before);
  });

  test('that end a tenant want its name typed', async () => {
    const { tenantId, name } = await activeTenant();
    const before = await world.rowCounts();
    expect(await faultOf(act(tenantId, 'retire'))).toEqual({ code: 'confirmation_mismatch', expected: name });
    expect(await faultOf(act(tenantId, 'retire', { confirmName: `${name}x` }))).toMatchObject({
      code: 'confirmation_mismatch',
    });
    expect(await world.rowCounts()).toEqual(before);
  });
});

test('a key is shown once, whoever asks at the same time, and that it was shown is written down', async () => {
  const { tenantId, ref } = await activeTenant();
  const sealed = sealSecret('ick_live_plaintext', world.envelopeKey, ref);
  await world.sql(
    `INSERT INTO "Endpoint" (id, "tenantId", name, url, "keyPrefix") VALUES (gen_random_uuid(), $1, 'v1', 'http://g/t/x/v1', 'ick_live_plai')`,
    [tenantId],
  );
  await world.sql(
    `INSERT INTO "KeyReveal" (id, "tenantId", "organisationId", sealed, "expiresAt") VALUES (gen_random_uuid(), $1, $2, $3, now() + interval '1 day')`,
    [tenantId, world.actors.customer_admin.orgId, sealed],
  );
  expect((await customer.tenants.byId({ tenantId })).keyReveal).not.toBeNull();
  const answers = await Promise.allSettled([
    customer.tenants.revealKey({ tenantId }),
    customer.tenants.revealKey({ tenantId }),
  ]);
  const shown = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  expect(shown).toEqual([{ apiKey: 'ick_live_plaintext', prefix: 'ick_live_plai', endpoint: 'http://g/t/x/v1' }]);
  expect(await faultOf(customer.tenants.revealKey({ tenantId }))).toEqual({ code: 'key_already_shown' });
  const audit = await world.sql<{ after: unknown }>(
    `SELECT after FROM "AuditEntry" WHERE action = 'tenant.key.reveal'`,
  );
  expect(audit).toEqual([{ after: { keyPrefix: 'ick_live_plai' } }]);
});

describe('calls of the tenant’s API', () => {
  const seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];
  let server: Server;
  let caller: Caller;
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        seen.push({ method: request.method!, url: request.url!, headers: request.headers, body });
        response
          .writeHead(409, { 'content-type': 'application/problem+json', 'x-secret': 'no' })
          .end('{"code":"ICO04"}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const context = world.context(world.actors.customer_admin);
    caller = createCaller({ ...context, ports: { ...world.ports, gatewayUrl: `http://127.0.0.1:${address.port}` } });
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('carry a short pass of the person’s, and an answer is an answer whatever its status', async () => {
    const { tenantId, ref } = await activeTenant();
    const answer = await caller.tenants.callApi({
      tenantId,
      kind: 'function',
      name: 'place_order',
      body: { qty: 2 },
      idempotencyKey: 'k1',
    } as never);
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'ICO04' },
      headers: { 'content-type': 'application/problem+json' },
    });
    expect(answer.headers).not.toHaveProperty('x-secret');
    const { method, url, headers, body } = seen.at(-1)!;
    expect({ method, url, body, key: headers['idempotency-key'] }).toEqual({
      method: 'POST',
      url: `/t/${ref}/v1/place_order`,
      body: '{"qty":2}',
      key: 'k1',
    });
    const token = headers.authorization!.slice('Bearer '.length);
    const key = await importVerifyingKey(world.tokenPublicKey);
    const check = await verifyAccessToken(() => [key], token);
    expect(check).toMatchObject({
      ok: true,
      claims: { ref, scope: 'write', purpose: 'try', sub: world.actors.customer_admin.userId },
    });
  });

  test('of a view only read, with its filters', async () => {
    const { tenantId, ref } = await activeTenant();
    await caller.tenants.callApi({ tenantId, kind: 'view', name: 'orders', query: { limit: '5' } } as never);
    expect(seen.at(-1)).toMatchObject({ method: 'GET', url: `/t/${ref}/v1/orders?limit=5`, body: '' });
  });

  test('name what the API has; a gateway that is away is a fault of its own', async () => {
    const { tenantId, ref } = await activeTenant();
    expect(
      await faultOf(caller.tenants.callApi({ tenantId, kind: 'function', name: 'drop_all' } as never)),
    ).toMatchObject({ code: 'not_found' });
    const away = customer.tenants.callApi({ tenantId, kind: 'view', name: 'orders' } as never);
    expect(await faultOf(away)).toEqual({ code: 'tenant_unreachable', ref, reason: 'no connection' });
  });
});

test('metrics come in order and thinned to what can be drawn', async () => {
  const { tenantId } = await activeTenant();
  await world.sql(
    `INSERT INTO "KpiSample" ("tenantId", name, at, value) SELECT $1, 'orders', now() - n * interval '1 minute', n FROM generate_series(1, 1200) n`,
    [tenantId],
  );
  const { series } = await customer.tenants.metrics({ tenantId });
  const points = series[0]!.points;
  expect(points.length).toBeGreaterThan(300);
  expect(points.length).toBeLessThanOrEqual(501);
  expect(points.map(({ at }) => at.getTime())).toEqual(points.map(({ at }) => at.getTime()).toSorted((a, b) => a - b));
});
