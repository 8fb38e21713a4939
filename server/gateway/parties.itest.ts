// Keys of one party: what they may call, and that the database is told for whom the rows are, in this call and in no other.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeKey, putKey } from '../registry/keys.ts';
import type { ApiDescription } from '../domain/manifest.ts';
import { get, post } from './testing/call.ts';
import { TEST_API } from './testing/api.ts';
import { makeWorld, type TestTenant, type World } from './testing/world.ts';

/** `notes` and `add_note` are open to parties; a note is of the party that is its shelf. */
const API: ApiDescription = {
  ...TEST_API,
  functions: TEST_API.functions.map((fn) => (fn.name === 'add_note' ? { ...fn, party: true } : fn)),
  views: TEST_API.views.map((view) => (view.name === 'notes' ? { ...view, party: true } : view)),
};

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await makeWorld();
  tenant = await world.makeTenant({ connections: 1 }, API);
  await world.sql(
    `SELECT pack.open_to_parties('{add_note}');
     ALTER TABLE app.note ENABLE ROW LEVEL SECURITY;
     ALTER TABLE app.note FORCE ROW LEVEL SECURITY;
     CREATE POLICY own_rows ON app.note USING (coalesce(pack.party(), shelf) = shelf);
     GRANT USAGE ON SCHEMA pack TO PUBLIC;
     GRANT EXECUTE ON FUNCTION pack.party() TO PUBLIC;`,
    [],
    tenant.ref,
  );
  for (const shelf of ['red', 'blue']) await post(world.gateway, tenant, 'add_note', { text: `of ${shelf}`, shelf });
});
afterAll(() => world.close());

async function keyOf(party: string | null, expiresAt: Date | null = null) {
  const { key, prefix, hash } = makeKey();
  const write = {
    id: `key_${prefix}_${hash.slice(0, 6)}`,
    ref: tenant.ref,
    marker: 'test',
    scopes: ['read', 'write'] as const,
  };
  await world.onRegistry((db) => putKey(db, { ...write, party, expiresAt, prefix, hash, sealed: 's' }));
  return { ref: tenant.ref, key };
}

const shelves = async (caller: { ref: string; key: string }): Promise<string[]> => {
  const { body } = await get(world.gateway, caller, 'notes');
  return (body as { items: { shelf: string }[] }).items.map(({ shelf }) => shelf);
};

test('a party reads its own rows, and the connection forgets it at once', async () => {
  const red = await keyOf('red');
  for (let i = 0; i < 3; i++) {
    expect(await shelves(red)).toEqual(['red']);
    expect((await shelves(tenant)).toSorted()).toEqual(['blue', 'red']);
    expect(await shelves(await keyOf('green'))).toEqual([]);
  }
});

test('what is not marked is refused with its reason: functions, views, and names that do not exist stay unknown', async () => {
  const red = await keyOf('red');
  const refused = { status: 403, body: { code: 'party_refused', facts: { party: 'red' } } };
  expect(await get(world.gateway, red, 'shelves')).toMatchObject(refused);
  expect(await post(world.gateway, red, 'drop_note', { id: '1' })).toMatchObject(refused);
  expect(await post(world.gateway, red, 'echo', {})).toMatchObject(refused);
  expect((await get(world.gateway, red, 'nothing')).status).toBe(404);
});

test('a write for another party is refused by the rows themselves', async () => {
  const red = await keyOf('red');
  expect((await post(world.gateway, red, 'add_note', { text: 'mine', shelf: 'red' })).status).toBe(201);
  const foreign = await post(world.gateway, red, 'add_note', { text: 'yours', shelf: 'blue' });
  expect(foreign.status).toBeGreaterThanOrEqual(400);
  expect(await world.sql(`SELECT FROM app.note WHERE text = 'yours'`, [], tenant.ref)).toEqual([]);
});

test('a party asks for itself in vain in another way: headers and bodies name no party', async () => {
  const red = await keyOf('red');
  const { body } = await get(world.gateway, red, 'notes?shelf=blue');
  expect(body).toMatchObject({ items: [] });
});

test('the database refuses a party what is not open to it, should the gateway ever ask', async () => {
  const call = world.sql(`SELECT pack.call('echo', NULL, '{}', '{"party": "red"}')`, [], tenant.ref);
  await expect(call).rejects.toMatchObject({ code: '42501' });
});

test('idempotency keys are a party’s own: nobody gets the answer of another', async () => {
  const [red, blue] = [await keyOf('red'), await keyOf('blue')];
  const headers = { 'idempotency-key': 'the-same-key-for-both' };
  const asRed = await post(world.gateway, red, 'add_note', { text: 'one', shelf: 'red' }, headers);
  const asBlue = await post(world.gateway, blue, 'add_note', { text: 'one', shelf: 'blue' }, headers);
  expect([asRed.status, asBlue.status]).toEqual([201, 201]);
  expect(asBlue.body).not.toEqual(asRed.body);
  const again = await post(world.gateway, red, 'add_note', { text: 'one', shelf: 'red' }, headers);
  expect(again.body).toEqual(asRed.body);
});

test('an expired key is told that it has expired; another tenant’s is told nothing', async () => {
  const expired = await keyOf(null, new Date(Date.now() - 1_000));
  expect(await get(world.gateway, expired, 'notes')).toMatchObject({ status: 401, body: { code: 'key_expired' } });
  const other = await world.makeTenant();
  expect(await get(world.gateway, { ref: other.ref, key: expired.key }, 'notes')).toMatchObject({
    status: 401,
    body: { code: 'unauthorized' },
  });
});
