import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deleteRoute, setRouteOpened } from '../registry/routes.ts';
import { setStorageFull } from '../registry/storage.ts';
import { waitFor } from '../testing/postgres.ts';
import { get, post } from './testing/call.ts';
import { makeWorld, type TestTenant, type World } from './testing/world.ts';

let world: World;
let tenant: TestTenant;

beforeAll(async () => {
  world = await makeWorld();
  tenant = await world.makeTenant();
});
afterAll(() => world.close());

const fail = (state: string, detail?: string, language = 'en') =>
  post(
    world.gateway,
    tenant,
    'fail',
    { state, ...(detail === undefined ? {} : { detail }) },
    { 'accept-language': language },
  );

describe('what the database refuses', () => {
  test('a code of the pack, with its facts, in both languages', async () => {
    const reply = await fail('ICX04', '{"sku":"A-1","asked":3,"free":1}');
    expect(reply).toMatchObject({
      status: 409,
      body: {
        type: '/problems/ICX04',
        code: 'ICX04',
        title: 'Out of stock',
        facts: { sku: 'A-1', asked: 3, free: 1 },
        changed: false,
      },
    });
    expect((await fail('ICX04', '{}', 'de, zh-CN;q=0.9, en;q=0.5')).body.title).toBe('库存不足');
    expect((await fail('ICX04', 'Key (id)=(canary) exists')).body.facts).toEqual({});
  });

  test.each([
    ['23505', 409, 'conflict'],
    ['22003', 400, 'value_invalid'],
    ['40001', 503, 'lock_timeout'],
    ['40P01', 503, 'lock_timeout'],
    ['53100', 507, 'storage_full'],
    ['42501', 500, 'internal'],
    ['P0001', 500, 'internal'],
    ['XX000', 500, 'internal'],
    ['__pro', 500, 'internal'],
  ])('%s → %i %s', async (state, status, code) => {
    const reply = await fail(state, '{"canary":true}');
    expect(reply).toMatchObject({ status, body: { code, facts: {} } });
    if (status === 503) expect(reply.headers.get('retry-after')).toBe('1');
  });

  test('never shows SQL, words or data of the database, nor does the log', async () => {
    const reply = await fail('P0001', 'canary');
    expect(JSON.stringify([reply.body, [...reply.headers]])).not.toMatch(/canary|select|hidden|\.ts|plpgsql/i);
    expect(world.logged.join('')).not.toMatch(/canary|hidden|ick_live_|Bearer/);
    expect(world.logged.some((line) => line.includes('"code":"P0001"'))).toBe(true);
    expect(await world.sql("SELECT 1 FROM app.note WHERE shelf = 'failed'", [], tenant.ref)).toEqual([]);
  });

  test('a function that the description has and the database lacks', async () => {
    expect(await post(world.gateway, tenant, 'missing', {})).toMatchObject({ status: 500, body: { code: 'internal' } });
  });

  test('a call beyond its time, and one that waits for a lock', async () => {
    const brief = await world.makeTenant({ statementTimeoutMs: 300 });
    expect(await post(world.gateway, brief, 'sleep', { seconds: 10 })).toMatchObject({
      status: 504,
      body: { code: 'statement_timeout', changed: false },
    });
    const holder = world.sql('SELECT pg_advisory_lock(42), pg_sleep(1.5)', [], brief.ref);
    const held = () =>
      world.sql("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = 42", [], brief.ref);
    await waitFor(async () => (await held()).length > 0, { what: 'the lock to be held' });
    const waited = await post(world.gateway, brief, 'hold_lock', { seconds: 0 });
    expect(waited).toMatchObject({ status: 503, body: { code: 'lock_timeout' } });
    expect(waited.headers.get('retry-after')).toBe('1');
    await holder;
  });

  test('a role without a free connection', async () => {
    const tight = await world.makeTenant();
    await world.sql(`ALTER ROLE ${tight.ref}_api CONNECTION LIMIT 0`);
    const reply = await post(world.gateway, tight, 'echo', {});
    expect(reply).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
    expect(reply.headers.get('retry-after')).toBe('1');
  });
});

describe('a tenant’s state', () => {
  test('suspended: every call is refused, until it is resumed', async () => {
    const one = await world.makeTenant();
    await world.onRegistry((db) => setRouteOpened(db, one.ref, false));
    const closed = await waitFor(
      async () => {
        const reply = await get(world.gateway, one, 'notes');
        return reply.status === 503 && reply;
      },
      { what: 'the route to close' },
    );
    expect(closed).toMatchObject({ body: { code: 'tenant_closed', title: 'The tenant is suspended' } });
    await world.onRegistry((db) => setRouteOpened(db, one.ref, true));
    await waitFor(async () => (await get(world.gateway, one, 'notes')).status === 200, { what: 'the route to open' });
  });

  test('storage full: writes that add are refused, freeing and reading go on; also before the wake-up arrives', async () => {
    const one = await world.makeTenant();
    await world.sql(`SELECT pack.revoke_writes('${one.ref}_api')`, [], one.ref);
    expect((await post(world.gateway, one, 'add_note', { text: 'x' })).status).toBe(500); // not yet in the registry
    await world.sql('ALTER TABLE route DISABLE TRIGGER route_changed');
    await world.onRegistry((db) => setStorageFull(db, one.ref, true));
    await world.sql('ALTER TABLE route ENABLE TRIGGER route_changed');
    expect(await post(world.gateway, one, 'add_note', { text: 'x' }, { 'accept-language': 'zh' })).toMatchObject({
      status: 507,
      body: { code: 'storage_full', title: '存储已满：停止写入，读取不受影响' },
    });
    expect((await post(world.gateway, one, 'drop_note', { id: '1' })).status).toBe(200);
    expect((await get(world.gateway, one, 'notes')).status).toBe(200);
  });

  test('retired: its address is gone at once', async () => {
    const one = await world.makeTenant();
    expect((await get(world.gateway, one, 'notes')).status).toBe(200);
    await world.onRegistry((db) => deleteRoute(db, one.ref));
    await waitFor(async () => (await get(world.gateway, one, 'notes')).status === 404, {
      what: 'the route to go',
      timeoutMs: 500,
    });
  });
});
