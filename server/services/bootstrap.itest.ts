import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client } from 'pg';
import { resolveActor } from '../auth/actor.ts';
import { verifyPassword } from '../auth/passwords.ts';
import { createDatabase, type Database } from '../db/client.ts';
import { goodsOffering } from '../testing/goods-offering.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../testing/postgres.ts';
import { bootstrapInstallation, type FirstPeople } from './bootstrap.ts';
import { publishOfferings, VersionInUseError } from './publish-offerings.ts';

let platform: MigratedDatabase;
let db: Database;
let client: Client;
beforeAll(async () => {
  platform = await createMigratedDatabase();
  db = createDatabase(platform.applicationUrl);
  client = new Client({ connectionString: platform.url });
  await client.connect();
});
afterAll(async () => {
  await Promise.all([db.$disconnect(), client.end()]);
  await platform.drop();
});

test('the first people are made once, by whoever comes first, and told once', async () => {
  const script = path.resolve(import.meta.dirname, '../compose/bootstrap.ts');
  const env = {
    ...process.env,
    PLATFORM_OWNER_URL: platform.ownerUrl,
    PLATFORM_APP_URL: platform.applicationUrl,
    PORTAL_URL: 'http://localhost:3000',
    REGION: 'local-1',
    FIRST_PEOPLE: 'demo',
  };
  const run = async () => (await promisify(execFile)(process.execPath, [script], { env })).stdout;
  const told = (await Promise.all([run(), run()])).filter((line) => line !== '');
  expect(told).toHaveLength(1);
  const { people, cliToken } = JSON.parse(told[0]!) as FirstPeople;
  expect(people.map(({ role }) => role)).toEqual(['customer_admin', 'sales_engineer', 'platform_admin', 'auditor']);
  expect(new Set(people.map(({ password }) => password)).size).toBe(4);
  for (const { email, password } of people) {
    const { rows } = await client.query<{ passwordHash: string }>(
      `SELECT "passwordHash" FROM "User" WHERE email = $1`,
      [email],
    );
    expect(rows[0]!.passwordHash).not.toContain(password);
    expect(await verifyPassword(password, rows[0]!.passwordHash)).toBe(true);
  }
  const world = { db, secret: 's', portalUrl: 'http://localhost:3000', now: () => new Date() };
  const { actor } = await resolveActor(world, new Headers({ authorization: `Bearer ${cliToken}` }));
  expect(actor).toMatchObject({ kind: 'token', name: 'Chen Yu', role: 'customer_admin' });
  expect(await bootstrapInstallation(db, 'admin')).toBeNull();
});

test('publishing the same again changes nothing; new prices are a new book', async () => {
  await publishOfferings(db, [goodsOffering()]);
  const books = async () =>
    (await client.query<{ version: string }>(`SELECT version FROM "PriceBook" ORDER BY ordinal`)).rows.map(
      ({ version }) => version,
    );
  const first = await books();
  await publishOfferings(db, [goodsOffering()]);
  expect(await books()).toEqual(first);
  const { manifest, prices } = goodsOffering();
  const dearer = prices.map((row) => ({ ...row, month: { CNY: '1000', USD: '150', EUR: '140' } }));
  await publishOfferings(db, [{ manifest, prices: dearer }]);
  expect(await books()).toEqual([first[0], `${first[0]}.2`]);
  // Prices that come back are a book again, once.
  await publishOfferings(db, [goodsOffering()]);
  await publishOfferings(db, [goodsOffering()]);
  expect(await books()).toHaveLength(3);
});

test('a manifest that changed is replaced until somebody counts on it, then refused by name', async () => {
  const summary = { en: 'Sells other goods', zh: '另售' };
  await publishOfferings(db, [goodsOffering({ summary })]);
  const { rows } = await client.query<{ id: string; summary: object }>(
    `SELECT id, manifest->'summary' AS summary FROM "OfferingVersion" WHERE slug = 'goods'`,
  );
  expect(rows.map((row) => row.summary)).toEqual([summary]);
  await client.query(`
    INSERT INTO "Region" (code, "nameEn", "nameZh") VALUES ('r', 'r', 'r');
    INSERT INTO "Target" (id, name, "regionCode", models, healthy, capacity, "seenAt") VALUES (gen_random_uuid(), 't', 'r', '{public}', true, '[]', now());
    INSERT INTO "Tenant" (id, ref, "organisationId", "targetId", "offeringVersionId", name, model, "planCode", modules, params, quotas)
      SELECT gen_random_uuid(), 't_aaaaaa', o.id, t.id, v.id, 'x', 'public', 'S', '{}', '{}', '{}' FROM "Organisation" o, "Target" t, "OfferingVersion" v LIMIT 1`);
  const changed = publishOfferings(db, [goodsOffering()]);
  await expect(changed).rejects.toThrow(VersionInUseError);
  await expect(changed).rejects.toThrow('goods 1.0.0');
  await publishOfferings(db, [goodsOffering({ version: '1.0.1' })]);
});
