import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newTenantRef } from '../domain/ids.ts';
import { waitFor } from '../testing/postgres.ts';
import { get, post, send } from './testing/call.ts';
import { makeWorld, type TestTenant, type World } from './testing/world.ts';

let world: World;
let tenant: TestTenant;

beforeAll(async () => {
  world = await makeWorld();
  tenant = await world.makeTenant();
});
afterAll(() => world.close());

describe('who may call', () => {
  test('nobody without a key; the answer says how to sign in', async () => {
    const reply = await send(world.gateway, `/t/${tenant.ref}/v1/notes`);
    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toBe(`Bearer realm="${tenant.ref}"`);
    expect(reply.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(reply.body).toEqual({
      type: '/problems/unauthorized',
      title: 'A valid key of this tenant is needed',
      status: 401,
      code: 'unauthorized',
      facts: {},
      requestId: reply.headers.get('x-request-id'),
      changed: false,
    });
  });

  test.each([
    ['Basic abc'],
    ['Bearer'],
    ['Bearer ick_live_unknownunknownunknown'],
    ['Bearer ick_../../x'],
    ['Bearer ict.e30.e30'],
    [`Bearer ${'a'.repeat(9_000)}`],
  ])('nobody with %j', async (authorization) => {
    expect(await send(world.gateway, `/t/${tenant.ref}/v1/notes`, { headers: { authorization } })).toMatchObject({
      status: 401,
      body: { code: 'unauthorized' },
    });
  });

  test('not the key of another tenant', async () => {
    const other = await world.makeTenant();
    expect((await get(world.gateway, other, 'notes')).status).toBe(200);
    expect((await get(world.gateway, { ref: tenant.ref, key: other.key }, 'notes')).status).toBe(401);
  });

  test('a revoked key not from the next request on; an expired one neither', async () => {
    const revoked = await world.makeKey(tenant.ref, ['read']);
    const expiring = await world.makeKey(tenant.ref, ['read']);
    const asks = (key: string) => get(world.gateway, { ref: tenant.ref, key }, 'notes').then((reply) => reply.status);
    expect([await asks(revoked.key), await asks(expiring.key)]).toEqual([200, 200]);
    await world.sql('UPDATE api_key SET revoked_at = now() WHERE id = $1', [revoked.keyId]);
    await world.sql('UPDATE api_key SET expires_at = now() WHERE id = $1', [expiring.keyId]);
    await waitFor(async () => (await asks(revoked.key)) === 401, {
      what: 'the revocation',
      timeoutMs: 500,
      everyMs: 1,
    });
    await waitFor(async () => (await asks(expiring.key)) === 401, { what: 'the expiry', timeoutMs: 500, everyMs: 1 });
  });

  test('a key may do what its scopes say', async () => {
    const reader = { ref: tenant.ref, ...(await world.makeKey(tenant.ref, ['read'])) };
    expect((await get(world.gateway, reader, 'notes')).status).toBe(200);
    expect((await post(world.gateway, reader, 'echo', {})).status).toBe(200);
    expect(await post(world.gateway, reader, 'add_note', { text: 'x' })).toMatchObject({
      status: 403,
      body: { code: 'scope_missing', facts: { scope: 'write' } },
    });
    const writer = { ref: tenant.ref, ...(await world.makeKey(tenant.ref, ['write'])) };
    expect((await get(world.gateway, writer, 'notes')).status).toBe(403);
  });

  test('a signed token for its tenant, scope and time', async () => {
    const asks = async (key: string, fn = 'add_note') =>
      (await post(world.gateway, { ref: tenant.ref, key }, fn, fn === 'echo' ? {} : { text: 'x' })).status;
    const grant = { ref: tenant.ref, scope: 'write', purpose: 'smoke' } as const;
    expect(await asks(await world.sign(grant))).toBe(201);
    expect(await asks(await world.sign({ ...grant, scope: 'read' }), 'echo')).toBe(200);
    expect(await asks(await world.sign({ ...grant, scope: 'read' }))).toBe(403);
    expect(await asks(await world.sign({ ...grant, ref: newTenantRef() }))).toBe(401);
    expect(await asks(await world.sign(grant, Date.now() - 120_000))).toBe(401);
  });
});
