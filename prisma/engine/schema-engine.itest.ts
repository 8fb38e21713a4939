// The stock Prisma CLI over the stand-in engine, on a small project of its own.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../server/testing/postgres.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
let project: string;
let database: TestDatabase;

const MODEL = `datasource db {
  provider = "postgresql"
}
model Parcel {
  id   Int    @id @default(autoincrement())
  code String @unique @db.Char(8)
}`;

beforeAll(async () => {
  database = await createTestDatabase();
  project = await mkdtemp(path.join(tmpdir(), 'industry-prisma-'));
  await mkdir(path.join(project, 'schema'));
  await writeFile(path.join(project, 'schema/main.prisma'), MODEL);
  await writeFile(
    path.join(project, 'prisma.config.ts'),
    `export default { schema: 'schema', migrations: { path: 'migrations' }, datasource: { url: process.env.DATABASE_URL } };`,
  );
});

afterAll(async () => {
  await database.drop();
  await rm(project, { recursive: true, force: true });
});

interface Outcome {
  code: number;
  output: string;
}

function prisma(args: string[], url = database.url): Promise<Outcome> {
  const env = {
    ...process.env,
    DATABASE_URL: url,
    PRISMA_SCHEMA_ENGINE_BINARY: path.join(ROOT, 'prisma/engine/schema-engine.mjs'),
    PATH: `${path.join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`,
  };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [path.join(ROOT, 'node_modules/prisma/build/index.js'), ...args],
      { cwd: project, env },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    );
  });
}

async function query<Row>(sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

const FUNCTION_MIGRATION = `CREATE FUNCTION next_code(n int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  IF n < 0 THEN RAISE EXCEPTION 'no; %', n; END IF;
  RETURN lpad(n::text, 8, '0');
END $$;
COMMENT ON TABLE "Parcel" IS 'one; two';`;

test('develops a migration, keeps bodies of functions whole, sees drift and resets', { timeout: 90_000 }, async () => {
  const made = await prisma(['migrate', 'dev', '--name', 'init']);
  expect(made, made.output).toMatchObject({ code: 0 });
  const [first] = (await readdir(path.join(project, 'migrations'))).filter((name) => name.endsWith('_init'));
  expect(await readFile(path.join(project, 'migrations', first ?? '', 'migration.sql'), 'utf8')).toContain(
    'CREATE TABLE "Parcel"',
  );

  const second = path.join(project, 'migrations/29990101000000_function');
  await mkdir(second);
  await writeFile(path.join(second, 'migration.sql'), FUNCTION_MIGRATION);
  expect(await prisma(['migrate', 'status'])).toMatchObject({ code: 1 });
  const deployed = await prisma(['migrate', 'deploy']);
  expect(deployed, deployed.output).toMatchObject({ code: 0 });
  expect(await query('SELECT next_code(7) AS code')).toEqual([{ code: '00000007' }]);
  expect(await prisma(['migrate', 'status'])).toMatchObject({ code: 0 });

  const same = ['migrate', 'diff', '--from-config-datasource', '--to-schema', 'schema', '--exit-code'];
  expect(await prisma(same)).toMatchObject({ code: 0 });
  await query('ALTER TABLE "Parcel" ADD COLUMN drifted int');
  expect(await prisma(same)).toMatchObject({ code: 2 });

  const reset = await prisma(['migrate', 'reset', '--force']);
  expect(reset, reset.output).toMatchObject({ code: 0 });
  expect(await prisma(same)).toMatchObject({ code: 0 });
  expect(await query("SELECT datname FROM pg_database WHERE datname LIKE 'prisma_migrate_shadow%'")).toEqual([]);
});

test('names the failing migration, and a server that is not there', async () => {
  const broken = path.join(project, 'migrations/29990102000000_broken');
  await mkdir(broken, { recursive: true });
  await writeFile(path.join(broken, 'migration.sql'), 'SELECT 1/0;');
  const failed = await prisma(['migrate', 'deploy']);
  expect(failed.code).toBe(1);
  expect(failed.output).toContain('29990102000000_broken');
  expect(failed.output).toContain('division by zero');
  expect((await prisma(['migrate', 'deploy'])).output).toContain('P3009');

  const unreachable = new URL(database.url);
  unreachable.port = '1';
  const refused = await prisma(['migrate', 'deploy'], unreachable.href);
  expect(refused.code).toBe(1);
  expect(refused.output).toContain('P1001');
});
