// Keys as people ask for them: rights, other organisations, what may be asked while something else is on its way, and what is shown once.
import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../../domain/ids.ts';
import { sealSecret } from '../../registry/seal.ts';
import { faultOf } from '../../testing/fault-of.ts';
import { makeServiceWorld, type ServiceWorld } from '../../testing/service-world.ts';

let world: ServiceWorld;
let tenantId: string;
let ref: string;
let keyId: string;
beforeAll(async () => {
  world = await makeServiceWorld();
});
afterAll(() => world.close());

beforeEach(async () => {
  const { previewId } = await world.readyPreview();
  const placed = await world.as('customer_admin').orders.place({ previewId, idempotencyKey: newId() });
  ({ tenantId, ref } = placed);
  await world.sql(`UPDATE "Run" SET state = 'succeeded', "finishedAt" = now() WHERE id = $1`, [placed.runId]);
  await world.sql(`UPDATE "Tenant" SET state = 'active' WHERE id = $1`, [tenantId]);
  keyId = newId();
  await world.sql(
    `INSERT INTO "TenantKey" (id, "organisationId", "tenantId", name, scopes) VALUES ($1, $2, $3, 'default', '{read,write}')`,
    [keyId, world.actors.customer_admin.orgId, tenantId],
  );
  await world.sql(
    `INSERT INTO "TenantKeyVersion" ("keyId", generation, prefix, hash) VALUES ($1, 1, 'ick_live_abcd', $2)`,
    [keyId, createHash('sha256').update(tenantId).digest('hex')],
  );
});

const keys = () => world.as('customer_admin').keys;
const create = (name: string, more: object = {}) =>
  keys().create({ tenantId, name, scopes: ['read'], idempotencyKey: newId(), ...more });

describe('asking', () => {
  test('queues one run a change, with the change frozen in it, and is written down', async () => {
    const asked = await create('till', { expiresInDays: 30 });
    const [run] = await world.sql(`SELECT action, params FROM "Run" WHERE id = $1`, [asked.runId]);
    expect(run).toMatchObject({
      action: 'rekey',
      params: { key: { op: 'create', name: 'till', scopes: ['read'], party: null, lifetimeDays: 30 } },
    });
    const { pending } = await keys().list({ tenantId });
    expect(pending).toEqual([{ runId: asked.runId, op: 'create', name: 'till' }]);
    const [entry] = await world.sql(
      `SELECT "rightUsed", action FROM "AuditEntry" WHERE "subjectId" = $1 AND action LIKE 'tenant.key.%'`,
      [tenantId],
    );
    expect(entry).toEqual({ rightUsed: 'tenant:manage_keys', action: 'tenant.key.create' });
  });

  test('twice with one idempotency key is once', async () => {
    const idempotencyKey = newId();
    const [one, same] = await Promise.all([create('till', { idempotencyKey }), create('till', { idempotencyKey })]);
    expect(same).toEqual(one);
  });

  test('a name is taken by a key that is there, or on its way, and free once it is being revoked', async () => {
    expect(await faultOf(create('default'))).toEqual({ code: 'name_taken', name: 'default' });
    await create('till');
    expect(await faultOf(create('till'))).toEqual({ code: 'name_taken', name: 'till' });
    await keys().revoke({ tenantId, keyId, idempotencyKey: newId() });
    await create('default');
  });

  test('rotations queue up; a key that is being revoked is gone', async () => {
    const rotate = () => keys().rotate({ tenantId, keyId, overlapHours: 0, idempotencyKey: newId() });
    await Promise.all([rotate(), rotate()]);
    const revoked = await keys().revoke({ tenantId, keyId, idempotencyKey: newId() });
    expect(revoked.warning).toBe('last_write_key');
    expect(await faultOf(rotate())).toEqual({ code: 'not_found', what: 'key' });
  });

  test('a party needs something that is open to parties', async () => {
    expect(await faultOf(create('seller', { party: 'red' }))).toEqual({ code: 'party_unknown', offering: 'goods' });
  });

  test.each([['Till'], ['x'], ['a'.repeat(41)], ['-a'], ['a_b']])('the name %j does not do', async (name) => {
    expect(await faultOf(create(name))).toMatchObject({ code: 'invalid_input' });
  });

  test('not by its name alone, and not of a tenant that is gone', async () => {
    const act = world.as('customer_admin').tenants.act({ tenantId, action: 'rekey', idempotencyKey: newId() });
    expect(await faultOf(act)).toMatchObject({ code: 'action_refused', action: 'rekey' });
    await world.sql(`UPDATE "Tenant" SET state = 'retired' WHERE id = $1`, [tenantId]);
    expect(await faultOf(create('till'))).toMatchObject({ code: 'action_refused', state: 'retired' });
  });
});

describe('who may', () => {
  test('members and the desk look, and change nothing', async () => {
    for (const who of ['customer_member', 'sales_engineer', 'platform_admin', 'auditor'] as const) {
      const { keys: listed } = await world.as(who).keys.list({ tenantId });
      expect(listed).toMatchObject([{ name: 'default', secrets: [{ prefix: 'ick_live_abcd' }] }]);
      const revoke = world.as(who).keys.revoke({ tenantId, keyId, idempotencyKey: newId() });
      expect(await faultOf(revoke)).toEqual({ code: 'right_missing', right: 'tenant:manage_keys' });
    }
  });

  test('another organisation finds neither tenant nor key, also not under a tenant of its own', async () => {
    const foreign = world.as('foreign_admin').keys;
    expect(await faultOf(foreign.list({ tenantId }))).toMatchObject({ code: 'not_found' });
    const revoke = foreign.revoke({ tenantId, keyId, idempotencyKey: newId() });
    expect(await faultOf(revoke)).toMatchObject({ code: 'not_found' });
    const unknown = keys().revoke({ tenantId, keyId: randomUUID(), idempotencyKey: newId() });
    expect(await faultOf(unknown)).toEqual({ code: 'not_found', what: 'key' });
  });
});

test('a secret of one key is shown once, by its key, and only when its run has written it down', async () => {
  const hash = createHash('sha256').update('ick_live_second').digest('hex');
  await world.sql(
    `INSERT INTO "Endpoint" (id, "tenantId", name, url, "keyPrefix") VALUES ($1, $2, 'api', 'http://gateway', 'ick_live_abcd')`,
    [newId(), tenantId],
  );
  await world.sql(
    `INSERT INTO "KeyReveal" (id, "tenantId", "organisationId", "registryId", hash, sealed, "expiresAt")
     VALUES ($1, $2, $3, 'r', $4, $5, now() + interval '1 day')`,
    [newId(), tenantId, world.actors.customer_admin.orgId, hash, sealSecret('ick_live_second', world.envelopeKey, ref)],
  );
  const reveal = () => world.as('customer_admin').tenants.revealKey({ tenantId, keyId });
  expect(await faultOf(reveal())).toEqual({ code: 'key_already_shown' });
  await world.sql(`UPDATE "TenantKeyVersion" SET hash = $2 WHERE "keyId" = $1`, [keyId, hash]);
  const { keys: listed } = await keys().list({ tenantId });
  expect(listed[0]?.secrets[0]?.revealUntil).toBeInstanceOf(Date);
  const answers = await Promise.allSettled([reveal(), reveal()]);
  const shown = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.apiKey] : []));
  expect(shown).toEqual(['ick_live_second']);
});
