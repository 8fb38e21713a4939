// Walks the API: every procedure × every role × own and foreign objects, on a real database. What may not be done is refused in the right
// words, and no table has a row more afterwards.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasRight, ROLES, type Right } from '../domain/policy.ts';
import { makeServiceWorld, type ServiceWorld, type Who } from '../testing/service-world.ts';
import { makeWalkObjects, WALK_INPUTS, type WalkObjects } from '../testing/walk-objects.ts';
import { RIGHT_OF, type Need } from './rights.ts';
import { createCaller } from './root.ts';
import { faultOf } from './trpc.ts';

let world: ServiceWorld;
let objects: WalkObjects;
beforeAll(async () => {
  world = await makeServiceWorld();
  objects = await makeWalkObjects(world);
});
afterAll(async () => {
  await world.close();
});

type Caller = ReturnType<typeof createCaller>;

/** Call a procedure by its path. @returns the code of its fault, or null when it answered */
async function call(caller: Caller, path: string): Promise<string | null> {
  const [area, name] = path.split('.') as [string, string];
  const procedure = (Reflect.get(caller, area) as Record<string, (input: unknown) => Promise<unknown>>)[name]!;
  try {
    const answer = await procedure(WALK_INPUTS[path]!.input(objects));
    if (typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer) {
      const stream = (answer as AsyncIterable<unknown>)[Symbol.asyncIterator]();
      await stream.next(); // the object has events, so the first comes at once
      await stream.return?.();
    }
    return null;
  } catch (error) {
    return faultOf(error).code;
  }
}

const rightsOf = (need: Need): readonly Right[] =>
  need === 'signed_in' ? [] : typeof need === 'string' ? [need] : need;
const mayCall = (who: Who, need: Need): boolean =>
  need === 'signed_in' || rightsOf(need).some((right) => hasRight(world.actors[who], right));

/** Nothing of ours fails, and nothing is written. */
async function expectRefused(refused: () => Promise<string | null>, code: string): Promise<void> {
  const before = await world.rowCounts();
  expect(await refused()).toBe(code);
  expect(await world.rowCounts()).toEqual(before);
}

test('the walk knows every procedure', () => {
  expect(Object.keys(WALK_INPUTS).sort()).toEqual(Object.keys(RIGHT_OF).sort());
});

describe.each(Object.keys(RIGHT_OF))('%s', (path) => {
  const need = RIGHT_OF[path]!;

  test('is for people who are signed in', async () => {
    await expectRefused(() => call(createCaller(world.context(null)), path), 'not_signed_in');
  });

  test('needs its right, whatever the role', async () => {
    for (const role of ROLES) {
      if (!mayCall(role, need)) await expectRefused(() => call(world.as(role), path), 'right_missing');
    }
  });

  test('lets in who has the right, on what is within reach', async () => {
    // One's own token is nobody else's, not even an administrator's.
    const own = path === 'tokens.revoke' ? (['customer_admin'] as const) : ROLES;
    for (const role of own) {
      if (!mayCall(role, need)) continue;
      const code = await call(world.as(role), path);
      const hiddenFromCustomers = path === 'quotes.byId' && role.startsWith('customer');
      if (hiddenFromCustomers) expect(code).toBe('not_found');
      else expect(['right_missing', 'not_found', 'not_signed_in', 'internal'], role).not.toContain(code);
    }
    expect(world.internalErrors).toEqual([]);
  });
});

const scoped = Object.keys(RIGHT_OF).filter((path) => RIGHT_OF[path] !== 'signed_in');

test.each(scoped)('%s needs the scope when a token asks', async (path) => {
  const need = RIGHT_OF[path]!;
  for (const role of ROLES) {
    if (!mayCall(role, need)) continue;
    const scopes = (['catalogue:read', 'target:read'] as const).filter((scope) => !rightsOf(need).includes(scope));
    await expectRefused(() => call(world.as(role, scopes), path), 'right_missing');
  }
});

const ofObjects = Object.keys(RIGHT_OF).filter((path) => WALK_INPUTS[path]?.object);

test.each(ofObjects)('%s does not find what belongs to others', async (path) => {
  const code = mayCall('foreign_admin', RIGHT_OF[path]!) ? 'not_found' : 'right_missing';
  await expectRefused(() => call(world.as('foreign_admin'), path), code);
});

test('lists of one organisation never hold anything of another', async () => {
  const foreign = world.as('foreign_admin');
  const lists = await Promise.all([
    foreign.orders.list({}),
    foreign.tenants.list({ withRetired: true, organisationId: objects.organisationId }),
    foreign.runs.list({}),
    foreign.quotes.list({}),
    foreign.audit.search({}),
  ]);
  for (const { items } of lists) {
    expect(
      JSON.stringify(items, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.toContain(objects.organisationId);
  }
  const people = await foreign.people.list({});
  expect(people.items.map(({ name }) => name)).toEqual(['Ana Foreign']);
  expect((await foreign.organisations.list({})).items.map(({ slug }) => slug)).toEqual(['other']);
});
