import { expect, test } from 'vitest';
import { Pool } from 'pg';
import { openInstances } from '../instances.ts';
import { createProvider } from './provider.ts';
import { hasUnknown, reveal, sameValue, secret, UNKNOWN } from './wire.ts';

/** Check and diff look at values only; the pools are never asked. */
const idle = new Pool({ min: 0 });
const refuse = (): never => {
  throw new Error('check and diff touch no cluster');
};
const shared = { host: '', port: 0, admin: idle, registry: idle, inDatabase: refuse, open: refuse, close: refuse };
const provider = createProvider({
  cluster: shared,
  links: { ensure: () => {}, close: async () => {} },
  workloads: { ensure: () => {}, close: async () => {} },
  instances: openInstances(shared, null),
  supervisor: null,
  envelopeKey: '',
  packs: new Map(),
  apis: new Map(),
});
const urn = (type: string): string => `urn:pulumi:s::p::industry:local:TenantDatabase$local:index:${type}::n`;
const role = { name: 't_2345ab_api', ref: 't_2345ab', login: true, connectionLimit: 5, tempFileMib: 64 };
const route = {
  ref: 't_2345ab',
  title: 'Shop',
  offering: 'ecommerce',
  version: '1.0.0',
  modules: [],
  database: 't_2345ab',
  role: 't_2345ab_api',
  sealedPassword: 'v1:a:b',
  limits: {
    connections: 5,
    rps: 20,
    burst: 40,
    statementTimeoutMs: 10_000,
    bodyBytesMax: 1_048_576,
    storageBytesMax: 1_073_741_824,
  },
  apiHash: 'abc',
};

test('check names every wrong property and says what is wrong', async () => {
  const news = { ...role, name: 'Bad Name', connectionLimit: -1, colour: 'red' };
  const { failures } = await provider.check!(urn('Role'), {}, news);
  expect(failures).toEqual([
    { property: 'colour', reason: 'is not an input of this resource' },
    { property: 'name', reason: 'must be a plain lower-case name' },
    { property: 'connectionLimit', reason: expect.stringContaining('>=0') },
  ]);
});

test('check looks into nested properties and misses nothing that is absent', async () => {
  const { limits: _, ...withoutLimits } = route;
  const wrong = { ...route, limits: { ...route.limits, rps: 0 } };
  expect((await provider.check!(urn('Route'), {}, wrong)).failures).toMatchObject([{ property: 'limits.rps' }]);
  expect((await provider.check!(urn('Route'), {}, withoutLimits)).failures).toMatchObject([{ property: 'limits' }]);
});

test('what is unknown or secret passes the check, and inputs go on as they came', async () => {
  const news = { ...route, sealedPassword: UNKNOWN, database: secret('t_2345ab') };
  expect(await provider.check!(urn('Route'), {}, news)).toEqual({ inputs: news, failures: [] });
});

test('a type of another package is refused', async () => {
  await expect(provider.check!(urn('Bucket'), {}, {})).rejects.toThrow('has no resource local:index:Bucket');
});

test.each([
  ['nothing', role, { changes: false, replaces: [] }],
  ['a limit, in place', { ...role, connectionLimit: 15 }, { changes: true, replaces: [] }],
  ['the name, by replacement', { ...role, name: 't_2345ab_x' }, { changes: true, replaces: ['name'] }],
  ['an unknown, perhaps', { ...role, connectionLimit: UNKNOWN }, { changes: true, replaces: [] }],
])('diff of a role: %s', async (_what, news, expected) => {
  const olds = { ...role, sealedPassword: secret('v1:a:b') };
  expect(await provider.diff!('id', urn('Role'), olds, news)).toMatchObject(expected);
});

test('a secret is compared by its value', async () => {
  const olds = { ...route, sealedPassword: secret('v1:a:b') };
  const diff = (sealedPassword: unknown): Promise<unknown> =>
    provider.diff!('id', urn('Route'), olds, { ...route, sealedPassword });
  expect(await diff('v1:a:b')).toMatchObject({ changes: false });
  expect(await diff(secret('v1:a:c'))).toMatchObject({ changes: true, replaces: [] });
});

test('newer SQL does not change a database: it comes with the pack', async () => {
  const olds = { name: 'd', owner: 'o', connect: ['a'], connectionLimit: 8, template: 'aaa', modules: [] };
  const news = { ...olds, template: 'bbb', modules: ['extra'] };
  expect(await provider.diff!('d', urn('Database'), olds, news)).toMatchObject({ changes: false });
});

test('a new generation replaces a key', async () => {
  const olds = { ref: 't_2345ab', scopes: ['read', 'write'], generation: 1 };
  const diff = await provider.diff!('k', urn('ApiKey'), olds, { ...olds, generation: 2 });
  expect(diff).toMatchObject({ changes: true, replaces: ['generation'], deleteBeforeReplace: true });
});

test('values on the wire', () => {
  expect(reveal({ a: [secret({ b: secret(1) })], c: 'x' })).toEqual({ a: [{ b: 1 }], c: 'x' });
  expect(hasUnknown({ a: [{ b: UNKNOWN }] })).toBe(true);
  expect(hasUnknown({ a: [null, 1] })).toBe(false);
  expect(sameValue({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 })).toBe(true);
  expect(sameValue({ a: 1 }, { a: 1, b: undefined })).toBe(true);
  expect(sameValue([1, 2], [2, 1])).toBe(false);
});
