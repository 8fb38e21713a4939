// Standards under their own paths: every way of a binding, against a real database and a real socket.
import { randomUUID } from 'node:crypto';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeKey, putKey } from '../registry/keys.ts';
import { BOUND_API } from './testing/bound-api.ts';
import { send, type Reply } from './testing/call.ts';
import { makeWorld, type TestTenant, type World } from './testing/world.ts';

let world: World;
let tenant: TestTenant;

beforeAll(async () => {
  world = await makeWorld();
  tenant = await world.makeTenant({}, BOUND_API);
});
afterAll(() => world.close());

const at = (
  path: string,
  init: { method?: string; body?: string; headers?: Record<string, string> } = {},
  key = tenant.key,
): Promise<Reply> =>
  send(world.gateway, `/t/${tenant.ref}/${path}`, {
    ...init,
    headers: { authorization: `Bearer ${key}`, ...init.headers },
  });
const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
  at(path, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
const listOf = (reply: Reply): unknown => JSON.parse(reply.text);

describe('a function behind a path', () => {
  test('gets path, header and body; answers with the part, status, type and headers of the standard', async () => {
    const reply = await post('shelves/A%2F1/notes', { text: 'bound' }, { 'note-price': '1250' });
    expect(reply.status).toBe(202);
    expect(reply.headers.get('content-type')).toBe('application/ld+json; charset=utf-8');
    expect(reply.headers.get('shelves-version')).toBe('3');
    expect(reply.headers.get('ratelimit-limit')).toBe('1000');
    expect(reply.text).toMatch(/^90071992547409\d\d$/); // the digits of the database, more than a double has
    const { pathname } = new URL(reply.headers.get('location') ?? '');
    expect(pathname).toBe(`/t/${tenant.ref}/shelves/of/notes/${reply.text}`);
    const [note] = await world.sql('SELECT shelf, text, amount_minor FROM app.note', [], tenant.ref);
    expect(note).toEqual({ shelf: 'A/1', text: 'bound', amount_minor: '1250' });
  });

  test('is validated as any call, before it runs', async () => {
    expect(await post('shelves/A/notes', { text: '' })).toMatchObject({
      status: 400,
      body: { type: 'shelves:Bad', code: 'body_invalid', facts: { issues: [{ path: '/text' }] } },
    });
    expect(await post('shelves/A/notes', { text: 'x' }, { 'note-price': 'free' })).toMatchObject({
      status: 406,
      body: { code: 'not_acceptable', facts: { header: 'Note-Price' } },
    });
    expect(await post('shelves/A/notes', '{')).toMatchObject({ status: 400, body: { code: 'json_invalid' } });
  });

  test('takes the media types it names, and gives those it has', async () => {
    const ld = await post('shelves/A/notes', { text: 'x' }, { 'content-type': 'application/ld+json; charset=utf-8' });
    expect(ld.status).toBe(202);
    const wrong = await post('shelves/A/notes', '<x/>', { 'content-type': 'application/xml' });
    expect(wrong).toMatchObject({ status: 415, body: { code: 'media_type' } });
    expect(wrong.headers.get('accept-post')).toBe('application/json, application/ld+json');
    const plain = await post('shelves/A/notes', { text: 'x' }, { accept: 'application/xml, application/json;q=0.5' });
    expect(plain.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await post('shelves/A/notes', { text: 'x' }, { accept: 'application/xml' })).toMatchObject({
      status: 406,
      body: { code: 'not_acceptable' },
    });
  });

  test('keeps the order of checks: key, scope, rate, state', async () => {
    expect(await at('ask', {}, 'ick_wrong_wrong')).toMatchObject({ status: 401, body: { type: 'shelves:Who' } });
    const { key } = await world.makeKey(tenant.ref, ['read']);
    const init = { method: 'POST', body: '{"text":"x"}', headers: { 'content-type': 'application/json' } };
    expect(await at('shelves/A/notes', init, key)).toMatchObject({ status: 403, body: { code: 'scope_missing' } });
    expect((await at('ask', {}, key)).status).toBe(200);
    const slow = await world.makeTenant({ rps: 1, burst: 1 }, BOUND_API);
    const ask = () => send(world.gateway, `/t/${slow.ref}/ask`, { headers: { authorization: `Bearer ${slow.key}` } });
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 429]);
  });

  test('answers problems of the pack with the standard’s type, in the caller’s language, with the request’s id', async () => {
    const reply = await post(
      'refuse',
      { state: 'ICX04', detail: '{"sku":"A"}' },
      { 'accept-language': 'zh', 'x-request-id': 'bound-request-1' },
    );
    expect(reply).toMatchObject({
      status: 409,
      body: {
        type: '/problems/ICX04',
        title: '库存不足',
        facts: { sku: 'A' },
        requestId: 'bound-request-1',
        changed: false,
      },
    });
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
    expect(reply.text).not.toContain('canary');
  });

  test('logs and counts as the function it calls', async () => {
    await at('ask', { headers: { 'x-request-id': 'bound-log' } });
    const line = world.logged
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .find(({ requestId }) => requestId === 'bound-log');
    expect(line).toMatchObject({ ref: tenant.ref, name: 'echo', binding: 'ask', status: 200 });
  });
});

describe('repeating', () => {
  test('what names itself needs no key: each request is one of its own, unless a key is given', async () => {
    const first = await post('shelves/R/notes', { text: 'again' });
    expect((await post('shelves/R/notes', { text: 'again' })).text).not.toBe(first.text);
    const key = { 'idempotency-key': randomUUID() };
    const kept = await post('shelves/R/notes', { text: 'kept' }, key);
    const again = await post('shelves/R/notes', { text: 'kept' }, key);
    expect([again.text, again.headers.get('idempotency-replayed')]).toEqual([kept.text, 'true']);
    expect(again.headers.get('location')).toBe(kept.headers.get('location'));
    expect(await post('shelves/R/notes', { text: 'other' }, key)).toMatchObject({
      status: 409,
      body: { code: 'ICX03' },
    });
  });

  test('what does not needs one', async () => {
    expect(await post('once', { text: 'x' })).toMatchObject({ status: 400, body: { code: 'idempotency_key_missing' } });
    expect((await post('once', { text: 'x' }, { 'idempotency-key': randomUUID() })).status).toBe(200);
  });
});

describe('a query', () => {
  test('becomes the body; what is not declared is refused, not passed over', async () => {
    const reply = await at('ask?EQ_kind=a%7Cb&deep=true');
    expect(reply.body.body).toEqual({ kinds: ['a', 'b'], deep: true, token: 'start' });
    for (const [query, parameter] of [
      ['EQ_kind=a&EQ_other=b', 'EQ_other'],
      ['EQ_kind=a&EQ_kind=b', 'EQ_kind'],
      ['deep=perhaps', 'deep'],
      ['EQ_kind=a%7C', 'EQ_kind'],
      ['lang=zh', 'lang'],
    ]) {
      expect(await at(`ask?${query}`), query).toMatchObject({
        status: 400,
        body: { type: 'shelves:BadQuery', code: 'query_invalid', facts: { parameter } },
      });
    }
    expect((await at('ask', { headers: { 'shelves-max': '2' } })).status).toBe(406);
    expect((await at('ask', { headers: { 'shelves-max': '4' } })).status).toBe(200);
  });

  test('has its token of the next page in Link, and no longer in the body', async () => {
    const reply = await at('ask?EQ_kind=a%7Cb', { headers: { 'x-request-id': 'token 1/2' } });
    expect(reply.body).not.toHaveProperty('requestId');
    const next = /^<([^>]+)>; rel="next"$/.exec(reply.headers.get('link') ?? '')?.[1] ?? '';
    expect(new URL(next).searchParams.get('EQ_kind')).toBe('a|b');
    expect(new URL(next).searchParams.get('nextPageToken')).toBe(reply.headers.get('x-request-id'));
  });

  test('of a view pages through it', async () => {
    for (const text of ['1', '2', '3', '4', '5']) await post('shelves/V/notes', { text });
    const seen: unknown[] = [];
    let path: string | undefined = 'shelves/V/notes';
    while (path !== undefined) {
      const reply: Reply = await at(path);
      expect(reply.status).toBe(200);
      seen.push(...(listOf(reply) as { text: string }[]).map(({ text }) => text));
      path = /\/t\/[^/]+\/([^>]+)>; rel="next"/.exec(reply.headers.get('link') ?? '')?.[1];
    }
    expect(seen).toEqual(['1', '2', '3', '4', '5']);
    expect(await at('shelves/V/notes?perPage=0')).toMatchObject({ status: 400 });
  });
});

describe('a path', () => {
  test.each(['nothing', 'ask/', 'ask/more', 'shelves//notes', 'not-here', '', '/ask', '../x'])(
    '%j is none',
    async (path) => {
      expect((await at(path)).status).toBe(404);
    },
  );

  test('with a value that is badly escaped is no request', async () => {
    expect(await at('shelves/%E0%A4%A/notes')).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
  });

  test('tells its methods, and what may be asked of it', async () => {
    const wrong = await at('shelves/A/notes', { method: 'DELETE' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST, GET, OPTIONS']);
    const options = await at('ask', { method: 'OPTIONS' });
    expect(options).toMatchObject({ status: 204, text: '' });
    expect(['allow', 'shelves-version', 'shelves-max'].map((name) => options.headers.get(name))).toEqual([
      'GET, OPTIONS',
      '3',
      '10',
    ]);
  });

  test('is closed with its tenant', async () => {
    const closed = await world.makeTenant({}, BOUND_API);
    await world.sql('UPDATE route SET opened = false WHERE ref = $1', [closed.ref]);
    const ask = () =>
      send(world.gateway, `/t/${closed.ref}/ask`, { headers: { authorization: `Bearer ${closed.key}` } });
    await expect.poll(async () => (await ask()).status).toBe(503);
  });
});

describe('events', () => {
  const event = { specversion: '1.0', id: '1', source: 'shop', type: 'sold', data: { n: 1 } };

  test('come alone, in a batch, or as headers around data', async () => {
    const one = await post('events', event, { 'content-type': 'application/cloudevents+json; charset=utf-8' });
    expect(listOf(one)).toEqual([event]);
    const many = await post('events', [event, 'odd'], { 'content-type': 'application/cloudevents-batch+json' });
    expect(listOf(many)).toEqual([event, 'odd']);
    const { data, ...attributes } = event;
    const binary = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]));
    const bound = await post('events', data, {
      ...binary,
      'ce-subject': 'Gr%C3%BC%C3%9Fe',
      'content-type': 'application/vnd.shop+json',
    });
    expect(listOf(bound)).toEqual([{ ...event, subject: 'Grüße', datacontenttype: 'application/vnd.shop+json' }]);
    const text = await post('events', 'plain', { ...binary, 'content-type': 'text/plain' });
    expect(listOf(text)).toMatchObject([{ data: 'plain' }]);
    const bytes = await post('events', 'AB', { ...binary, 'content-type': 'application/octet-stream' });
    expect(listOf(bytes)).toMatchObject([{ data_base64: 'QUI=' }]);
  });

  test('are bounded, and what is none is refused', async () => {
    const batch = { 'content-type': 'application/cloudevents-batch+json' };
    expect(await post('events', [event, event, event, event], batch)).toMatchObject({
      status: 413,
      body: { code: 'too_many_items', facts: { count: 4, max: 3 } },
    });
    expect(await post('events', { a: 1 })).toMatchObject({ status: 415, body: { code: 'media_type' } });
    expect(await post('events', '{', batch)).toMatchObject({ status: 400, body: { code: 'json_invalid' } });
    expect(await post('events', JSON.stringify([{ ...event, data: 'x'.repeat(70_000) }]), batch)).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    });
  });
});

describe('a table', () => {
  const csv = (text: string) => post('table.csv', text, { 'content-type': 'text/csv' });

  test('becomes items: rows that share a key are one, a bad row spoils its own', async () => {
    const reply = await csv('\uFEFFid,qty,at\r\na,1,noon\r\nb,many,\r\na,2,noon\r\n"c",3,\r\n');
    expect(listOf(reply)).toEqual([
      { rows: [2, 4], item: { type: 'sale', id: 'a', at: 'noon', data: { lines: [{ qty: 1 }, { qty: 2 }] } } },
      { rows: [3], flaw: 'row 3: qty is not a whole number', raw: [{ id: 'b', qty: 'many', at: '' }] },
      { rows: [5], item: { type: 'sale', id: 'c', at: 'today', data: { lines: [{ qty: 3 }] } } },
    ]);
    const spoiled = await csv('id,qty,at\na,1,noon\na,2,night\nb,1\nc,1,x,y\n');
    expect(listOf(spoiled)).toMatchObject([
      { rows: [2, 3], flaw: 'row 3: not as the first row of this id' },
      { rows: [4], flaw: 'row 4: 2 fields, the header has 3' },
      { rows: [5], flaw: 'row 5: 4 fields, the header has 3' },
    ]);
  });

  test.each([
    ['', 'there is no header row'],
    ['id,qty,colour\n', 'no column is called "colour"'],
    ['id,at\na,b\n', 'column qty is missing'],
    ['id,id,qty\n', 'column id is there twice'],
    ['id,qty\n"a,1\n', undefined],
  ])('%j is refused as a whole', async (text, why) => {
    const reply = await csv(text);
    expect(reply).toMatchObject({ status: 400, body: { code: 'table_invalid' } });
    if (why !== undefined) expect(reply.body.facts).toMatchObject({ why });
  });

  test('of too many items is refused', async () => {
    expect(await csv('id,qty\na,1\nb,1\nc,1\nd,1\n')).toMatchObject({
      status: 413,
      body: { facts: { count: 4, max: 3 } },
    });
  });
});

test('a key of one party reaches through a path what is open to parties, and nothing else', async () => {
  const api = {
    ...BOUND_API,
    functions: BOUND_API.functions.map((fn) => (fn.name === 'echo' ? { ...fn, party: true } : fn)),
  };
  const open = await world.makeTenant({}, api);
  await world.sql("SELECT pack.open_to_parties('{echo}')", [], open.ref);
  const { key, prefix, hash } = makeKey();
  const scopes = ['read', 'write'] as const;
  const write = {
    id: `key_${prefix}_party`,
    ref: open.ref,
    marker: 'test',
    scopes,
    party: 'red',
    prefix,
    hash,
    sealed: 's',
  };
  await world.onRegistry((db) => putKey(db, write));
  const ask = (path: string, method = 'GET') =>
    send(world.gateway, `/t/${open.ref}/${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(method === 'POST' ? { body: '{"text":"x"}' } : {}),
    });
  expect((await ask('ask')).status).toBe(200);
  expect(await ask('shelves/A/notes', 'POST')).toMatchObject({ status: 403, body: { code: 'party_refused' } });
  expect(await ask('shelves/A/notes')).toMatchObject({ status: 403, body: { code: 'party_refused' } });
});

test('the description names every binding, at the tenant’s own address', async () => {
  for (const lang of ['en', 'zh']) {
    const reply = await send(world.gateway, `/t/${tenant.ref}/v1/openapi.json?lang=${lang}`);
    expect(await new Validator().validate(structuredClone(reply.body))).toMatchObject({ valid: true });
    const paths = reply.body.paths as Record<
      string,
      Record<string, { operationId: string; servers?: { url: string }[] }>
    >;
    expect(Object.keys(paths['/shelves/{shelf}/notes'] ?? {}).toSorted()).toEqual(['get', 'post']);
    expect(paths['/events']?.['post']).toMatchObject({
      operationId: 'events',
      servers: [{ url: `${world.gateway.url}/t/${tenant.ref}` }],
    });
    expect(paths).not.toHaveProperty('/not-here');
  }
  const page = await send(world.gateway, `/t/${tenant.ref}/v1`);
  expect(page.text).toContain('Shelves 3');
  expect(page.text).toContain(`curl &#39;${world.gateway.url}/t/${tenant.ref}/table.csv&#39;`);
});
