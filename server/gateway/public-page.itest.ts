// A page for people without a key: what the function tells, in the reader's language, and nothing by any other way.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiDescription } from '../domain/manifest.ts';
import type { PublicPage } from '../domain/public-page.ts';
import { waitFor } from '../testing/postgres.ts';
import { TEST_API } from './testing/api.ts';
import { makeWorld, type TestTenant, type World } from './testing/world.ts';

const both = (en: string, zh = en) => ({ en, zh });
const page: PublicPage = {
  input: 'token',
  title: both('Your parcel', '您的包裹'),
  what: both('Where it is.', '包裹的位置。'),
  facts: [
    { member: 'state', label: both('State', '状态'), kind: 'word' },
    { member: 'promisedAt', label: both('Promised', '承诺'), kind: 'moment' },
    { member: 'absent', label: both('Never there'), kind: 'word' },
  ],
  path: { rows: 'steps', step: 'step', at: 'at', place: ['facility', 'city'] },
  words: { on_way: both('On the way', '运输中') },
  missing: both('No parcel belongs to this link.', '此链接没有对应的包裹。'),
};
const TRACK = `
CREATE FUNCTION api.track(p jsonb) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF p ->> 'token' = 'none' THEN RAISE EXCEPTION USING ERRCODE = 'ICX04', MESSAGE = 'canary', DETAIL = '{"secret": "canary"}'; END IF;
  RETURN jsonb_build_object('state', 'on_way', 'promisedAt', '2026-11-23T10:00:00+08:00', 'consignee', 'Zhang San', 'steps', jsonb_build_array(
    jsonb_build_object('at', '2026-11-20T08:15:00Z', 'step', 'collecting', 'city', 'Ningbo'),
    jsonb_build_object('at', '2026-11-21T08:15:00Z', 'step', '<script>', 'facility', 'Hub 1', 'city', 'Wuhan')));
END $$;
SELECT pack.declare_function('track', false);`;

const [echo] = TEST_API.functions.filter(({ name }) => name === 'echo');
const API: ApiDescription = {
  ...TEST_API,
  errors: { ...TEST_API.errors, ICX04: { status: 404, title: both('No such thing') } },
  functions: [...TEST_API.functions, { ...echo!, name: 'track', page }],
};

let world: World;
let tenant: TestTenant;

beforeAll(async () => {
  world = await makeWorld();
  tenant = await world.makeTenant({}, API);
  await world.sql(TRACK, [], tenant.ref);
  await world.sql(`ALTER FUNCTION api.track(jsonb) OWNER TO ${tenant.ref}_owner`, [], tenant.ref);
  await waitFor(async () => (await open('track/abc123')).status === 200, { what: 'the page' });
});
afterAll(() => world.close());

const open = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${world.gateway.url}/t/${tenant.ref}/page/${path}`, { headers });

test('is read without a key, in English and Chinese, and shows what it declares and nothing else', async () => {
  const answer = await open('track/abc123');
  const text = await answer.text();
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(text).toContain('<dt>State</dt><dd>On the way</dd>');
  expect(text).toContain('2026-11-23 02:00 UTC');
  expect(text.indexOf('Hub 1')).toBeLessThan(text.indexOf('Ningbo')); // newest first
  expect(text).toContain('&lt;script&gt;');
  expect(text).not.toMatch(/<script|Zhang San|Never there|Wuhan|abc123/);
  const chinese = await (await open('track/abc123?lang=zh')).text();
  expect(chinese).toContain('<html lang="zh-CN">');
  expect(chinese).toContain('运输中');
});

test('what belongs to nobody is said in words, without the facts of the pack', async () => {
  const answer = await open('track/none', { 'accept-language': 'zh-CN' });
  const text = await answer.text();
  expect(answer.status).toBe(404);
  expect(text).toContain('此链接没有对应的包裹。');
  expect(text).not.toContain('canary');
});

test('opens no function that has no page, no other method and no other value', async () => {
  expect((await open('echo/abc')).status).toBe(404);
  expect((await open('add_note/abc')).status).toBe(404);
  expect((await open('track/a%20b')).status).toBe(404);
  expect((await open('track/')).status).toBe(404);
  const posted = await fetch(`${world.gateway.url}/t/${tenant.ref}/page/track/abc`, { method: 'POST', body: '{}' });
  expect(posted.status).toBe(405);
  expect((await fetch(`${world.gateway.url}/t/${tenant.ref}/v1/track`, { method: 'POST', body: '{}' })).status).toBe(
    401,
  );
});

test('one address cannot try tokens without end', async () => {
  const statuses = await Promise.all(Array.from({ length: 60 }, async () => (await open('track/none')).status));
  expect(statuses).toContain(429);
  // A proxy on this machine says who comes.
  expect((await open('track/abc', { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' })).status).toBe(200);
});
