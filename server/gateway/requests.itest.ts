import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newTenantRef } from '../domain/ids.ts';
import { waitFor } from '../testing/postgres.ts';
import { get, post, send } from './testing/call.ts';
import { rawBytes, rawRequest, requestHead } from './testing/raw.ts';
import { makeWorld, type TestTenant, type World } from './testing/world.ts';

let world: World;
let tenant: TestTenant;

beforeAll(async () => {
  world = await makeWorld();
  tenant = await world.makeTenant();
});
afterAll(() => world.close());

const countNotes = async () => Number((await world.sql('SELECT count(*) FROM app.note', [], tenant.ref))[0]?.count);

const call = (body: string | Buffer, headers: Record<string, string> = {}, fn = 'add_note') =>
  post(world.gateway, tenant, fn, body.toString(), headers);

describe('what may be asked', () => {
  test.each([
    ['POST', 'nothing_here', 404, 'function_unknown'],
    ['GET', 'nothing_here', 404, 'view_unknown'],
    ['GET', 'add_note', 405, 'method_not_allowed'],
    ['POST', 'notes', 405, 'method_not_allowed'],
    ['DELETE', 'notes', 405, 'method_not_allowed'],
    ['OPTIONS', 'add_note', 405, 'method_not_allowed'],
    ['GET', 'constructor', 404, 'view_unknown'],
    ['POST', 'constructor', 404, 'function_unknown'],
    ['GET', 'notes"; DROP TABLE app.note; --', 404, 'not_found'],
    ['GET', '../../../etc/passwd', 404, 'not_found'],
    ['GET', '%2e%2e%2fnotes', 404, 'not_found'],
    ['GET', 'notes/more', 404, 'not_found'],
    ['GET', 'pg_class', 404, 'view_unknown'],
    ['GET', 'invariants%00', 404, 'not_found'],
  ])('%s %s → %i', async (method, name, status, code) => {
    const reply = await rawRequest(world.gateway, tenant, method, `/t/${tenant.ref}/v1/${name.replaceAll(' ', '+')}`);
    expect(reply).toMatchObject({ status, body: { code } });
    if (status === 405) expect(reply.headers.allow).toBe(name === 'notes' ? 'GET' : 'POST');
  });

  test('an unknown tenant is not found, and found as soon as it exists', async () => {
    const ref = newTenantRef();
    expect(await get(world.gateway, { ref, key: tenant.key }, 'notes')).toMatchObject({
      status: 404,
      body: { code: 'tenant_unknown' },
    });
    const made = await world.makeTenant();
    expect((await get(world.gateway, made, 'notes')).status).toBe(200);
  });

  test.each([
    ['limit=0', 'query_invalid'],
    ['limit=501', 'query_invalid'],
    ['limit=1e2', 'query_invalid'],
    ['limit=5&limit=6', 'query_invalid'],
    ['after=nonsense', 'cursor_invalid'],
    ['nope=1', 'query_invalid'],
    ['__proto__=1', 'query_invalid'],
    ['constructor=1', 'query_invalid'],
    ['id%22%3D1%20OR%20%221=1', 'query_invalid'],
    ['id=1;DROP TABLE app.note', 'value_invalid'],
    ['id=abc', 'value_invalid'],
    ['at=yesterdayish', 'value_invalid'],
    ['shelf=%00', 'query_invalid'],
    ['text=%EF%BF%BF%FF', null],
    ["shelf=x'%20OR%20'1'='1", null],
  ])('the query %s', async (query, code) => {
    const reply = await get(world.gateway, tenant, `notes?${query}`);
    if (code === null) expect(reply).toMatchObject({ status: 200, body: { items: [], next: null } });
    else expect(reply).toMatchObject({ status: 400, body: { code, changed: false } });
  });

  test('a cursor of right form with a wrong value', async () => {
    const cursor = Buffer.from(JSON.stringify([1, 'notes', "1'; SELECT 1"])).toString('base64url');
    expect(await get(world.gateway, tenant, `notes?after=${cursor}`)).toMatchObject({ status: 400 });
  });
});

describe('bodies', () => {
  test('without Idempotency-Key a write is refused before its body is looked at', async () => {
    const reply = await send(world.gateway, `/t/${tenant.ref}/v1/add_note`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.key}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(reply).toMatchObject({ status: 400, body: { code: 'idempotency_key_missing' } });
  });

  test.each([
    ['text/plain'],
    ['application/x-www-form-urlencoded'],
    ['application/json; charset=latin1'],
    ['application/jsonp'],
    [''],
  ])('content type %j is refused', async (type) => {
    expect(await call('{"text":"x"}', { 'content-type': type })).toMatchObject({
      status: 415,
      body: { code: 'content_type' },
    });
  });

  test('compressed ones are refused', async () => {
    expect((await call('{}', { 'content-encoding': 'gzip' })).status).toBe(415);
  });

  test.each([[''], ['{'], ['{"text":"x"} trailing'], ["{'text':1}"], ['['.repeat(30_000)]])(
    '%.20s is no JSON',
    async (body) => {
      expect(await call(body)).toMatchObject({ status: 400, body: { code: 'json_invalid' } });
    },
  );

  test('bytes that are no UTF-8', async () => {
    const reply = await send(world.gateway, `/t/${tenant.ref}/v1/add_note`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${tenant.key}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: new Uint8Array([...Buffer.from('{"text":"'), 0xff, 0xfe, ...Buffer.from('"}')]),
    });
    expect(reply).toMatchObject({ status: 400, body: { code: 'json_invalid' } });
  });

  test('findings are listed by path', async () => {
    const reply = await call('{"amountMinor":"-1","extra":true}');
    expect(reply).toMatchObject({
      status: 400,
      body: { code: 'body_invalid', title: 'The body does not fit the function' },
    });
    expect((reply.body.facts as { issues: unknown[] }).issues).toEqual([
      { path: '', message: "must have required property 'text'" },
      { path: '', message: 'must not have the property extra' },
      { path: '/amountMinor', message: 'must match pattern "^[0-9]{1,15}$"' },
    ]);
  });

  test.each([['[]'], ['null'], ['"x"'], ['{"text":["x"]}'], ['{"text":"x","seconds":1e999}']])(
    '%s does not fit',
    async (body) => {
      expect(await call(body)).toMatchObject({ status: 400, body: { code: 'body_invalid' } });
    },
  );

  test('keys that reach for prototypes are data, and refused as such', async () => {
    for (const key of ['__proto__', 'constructor', 'prototype', 'toString']) {
      expect(await call(`{"text":"x","${key}":{"polluted":true}}`)).toMatchObject({ body: { code: 'body_invalid' } });
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    const echoed = await call('{"__proto__":{"polluted":true}}', {}, 'echo');
    expect(echoed.text).toContain('"__proto__": {"polluted": true}');
  });

  test('a NUL in a text is a bad value, not a failure', async () => {
    expect(await call(String.raw`{"text":"a\u0000b"}`)).toMatchObject({ status: 400, body: { code: 'value_invalid' } });
  });

  test('deep nesting is refused by somebody, without harm', async () => {
    const reply = await call(`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, {}, 'echo');
    expect(reply.status).toBe(400);
    expect((await call('{}', {}, 'echo')).status).toBe(200);
  });

  test('a body over the limit is not read to its end', async () => {
    const before = await countNotes();
    expect(await call(JSON.stringify({ text: 'x'.repeat(70_000) }))).toMatchObject({
      status: 413,
      body: { code: 'body_too_large', facts: { maxBytes: 65_536 } },
    });
    const head = requestHead(tenant, 'POST', `/t/${tenant.ref}/v1/add_note`, { 'transfer-encoding': 'chunked' });
    const piece = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const endless = await rawBytes(world.gateway, head + piece.repeat(6)); // the last chunk never comes
    expect(endless).toMatchObject({ status: 413 });
    expect(await countNotes()).toBe(before);
  });
});

describe('bytes from strangers', () => {
  test('headers too large', async () => {
    const reply = await rawBytes(
      world.gateway,
      requestHead(tenant, 'GET', '/health', { 'x-huge': 'x'.repeat(20_000) }),
    );
    expect(reply).toMatchObject({ status: 431, body: { code: 'headers_too_large' } });
  });

  test('an address too long', async () => {
    expect(
      await rawRequest(world.gateway, tenant, 'GET', `/t/${tenant.ref}/v1/notes?shelf=${'x'.repeat(5_000)}`),
    ).toMatchObject({
      status: 414,
    });
  });

  test('a request that does not go on arriving is ended', async () => {
    const asked = performance.now();
    const slow = await rawBytes(world.gateway, 'GET /health HTTP/1.1\r\nhost: x\r\nx-slow: ');
    expect(slow).toMatchObject({ status: 408, body: { code: 'body_timeout' } });
    expect(performance.now() - asked).toBeLessThan(9_000);
  });

  test('an upload that breaks off is no failure of ours, and nothing is done', async () => {
    const before = await countNotes();
    const head = requestHead(tenant, 'POST', `/t/${tenant.ref}/v1/add_note`, { 'content-length': '1000' });
    const socket = connect({ host: '127.0.0.1', port: world.gateway.port });
    socket.write(`${head}{"text":`, () => socket.resetAndDestroy());
    const line = await waitFor(() => world.logged.find((text) => text.includes('"status":499')), {
      what: 'the log line',
    });
    expect(JSON.parse(line)).toMatchObject({ level: 30, code: 'client_closed', name: 'add_note' });
    expect(await countNotes()).toBe(before);
  });

  test('no HTTP at all', async () => {
    expect(await rawBytes(world.gateway, '\x16\x03\x01\x02\x00nonsense\r\n\r\n')).toMatchObject({
      status: 400,
      body: { code: 'request_invalid' },
    });
  });

  test.each([['//t/x/v1'], ['http://elsewhere/t'], ['/t'], ['/'], ['/internal'], ['/internal/usage/'], ['/health/..']])(
    'the address %s',
    async (path) => {
      expect((await rawRequest(world.gateway, tenant, 'GET', path)).status).toBe(404);
    },
  );

  test('harmful request ids are replaced', async () => {
    const reply = await rawRequest(world.gateway, tenant, 'GET', '/health', { 'x-request-id': 'a"}, {"level":"fatal' });
    expect(reply.headers['x-request-id']).toMatch(/^req_/);
  });

  test('every answer forbids sniffing, framing, storing; none names the server or allows other origins', async () => {
    for (const path of ['/health', '/nothing', `/t/${tenant.ref}/v1/notes`]) {
      const { headers } = await rawRequest(world.gateway, tenant, 'GET', path, { origin: 'https://elsewhere.test' });
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      });
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(Object.keys(headers).filter((name) => /^(server|x-powered-by|access-control-)/.test(name))).toEqual([]);
    }
  });
});
