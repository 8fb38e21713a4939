import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareStateSchema } from '../state/schema.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { createPulumiEngine } from './engine.ts';
import { CliMissingError } from './find-cli.ts';
import type { Engine } from '../port.ts';

let database: TestDatabase;
let engine: Engine;
const named = process.env['PULUMI_CLI'];

beforeAll(async () => {
  database = await createTestDatabase();
  await prepareStateSchema(database.url);
  process.env['PULUMI_CLI'] = '/nowhere/pulumi';
  engine = createPulumiEngine({ stateUrl: database.url, passphrase: 'pw' });
});
afterAll(async () => {
  if (named === undefined) delete process.env['PULUMI_CLI'];
  else process.env['PULUMI_CLI'] = named;
  await engine.close();
  await database.close();
});

test('without the CLI every call says so and does nothing', async () => {
  const request = { project: 'p', stack: 's', fence: 1n, packages: [], program: async () => {} };
  const message = new CliMissingError().message;
  const results = [
    await engine.preview(request),
    await engine.up(request),
    await engine.destroy(request),
    await engine.refresh(request),
  ];
  for (const result of results) expect(result).toMatchObject({ ok: false, errors: [{ kind: 'engine', message }] });
  await expect(engine.resources(request)).rejects.toBeInstanceOf(CliMissingError);
  await expect(engine.removeStack(request)).rejects.toBeInstanceOf(CliMissingError);
  expect(await database.query('SELECT * FROM pulumi.stack_fence')).toEqual([]);
});
