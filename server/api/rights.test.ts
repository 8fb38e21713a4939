import { expect, test } from 'vitest';
import { Right, RIGHTS } from '../domain/policy.ts';
import { RIGHT_OF } from './rights.ts';
import { appRouter } from './root.ts';

/** Every procedure of the router, by its path. */
function paths(): string[] {
  const { procedures } = Reflect.get(appRouter, '_def') as { procedures: Record<string, unknown> };
  return Object.keys(procedures).sort();
}

test('every procedure has a right, and every right a procedure', () => {
  expect(Object.keys(RIGHT_OF).sort()).toEqual(paths());
});

test('rights are rights, and none is asked for by nobody', () => {
  const asked = Object.values(RIGHT_OF)
    .flat()
    .filter((need) => need !== 'signed_in');
  for (const need of asked) expect(Right.safeParse(need).success, need).toBe(true);
  expect([...new Set(asked)].sort()).toEqual([...RIGHTS].sort());
});
