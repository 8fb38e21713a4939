// A hybrid tenant's two APIs: one key, two addresses, each served from its own database, and either without the other.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '../testing/postgres.ts';
import { findRoute, putRoute, setRouteOpened } from '../registry/routes.ts';
import { openSecret, sealSecret } from '../registry/seal.ts';
import { edgeRouteOf } from '../registry/sides.ts';
import { makeWorld, type TestTenant, type World } from './testing/world.ts';

let world: World;
let tenant: TestTenant;
let other: TestTenant;

beforeAll(async () => {
  world = await makeWorld();
  [tenant, other] = [await world.makeTenant(), await world.makeTenant()];
  await world.onRegistry(async (db) => {
    const record = await findRoute(db, tenant.ref);
    if (record === null) throw new Error('the tenant has no route');
    const ref = edgeRouteOf(tenant.ref);
    const { envelopeKey } = world.settings;
    const sealedPassword = sealSecret(openSecret(record.sealedPassword, envelopeKey, tenant.ref), envelopeKey, ref);
    await putRoute(db, { ...record, ref, marker: 'edge', sealedPassword });
  });
});
afterAll(async () => {
  await world.close();
});

const get = (path: string, key?: string) =>
  fetch(`${world.gateway.url}${path}`, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } });

describe('the public side', () => {
  test('has an address, a description and a bucket of its own', async () => {
    const at = `/t/${tenant.ref}/edge/v1`;
    const described = await waitFor(
      async () => {
        const answer = await get(`${at}/openapi.json`);
        return answer.status === 200 && ((await answer.json()) as { servers: { url: string }[] });
      },
      { what: 'the gateway to hear of the route' },
    );
    expect(described.servers[0]?.url).toBe(`${world.gateway.url}${at}`);
    expect((await get(at)).status).toBe(200);
  });

  test('takes the tenant’s key, and no other tenant’s', async () => {
    const view = `/t/${tenant.ref}/edge/v1/notes`;
    expect((await get(view, tenant.key)).status).toBe(200);
    expect((await get(view, other.key)).status).toBe(401);
    expect((await get(view)).status).toBe(401);
  });

  test('is closed and opened with the tenant', async () => {
    const statuses = async () => [
      (await get(`/t/${tenant.ref}/v1/notes`, tenant.key)).status,
      (await get(`/t/${tenant.ref}/edge/v1/notes`, tenant.key)).status,
    ];
    for (const [opened, status] of [
      [false, 503],
      [true, 200],
    ] as const) {
      await world.onRegistry((db) => setRouteOpened(db, tenant.ref, opened));
      await waitFor(async () => (await statuses()).every((seen) => seen === status), {
        what: `both to answer ${status}`,
      });
    }
  });

  test('does not exist where there is none', async () => {
    expect((await get(`/t/${other.ref}/edge/v1/notes`, other.key)).status).toBe(404);
    expect((await get(`/t/${tenant.ref}/edges/v1/notes`, tenant.key)).status).toBe(404);
    expect((await get(`/t/${tenant.ref}/edge/edge/v1/notes`, tenant.key)).status).toBe(404);
  });
});
