// One tenant against another and against the platform: as its API's caller with a real key, and as its database role
// with raw SQL, on tenants that were ordered like any other.
import { Client } from 'pg';
import { openSecret } from '../server/registry/seal.ts';
import { waitFor } from '../server/testing/wait-for.ts';
import { inDatabase, tenantsUrl } from './support/databases.ts';
import { secretsOf } from './support/installation.ts';
import { uniqueName } from './support/names.ts';
import { activeShop, type Ordered } from './support/portal-api.ts';
import { expect, test } from './support/test.ts';

interface Shop extends Ordered {
  apiKey: string;
  endpoint: string;
}

let [mine, theirs]: (Shop | undefined)[] = [];

test.beforeEach(async ({ api }) => {
  const order = async (name: string): Promise<Shop> => {
    const shop = await activeShop(api, uniqueName(name));
    return { ...shop, ...(await api.tenants.revealKey.mutate({ tenantId: shop.tenantId })) };
  };
  mine ??= await order('mine');
  theirs ??= await order('theirs');
});

function both(): { mine: Shop; theirs: Shop } {
  if (!mine || !theirs) throw new Error('the shops were not ordered');
  return { mine, theirs };
}

const ask = (url: string, key: string, init: RequestInit = {}) =>
  fetch(url, { ...init, headers: { authorization: `Bearer ${key}`, ...(init.headers as Record<string, string>) } });

const newKey = () => ({ 'idempotency-key': crypto.randomUUID() });

const codeOf = async (answer: Response): Promise<string> => ((await answer.json()) as { code: string }).code;

/** Why a connection is refused. Those that were refused just now count against the role's limit for a moment.
 * @throws Error when it is not refused */
async function refusalOf(connectionString: string): Promise<string> {
  return waitFor(
    async () => {
      const client = new Client({ connectionString });
      const reason = await client.connect().then(
        () => 'connected',
        (error: Error) => error.message,
      );
      if (reason === 'connected') await client.end();
      return !reason.startsWith('too many connections') && reason;
    },
    { what: 'an answer other than too many connections' },
  );
}

test('a key opens its own tenant only', async ({ portal }) => {
  const shops = both();
  expect((await ask(`${shops.mine.endpoint}/products`, shops.mine.apiKey)).status).toBe(200);
  const other = await ask(`${shops.theirs.endpoint}/products`, shops.mine.apiKey);
  expect(other.status).toBe(401);
  expect((await ask(`${shops.mine.endpoint}/products`, '')).status).toBe(401);
  expect((await ask(`${shops.mine.endpoint}/products`, `${shops.mine.apiKey}x`)).status).toBe(401);
  const { ref } = shops.theirs;
  for (const path of [
    `/t/${shops.mine.ref}/v1/../../${ref}/v1/products`,
    `/t/${shops.mine.ref}/v1/..%2f..%2f${ref}%2fv1%2fproducts`,
  ]) {
    expect([401, 404, 400]).toContain((await ask(`${portal.gatewayUrl}${path}`, shops.mine.apiKey)).status);
  }
  expect((await ask(`${portal.gatewayUrl}/t/t_nobody/v1/products`, shops.mine.apiKey)).status).toBe(404);
  // The portal's token is no key of a tenant.
  expect((await ask(`${shops.mine.endpoint}/products`, portal.cliToken)).status).toBe(401);
});

test("bad calls of a tenant's API: each with its own code, nothing written", async () => {
  const { endpoint, apiKey } = both().mine;
  const write = (headers: Record<string, string>, body: string, fn = 'create_product') =>
    ask(`${endpoint}/${fn}`, apiKey, { method: 'POST', headers, body });
  const json = { 'content-type': 'application/json' };
  const product = JSON.stringify({ slug: 'mug', name: 'Mug' });

  expect(await codeOf(await write(json, product))).toBe('idempotency_key_missing');
  const wrongType = await write({ 'content-type': 'text/plain', ...newKey() }, product);
  expect([wrongType.status, await codeOf(wrongType)]).toEqual([415, 'content_type']);
  const large = await write({ ...json, ...newKey() }, JSON.stringify({ slug: 'mug', name: 'x'.repeat(2_000_000) }));
  expect([large.status, await codeOf(large)]).toEqual([413, 'body_too_large']);
  expect((await write({ ...json, ...newKey() }, '{"slug":')).status).toBe(400);
  expect((await write({ ...json, ...newKey() }, '{"slug":"mug","colour":"blue"}')).status).toBe(400);
  expect((await write({ ...json, ...newKey() }, '{}', 'no_such_function')).status).toBe(404);
  expect((await ask(`${endpoint}/create_product`, apiKey)).status).toBe(405);
  expect((await ask(`${endpoint}/products?cursor=nonsense`, apiKey)).status).toBe(400);
  const listed = (await (await ask(`${endpoint}/products`, apiKey)).json()) as { items: unknown[] };
  expect(listed.items).toEqual([]);

  const once = { ...json, ...newKey() };
  expect((await write(once, product)).status).toBe(201);
  const again = await write(once, product);
  expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
  const reused = await write(once, JSON.stringify({ slug: 'other', name: 'Mug' }));
  expect([reused.status, await codeOf(reused)]).toEqual([409, 'ICO03']);
});

test('the plan limits the rate, and says when to come again', async () => {
  const { endpoint, apiKey } = both().theirs;
  const answers: Response[] = [];
  for (let round = 0; round < 10 && !answers.some(({ status }) => status === 429); round += 1) {
    answers.push(...(await Promise.all(Array.from({ length: 40 }, () => ask(`${endpoint}/products`, apiKey)))));
  }
  const refused = answers.find(({ status }) => status === 429);
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  await expect.poll(async () => (await ask(`${endpoint}/products`, apiKey)).status).toBe(200);
});

test("raw SQL as a tenant's role: its own API, and nothing else in the cluster", async ({ portal }) => {
  const { dataDir } = portal;
  const shops = both();
  const [route] = await inDatabase(tenantsUrl(dataDir, 'registry'), (sql) =>
    sql<{ role: string; sealed_password: string }>('SELECT role, sealed_password FROM route WHERE ref = $1', [
      shops.mine.ref,
    ]),
  );
  if (!route) throw new Error('no route');
  const urlOf = (database: string): string => {
    const url = new URL(tenantsUrl(dataDir, database));
    url.username = route.role;
    url.password = openSecret(route.sealed_password, secretsOf(dataDir).envelopeKey, shops.mine.ref);
    return url.href;
  };
  const databases = await inDatabase(tenantsUrl(dataDir), (sql) =>
    sql<{ name: string }>('SELECT datname AS name FROM pg_database'),
  );
  expect(databases.map(({ name }) => name)).toEqual(expect.arrayContaining(['registry', 'postgres', shops.theirs.ref]));
  for (const { name } of databases.filter((one) => one.name !== shops.mine.ref)) {
    expect(await refusalOf(urlOf(name)), name).toMatch(/^permission denied for database|not currently accepting/);
  }
  await inDatabase(urlOf(shops.mine.ref), async (sql) => {
    await sql('SELECT * FROM api.products');
    for (const [statement, refusal] of [
      ['SELECT * FROM sales.orders', /permission denied/],
      ['SELECT * FROM pack.param', /permission denied/],
      ['UPDATE stock.bucket SET qty = 0', /permission denied|does not exist/],
      ['CREATE TABLE public.mine (id int)', /permission denied/],
      ['CREATE TABLE api.mine (id int)', /permission denied/],
      ['CREATE SCHEMA mine', /permission denied/],
      ['CREATE EXTENSION postgres_fdw SCHEMA api', /permission denied/],
      ['CREATE DATABASE mine', /permission denied/],
      ['CREATE ROLE mine', /permission denied/],
      [`SET ROLE ${shops.mine.ref}_owner`, /permission denied/],
      [`SET ROLE ${shops.theirs.ref}_api`, /permission denied/],
      ['SET SESSION AUTHORIZATION postgres', /permission denied/],
      [`ALTER ROLE ${route.role} CONNECTION LIMIT 500`, /permission denied/],
      [`ALTER ROLE ${route.role} SUPERUSER`, /permission denied/],
      ["SET temp_file_limit = '-1'", /permission denied/],
      ['SELECT rolpassword FROM pg_authid', /permission denied/],
      ["SELECT pg_read_file('/etc/passwd')", /permission denied/],
      ["SELECT * FROM pg_ls_dir('.')", /permission denied/],
      ["COPY (SELECT 1) TO PROGRAM 'id'", /permission denied/],
      ["COPY (SELECT 1) TO '/tmp/stolen'", /permission denied/],
      ["SELECT lo_import('/etc/passwd')", /permission denied/],
      ["SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'", /permission denied/],
      ["ALTER SYSTEM SET log_statement = 'all'", /permission denied/],
    ] as const) {
      await expect(sql(statement), statement).rejects.toThrow(refusal);
    }
    // What others run is hidden.
    const seen = await sql<{ query: string }>(
      `SELECT query FROM pg_stat_activity WHERE usename <> current_user AND query <> ''`,
    );
    expect(seen.every(({ query }) => query === '<insufficient privilege>')).toBe(true);
  });
});

test('the plan limits connections, whoever makes them', async ({ portal }) => {
  const shops = both();
  const [limit] = await inDatabase(tenantsUrl(portal.dataDir), (sql) =>
    sql<{ n: number }>('SELECT rolconnlimit AS n FROM pg_roles WHERE rolname = $1', [`${shops.mine.ref}_api`]),
  );
  expect(limit?.n).toBe(5);
});
