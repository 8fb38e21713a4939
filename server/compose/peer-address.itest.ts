import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { believeSocketsOnly, forwardedFor } from './peer-address.ts';

test.each([
  ['203.0.113.9', '198.51.100.7', '198.51.100.7'],
  ['203.0.113.9', '::ffff:198.51.100.7', '::ffff:198.51.100.7'],
  [undefined, '198.51.100.7', '198.51.100.7'],
  ['203.0.113.9', '127.0.0.1', '203.0.113.9'],
  ['6.6.6.6, 203.0.113.9', '::1', '6.6.6.6, 203.0.113.9'],
  [' ', '::ffff:127.0.0.1', '::ffff:127.0.0.1'],
  ['203.0.113.9', undefined, 'unknown'],
])('a header of %s from %s is believed as %s', (header, peer, believed) => {
  expect(forwardedFor(header, peer)).toBe(believed);
});

test('every request of an HTTP server carries it', async () => {
  believeSocketsOnly();
  const server = createServer((request, response) => response.end(request.headers['x-forwarded-for']));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const ask = async (headers: Record<string, string>) =>
    (await fetch(`http://127.0.0.1:${address.port}/`, { headers })).text();
  expect(await ask({})).toBe('127.0.0.1');
  expect(await ask({ 'x-forwarded-for': '203.0.113.9' })).toBe('203.0.113.9');
  await new Promise((resolve) => server.close(resolve));
});
