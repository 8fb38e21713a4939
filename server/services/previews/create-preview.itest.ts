import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultOf } from '../../testing/fault-of.ts';
import { configuration, makeServiceWorld, type ServiceWorld } from '../../testing/service-world.ts';

let world: ServiceWorld;
beforeAll(async () => {
  world = await makeServiceWorld();
});
afterAll(async () => {
  await world.close();
});

test('who asks for plans faster than they can be computed waits alone', async () => {
  const { previews } = world.as('customer_member');
  for (let i = 0; i < 20; i++) await previews.create({ configuration: configuration() });
  expect(await faultOf(previews.create({ configuration: configuration() }))).toMatchObject({
    code: 'too_many_requests',
  });
  await world.as('customer_admin').previews.create({ configuration: configuration() });
});
