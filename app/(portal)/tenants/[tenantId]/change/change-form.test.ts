import { expect, test } from 'vitest';
import type { Manifest } from '@/server/domain/manifest.ts';
import { toWish, type ChangeForm } from './change-form.ts';

const manifest = {
  parameters: { schema: { properties: { hold: { type: 'integer', minimum: 1, maximum: 120 } } }, fields: [] },
} as unknown as Manifest;
const now: ChangeForm = { model: 'public', plan: 'S', modules: ['a', 'b'], params: { hold: 15 } };

test('there is a wish as soon as something is otherwise, and right', () => {
  expect(toWish(now, now, manifest)).toBeNull();
  expect(toWish({ ...now, modules: ['b', 'a'] }, now, manifest)).toBeNull();
  expect(toWish({ ...now, plan: 'M' }, now, manifest)).toMatchObject({ plan: 'M', modules: ['a', 'b'] });
  expect(toWish({ ...now, params: { hold: 20 } }, now, manifest)).toMatchObject({ params: { hold: 20 } });
  expect(toWish({ ...now, model: 'private' }, now, manifest)).toMatchObject({ model: 'private' });
  expect(toWish({ ...now, params: { hold: 900 } }, now, manifest)).toBeNull();
});
