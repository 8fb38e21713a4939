// What each answer of the portal says to browsers and caches.
import type { APIResponse } from '@playwright/test';
import { cookieHeader, stateOf } from './support/people.ts';
import { expect, test } from './support/test.ts';

const nonceOf = (answer: APIResponse): string =>
  /'nonce-([^']+)'/.exec(answer.headers()['content-security-policy'] ?? '')?.[1] ?? '';

test('a policy with a nonce of its own on each page, and no script without it', async ({ as }) => {
  const page = await as('customer');
  const [first, second] = [await page.request.get('/catalogue'), await page.request.get('/catalogue')];
  const policy = first.headers()['content-security-policy'] ?? '';
  expect(nonceOf(first)).toMatch(/^[A-Za-z0-9+/]{22}==$/);
  expect(nonceOf(first)).not.toBe(nonceOf(second));
  for (const part of [
    "default-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
    "script-src-attr 'none'",
  ])
    expect(policy).toContain(part);
  expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  const scripts = (await first.text()).match(/<script\b[^>]*>/g) ?? [];
  expect(scripts.length).toBeGreaterThan(3);
  for (const script of scripts) expect(script).toContain(`nonce="${nonceOf(first)}"`);
});

test('an injected script does not run', async ({ as, complaints }) => {
  complaints.expect(/Content Security Policy|React error #418/);
  const page = await as('customer');
  // As if somebody's text had been written into the page unescaped.
  await page.route('**/catalogue', async (route) => {
    const answer = await route.fetch();
    const text = '<script>window.injected = true</script><img src="data:," onerror="window.injected = true">';
    await route.fulfill({ response: answer, body: (await answer.text()).replace('<main', `${text}<main`) });
  });
  const blocked = page.waitForEvent('console', (message) => message.text().includes('Content Security Policy'));
  await page.goto('/catalogue');
  await blocked;
  await expect(page.getByRole('table', { name: 'Catalogue' })).toBeVisible();
  expect(await page.evaluate(() => 'injected' in window)).toBe(false);
});

test('no page may be framed, sniffed or kept by a cache', async ({ as, portal }) => {
  const page = await as('customer');
  for (const path of ['/catalogue', '/tenants', '/runs']) {
    const headers = (await page.request.get(path)).headers();
    expect(headers, path).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers['cache-control'], path).toMatch(/no-store/);
    expect(headers['x-request-id'], path).toMatch(/^req_[0-9a-f-]{36}$/);
    expect(headers, path).not.toHaveProperty('x-powered-by');
  }
  const answer = await page.request.get('/api/trpc/account.me');
  expect(answer.headers()['cache-control']).toMatch(/no-store/);
  const signIn = await fetch(`${portal.url}/sign-in`);
  expect(signIn.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
});

test('the request id is ours, whatever the caller sends', async ({ browser, portal }) => {
  const cookie = cookieHeader(await stateOf(browser, portal, 'customer'));
  const answer = await fetch(`${portal.url}/api/trpc/account.me`, { headers: { cookie, 'x-request-id': 'req_mine' } });
  expect(answer.headers.get('x-request-id')).toMatch(/^req_[0-9a-f-]{36}$/);
});

test('health says whether the portal can work, and nothing else', async ({ portal }) => {
  const answer = await fetch(`${portal.url}/api/health`);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ ok: true, database: expect.anything(), worker: expect.anything() });
});
