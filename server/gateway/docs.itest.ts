import { createHash } from 'node:crypto';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newTenantRef } from '../domain/ids.ts';
import { waitFor } from '../testing/postgres.ts';
import { TEST_API } from './testing/api.ts';
import { send } from './testing/call.ts';
import { makeWorld, type TestTenant, type World } from './testing/world.ts';

let world: World;
let tenant: TestTenant;

beforeAll(async () => {
  world = await makeWorld();
  const hostile = { en: '</style><script>alert(1)</script>', zh: '"><img src=x onerror=alert(1)>' };
  const [first, ...rest] = TEST_API.functions;
  tenant = await world.makeTenant({}, { ...TEST_API, functions: [{ ...first!, summary: hostile }, ...rest] });
});
afterAll(() => world.close());

const page = (headers: Record<string, string> = {}, query = '') =>
  send(world.gateway, `/t/${tenant.ref}/v1${query}`, { headers });

describe.each(['en', 'zh'])('openapi.json in %s', (lang) => {
  test('is a valid OpenAPI 3.1 document, readable without a key', async () => {
    const reply = await send(world.gateway, `/t/${tenant.ref}/v1/openapi.json?lang=${lang}`);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-language')).toBe(lang);
    const validator = new Validator();
    expect(await validator.validate(structuredClone(reply.body))).toMatchObject({ valid: true });
    expect(validator.version).toBe('3.1');
    expect(reply.body.servers).toEqual([{ url: `${world.gateway.url}/t/${tenant.ref}/v1` }]);
    expect(Object.keys(reply.body.paths as object)).toEqual(
      [...TEST_API.functions, ...TEST_API.views].map(({ name }) => `/${name}`),
    );
  });
});

describe('the page', () => {
  test('names every function and view, and loads nothing', async () => {
    const { status, text, headers } = await page();
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    for (const { name } of [...TEST_API.functions, ...TEST_API.views]) expect(text).toContain(`/${name}</code></h3>`);
    expect(text).not.toMatch(/<script|<img|<link|@import|url\(| style="| on\w+="/i);
    const policy = headers.get('content-security-policy') ?? '';
    const style = /<style>([^]*?)<\/style>/.exec(text)?.[1] ?? '';
    expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(policy).toContain("default-src 'none'");
  });

  test('speaks the language asked for', async () => {
    expect((await page({ 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' })).text).toContain('<html lang="zh-CN">');
    expect((await page({ 'accept-language': 'en-GB,zh;q=0.1' })).text).toContain('<html lang="en">');
    expect((await page({ 'accept-language': 'fr' })).text).toContain('<html lang="en">');
    expect((await page({ 'accept-language': 'en' }, '?lang=zh')).text).toContain('函数');
  });

  test('shows hostile words as words', async () => {
    expect((await page()).text).toContain('&lt;/style&gt;&lt;script&gt;alert(1)');
    expect((await page({}, '?lang=zh')).text).toContain('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;');
  });

  test('takes only GET, and only of tenants that exist', async () => {
    expect((await send(world.gateway, `/t/${tenant.ref}/v1`, { method: 'POST' })).status).toBe(405);
    expect((await send(world.gateway, `/t/${newTenantRef()}/v1`)).status).toBe(404);
  });

  test('is limited by address, because it needs no key', async () => {
    const refused = await waitFor(
      async () => {
        const reply = await page();
        return reply.status === 429 && reply;
      },
      { what: 'the limit', everyMs: 0 },
    );
    expect(refused.headers.get('retry-after')).toBe('1');
  });
});
