import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signInWithPassword } from '../auth/sign-in.ts';
import type { Web } from '../compose/web.ts';
import { createDatabase } from '../db/client.ts';
import { newId } from '../domain/ids.ts';
import { BODY_BYTES_MAX } from './edge.ts';
import { handleApi } from './http.ts';
import { configuration, makeServiceWorld, type ServiceWorld } from '../testing/service-world.ts';
import { ask, closeWeb, PORTAL_URL, wireWeb } from '../testing/web-world.ts';

let world: ServiceWorld;
let web: Web;
let cookie: string;
beforeAll(async () => {
  world = await makeServiceWorld();
  web = await wireWeb(world);
  const outcome = await signInWithPassword({
    email: 'chen.yu@lanhai.example',
    password: world.password,
    ip: '10.1.0.1',
    requestId: 'req',
  });
  if (!outcome.ok) throw new Error(outcome.reason);
  cookie = outcome.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
});
afterAll(async () => {
  await closeWeb(web);
  await world.close();
});

const URL_OF = (path: string) => `${PORTAL_URL}/api/trpc/${path}`;
const post = (
  path: string,
  input: unknown,
  headers: Record<string, string> = {},
  body = JSON.stringify({ json: input }),
) =>
  new Request(URL_OF(path), {
    method: 'POST',
    headers: { cookie, origin: PORTAL_URL, 'content-type': 'application/json', ...headers },
    body,
  });
interface Answer {
  readonly error: {
    readonly json: {
      readonly message: string;
      readonly data: {
        readonly fault: { readonly code: string };
        readonly requestId: string;
        readonly message: { en: string; zh: string };
      };
    };
  };
}
const faultOf = async (response: Response) => ((await response.json()) as Answer).error.json.data;

const preview = () => ({ configuration: configuration() });

describe('a mutation by cookie', () => {
  test('from our own pages goes through', async () => {
    const response = await ask(post('previews.create', preview()));
    expect(response.status).toBe(200);
    expect(response.headers.get('x-request-id')).toBe('req_test');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('from the same portal under its other name too', async () => {
    const response = await ask(
      post('previews.create', preview(), { origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3000' }),
    );
    expect(response.status).toBe(200);
  });

  test.each<[string, Record<string, string>]>([
    ['another site', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['our host on another port', { origin: 'http://localhost:4000', host: 'localhost:3000' }],
  ])('from %s is refused', async (_, headers) => {
    const before = await world.rowCounts();
    const response = await ask(post('previews.create', preview(), headers));
    expect(response.status).toBe(403);
    expect((await faultOf(response)).fault.code).toBe('origin_refused');
    expect(await world.rowCounts()).toEqual(before);
  });

  test('from a browser that says nothing of its origin is refused', async () => {
    const request = post('previews.create', preview());
    request.headers.delete('origin');
    expect((await ask(request)).status).toBe(403);
  });

  test('by GET is not one', async () => {
    const input = encodeURIComponent(JSON.stringify({ json: preview() }));
    const response = await ask(new Request(`${URL_OF('previews.create')}?input=${input}`, { headers: { cookie } }));
    expect(response.status).toBe(405);
  });
});

test('a token needs no origin', async () => {
  const { token } = await world
    .as('customer_admin')
    .tokens.create({ name: 'http', scopes: ['preview:create'], expiresInDays: 1 });
  const request = post('previews.create', preview(), { authorization: `Bearer ${token}` });
  for (const name of ['origin', 'cookie']) request.headers.delete(name);
  expect((await ask(request)).status).toBe(200);
});

describe('bodies', () => {
  test('of another content type are refused', async () => {
    const response = await ask(post('previews.create', preview(), { 'content-type': 'text/plain' }));
    expect(response.status).toBe(415);
    expect((await faultOf(response)).fault).toEqual({ code: 'content_type', expected: 'application/json' });
  });

  test('that are too large are refused, whether they say so or not', async () => {
    const large = JSON.stringify({ json: 'x'.repeat(BODY_BYTES_MAX) });
    const announced = await ask(post('previews.create', null, { 'content-length': String(large.length) }, large));
    expect(announced.status).toBe(413);
    const stream = new Blob([large]).stream();
    const request = new Request(URL_OF('previews.create'), {
      method: 'POST',
      headers: { cookie, origin: PORTAL_URL, 'content-type': 'application/json' },
      body: stream,
      duplex: 'half',
    } as RequestInit);
    const streamed = await ask(request);
    expect(streamed.status).toBe(413);
    expect((await faultOf(streamed)).fault).toEqual({ code: 'body_too_large', maxBytes: BODY_BYTES_MAX });
  });

  test('that are no JSON, or not what is asked for, are invalid input', async () => {
    for (const request of [
      post('previews.create', null, {}, '{'),
      post('previews.create', { configuration: { plan: 'Z' } }),
    ]) {
      const response = await ask(request);
      expect(response.status).toBe(400);
      expect((await faultOf(response)).fault.code).toBe('invalid_input');
    }
  });
});

test('a batch holds no more calls than a page of ours sends', async () => {
  const batch = (calls: number) => {
    const path = Array.from({ length: calls }, () => 'account.signOutEverywhere').join(',');
    const body = JSON.stringify(Object.fromEntries(Array.from({ length: calls }, (_, i) => [i, {}])));
    return ask(post(`${path}?batch=1`, null, { cookie: 'authjs.session-token=none' }, body));
  };
  const small = (await (await batch(10)).json()) as unknown[];
  expect(small).toHaveLength(10);
  const large = await batch(11);
  expect(large.status).toBe(400);
  expect((await large.text()).match(/"fault"/g)).toHaveLength(1);
});

test.each<[string, string, unknown]>([
  ['a NUL in a search', 'tenants.list', { q: 'a\0' }],
  ['half a character', 'runs.list', { q: '\uD800' }],
  ['a place beyond the stream', 'events.list', { after: '9999999999999999999-1' }],
])('%s is invalid input, not a failure of ours', async (_, path, input) => {
  const query = encodeURIComponent(JSON.stringify({ json: input }));
  const response = await ask(new Request(`${URL_OF(path)}?input=${query}`, { headers: { cookie } }));
  expect(response.status).toBe(400);
  expect((await faultOf(response)).fault.code).toBe('invalid_input');
});

test('a cookie that cannot be read is none', async () => {
  for (const value of ['%', '%E0%A4%A', '', 'abc']) {
    const response = await ask(
      new Request(URL_OF('account.me'), { headers: { cookie: `authjs.session-token=${value}` } }),
    );
    expect(response.status).toBe(401);
  }
});

test('a stream of events carries ids, and goes on behind the last one that a browser has', async () => {
  const { previewId } = await world.readyPreview();
  const input = (lastEventId: string) => encodeURIComponent(JSON.stringify({ json: { previewId, lastEventId } }));
  const open = async (headers: Record<string, string>) => {
    const control = new AbortController();
    const request = new Request(`${URL_OF('events.subscribe')}?input=${input('')}`, {
      headers: { cookie, accept: 'text/event-stream', ...headers },
      signal: control.signal,
    });
    const response = await ask(request);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const readUntil = async (wanted: RegExp): Promise<string> => {
      for (let text = ''; ;) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`the stream ended: ${text}`);
        text += value;
        if (wanted.test(text)) return text;
      }
    };
    return { readUntil, close: () => control.abort() };
  };
  const first = await open({});
  const text = await first.readUntil(/id: \d+-\d+/);
  first.close();
  expect(text).toContain('preview.queued');
  const id = /id: (\d+-\d+)/.exec(text)![1]!;
  const again = await open({ 'last-event-id': id });
  await world.as('customer_admin').orders.place({ previewId, idempotencyKey: newId() });
  const rest = await again.readUntil(/id: \d+-\d+/);
  again.close();
  expect(rest).toContain('preview.consumed');
  expect(rest).not.toContain('preview.queued');
});

test('an ended session is told apart from none', async () => {
  const me = (headers: Record<string, string>) => ask(new Request(URL_OF('account.me'), { headers }));
  expect((await me({ cookie })).status).toBe(200);
  expect((await faultOf(await me({}))).fault.code).toBe('not_signed_in');
  await world.sql(`UPDATE "User" SET "sessionVersion" = "sessionVersion" + 1 WHERE email = 'chen.yu@lanhai.example'`);
  const ended = await me({ cookie });
  expect(ended.status).toBe(401);
  const { fault, message, requestId } = await faultOf(ended);
  expect(fault.code).toBe('session_ended');
  expect(message).toEqual({ en: 'Your session has ended. Sign in again.', zh: '会话已结束，请重新登录。' });
  expect(requestId).toBe('req_test');
});

test('too many requests say when to come back', async () => {
  const requests = Array.from({ length: 450 }, () => ask(new Request(URL_OF('account.me')), '10.9.9.9'));
  const refused = (await Promise.all(requests)).find(({ status }) => status === 429);
  expect(refused?.headers.get('retry-after')).toBe('1');
  expect((await faultOf(refused!)).requestId).toBe('req_test');
});

test('what fails on our side says nothing of itself', async () => {
  const told: unknown[] = [];
  const db = createDatabase('postgresql://nobody:hunter2@127.0.0.1:1/nowhere');
  const response = await handleApi(new Request(URL_OF('account.me')), {
    portalUrl: PORTAL_URL,
    ip: '127.0.0.1',
    requestId: 'req_broken',
    byCookie: false,
    createContext: async () => ({
      ...world.context(world.actors.customer_admin),
      db,
      onInternalError: (error) => void told.push(error),
    }),
  });
  expect(response.status).toBe(500);
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({ error: { json: { data: { fault: { code: 'internal' } } } } });
  expect(text).not.toMatch(/hunter2|nowhere|127\.0\.0\.1|prisma|stack/i);
  expect(told).toHaveLength(1);
  await db.$disconnect();
});
