// The content hash of CBV 2.0 against hashes that two independent implementations gave for the same events: npm epcis2.js 2.7.3 and PyPI
// epcis-event-hash-generator 1.9.3 (`by`). Where they differ the pack follows the text of the standard: Digital Links are sorted after they
// are made of URNs, and sourceList goes before destinationList.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { type Json } from '../../../kit/pack/test-tenant.ts';
import { documentOf, openTenant, type Tenant } from './tenant-fixture.ts';

interface Vector {
  readonly name: string;
  readonly event: Json;
  readonly hash: string;
}

const vectors = JSON.parse(await readFile(path.join(import.meta.dirname, 'event-hashes.json'), 'utf8')) as Vector[];
const SPACES = { example: 'https://ns.example.com/epcis/' };
let tenant: Tenant;

beforeAll(async () => {
  tenant = await openTenant(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 2 }));
});
afterAll(() => tenant.close());

const hashOf = async (event: Json): Promise<unknown> =>
  (await tenant.rows("SELECT encode(epcis.content_hash($1, $2), 'hex') AS hash", [event, SPACES]))[0]?.['hash'];

test.each(vectors.map((vector) => [vector.name, vector] as const))('%s', async (_name, { event, hash }) => {
  expect(await hashOf(event)).toBe(hash);
});

test('two ways to write one event are one event, another time is another', async () => {
  const event = vectors[0]?.event ?? {};
  expect(await hashOf({ ...event, eventTime: '2026-04-02T13:00:00.5Z' })).toBe(vectors[0]?.hash);
  expect(await hashOf({ ...event, bizStep: 'urn:epcglobal:cbv:bizstep:departing' })).toBe(vectors[0]?.hash);
  expect(await hashOf({ ...event, errorDeclaration: { declarationTime: '2026-04-03T00:00:00Z' } })).toBe(
    vectors[0]?.hash,
  );
  expect(await hashOf({ ...event, eventTime: '2026-04-02T13:00:00.501Z' })).not.toBe(vectors[0]?.hash);
});

test('an event without an id is named by it', async () => {
  const [first] = vectors;
  expect(await tenant.call('capture', documentOf([first?.event ?? {}]))).toMatchObject({
    events: [{ eventID: `ni:///sha-256;${first?.hash}?ver=CBV2.0`, status: 'captured' }],
  });
});
