import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

const countNotes = async (where = 'true') =>
  Number((await world.sql(`SELECT count(*) FROM app.note WHERE ${where}`, [], tenant.ref))[0]?.count);

describe('a call', () => {
  test('answers with the function’s status and result, numbers exact', async () => {
    const reply = await post(world.gateway, tenant, 'add_note', { text: 'first', amountMinor: '1250' });
    expect(reply.status).toBe(201);
    expect(reply.text).toContain('"exact": 9007199254740993');
    expect(reply.body).toMatchObject({ id: '9007199254740993', amountMinor: '1250' });
    expect(reply.headers.get('x-request-id')).toMatch(/^req_[0-9a-f-]{36}$/);
    expect(reply.headers.get('idempotency-replayed')).toBeNull();
  });

  test('tells the pack who calls, and runs within the plan’s time', async () => {
    const reply = await post(world.gateway, tenant, 'echo', { n: 1 }, { 'x-request-id': 'my-request-1' });
    expect(reply.body).toEqual({
      body: { n: 1 },
      caller: tenant.keyId,
      channel: 'api',
      requestId: 'my-request-1',
      statementTimeout: '5s',
      lockTimeout: '4s',
    });
    expect(reply.headers.get('x-request-id')).toBe('my-request-1');
  });

  test('leaves no setting behind on the connection', async () => {
    await Promise.all([1, 2, 3].map(() => post(world.gateway, tenant, 'echo', {})));
    const token = await world.sign({ ref: tenant.ref, scope: 'read', purpose: 'try' });
    const reply = await post(world.gateway, { ...tenant, key: token }, 'echo', {});
    expect(reply.body).toMatchObject({ caller: 'worker:run-1', channel: 'try' });
  });
});

describe('an Idempotency-Key', () => {
  test('gives the first answer again, marked, with its status', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const first = await post(world.gateway, tenant, 'add_note', { text: 'once' }, key);
    const again = await post(world.gateway, tenant, 'add_note', { text: 'once' }, key);
    expect(again.status).toBe(201);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await countNotes("text = 'once'")).toBe(1);
  });

  test('lets one of many concurrent calls act, all get its answer', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => post(world.gateway, tenant, 'add_note', { text: 'raced' }, key)),
    );
    expect(new Set(replies.map((reply) => reply.text)).size).toBe(1);
    expect(replies.filter((reply) => reply.headers.get('idempotency-replayed') === null)).toHaveLength(1);
    expect(await countNotes("text = 'raced'")).toBe(1);
  });

  test('is refused for another body', async () => {
    const key = { 'idempotency-key': randomUUID() };
    await post(world.gateway, tenant, 'add_note', { text: 'this' }, key);
    const other = await post(world.gateway, tenant, 'add_note', { text: 'that' }, key);
    expect(other).toMatchObject({ status: 409, body: { code: 'ICX03' } });
    expect(await countNotes("text = 'that'")).toBe(0);
  });

  test('of a refused call may be used again', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const bad = await post(world.gateway, tenant, 'add_note', { text: '' }, key);
    expect(bad.status).toBe(400);
    expect((await post(world.gateway, tenant, 'add_note', { text: 'better' }, key)).status).toBe(201);
  });

  test.each([
    ['short', 'idempotency_key_invalid'],
    ['has spaces in it', 'idempotency_key_invalid'],
    ['x'.repeat(201), 'idempotency_key_invalid'],
    ['', 'idempotency_key_invalid'],
  ])('%j is refused', async (key, code) => {
    const reply = await post(world.gateway, tenant, 'add_note', { text: 'x' }, { 'idempotency-key': key });
    expect(reply).toMatchObject({ status: 400, body: { code, changed: false } });
  });
});

describe('reading', () => {
  test('gives values their exact form in JSON', async () => {
    const reply = await get(world.gateway, tenant, 'kinds');
    expect(reply.body).toEqual({
      items: [
        {
          exact: '12345678901234567890.12',
          big: '9223372036854775807',
          yes: true,
          ratio: 1.5,
          odd: 'NaN',
          at: '2026-11-22T04:00:00.123456Z',
          day: '2026-11-22',
          doc: { a: [1] },
          bigs: ['9007199254740993', '2'],
          span: 'PT1H30M',
          nothing: null,
          texts: ['a,"b', null],
        },
      ],
      next: null,
    });
  });

  test('pages without gap or repeat while rows are added', async () => {
    for (let i = 0; i < 25; i++) await post(world.gateway, tenant, 'add_note', { text: `page ${i}`, shelf: 'P' });
    const seen: unknown[] = [];
    let path = 'notes?shelf=P&limit=10';
    for (;;) {
      const reply = await get(world.gateway, tenant, path);
      expect(reply.status).toBe(200);
      const { items, next } = reply.body as { items: { text: string }[]; next: string | null };
      seen.push(...items.map((item) => item.text));
      if (next === null) break;
      const link = /^<(notes\?[^>]+)>; rel="next"$/.exec(reply.headers.get('link') ?? '')?.[1];
      expect(link).toContain(`after=${next}`);
      path = link!;
      await post(world.gateway, tenant, 'add_note', { text: `late ${seen.length}`, shelf: 'P' });
    }
    expect(seen).toEqual([...Array.from({ length: 25 }, (_, i) => `page ${i}`), 'late 10', 'late 20']);
  });

  test('pages by a key of several columns, times included', async () => {
    for (const shelf of ["O'Q", 'Q', 'Q', 'Q']) await post(world.gateway, tenant, 'add_note', { text: shelf, shelf });
    const all = await get(world.gateway, tenant, 'shelves?limit=500');
    const paged: unknown[] = [];
    let after = '';
    do {
      const page = await get(world.gateway, tenant, `shelves?limit=3${after && `&after=${after}`}`);
      const { items, next } = page.body as { items: unknown[]; next: string | null };
      paged.push(...items);
      after = next ?? '';
    } while (after !== '');
    expect(paged).toEqual(all.body.items);
  });
});

test('when the caller goes away, its statement ends and the connection serves the next call', async () => {
  const caller = new AbortController();
  const gone = post(world.gateway, tenant, 'add_note', { text: 'gone', seconds: 20 }, {}, caller.signal);
  const running = () =>
    world.sql("SELECT pid FROM pg_stat_activity WHERE datname = $1 AND state = 'active'", [tenant.ref], 'postgres');
  await waitFor(async () => (await running()).length === 1, { what: 'the call to run' });
  caller.abort();
  await expect(gone).rejects.toThrow('aborted');
  await waitFor(async () => (await running()).length === 0, { what: 'the statement to end', timeoutMs: 3_000 });
  expect(await countNotes("text = 'gone'")).toBe(0);
  expect((await post(world.gateway, tenant, 'echo', {})).status).toBe(200);
});
