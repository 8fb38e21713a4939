import { expect, test } from 'vitest';
import { z } from 'zod';
import { errors, functions, invariantsOf, kpisOf, views } from './api.ts';

/** Bodies of the standard: EPCIS lets them carry members of other vocabularies. */
const OPEN = ['capture', 'capture_event', 'submit_document', 'submit_event'];

test.each(Object.entries(functions))(
  '%s: its example passes its own schema and its errors are known',
  (_name, spec) => {
    expect(spec.body.safeParse(spec.example)).toMatchObject({ success: true });
    expect(Object.keys(errors)).toEqual(expect.arrayContaining([...spec.errors]));
  },
);

test.each(Object.entries(functions).filter(([name]) => !OPEN.includes(name)))(
  '%s: a body with a field nobody knows is refused',
  (_name, spec) => {
    expect(spec.body.safeParse({ ...spec.example, nobodyKnowsThis: 1 }).success).toBe(false);
    expect(z.toJSONSchema(spec.body, { io: 'input' })).toMatchObject({ type: 'object', additionalProperties: false });
  },
);

test('every text is there in both languages', () => {
  const texts = [
    ...Object.values(functions).flatMap(({ summary, description }) => [summary, description]),
    ...Object.values(views).flatMap(({ summary, columns }) => [summary, ...Object.values(columns)]),
    ...Object.values(errors).map(({ title }) => title),
    ...Object.values(kpisOf).flatMap((kpis) => kpis.map(({ title }) => title)),
    ...Object.values(invariantsOf).flatMap((rules) => Object.values(rules)),
  ];
  expect(texts.filter(({ en }) => en === '' || /\p{Script=Han}/u.test(en))).toEqual([]);
  expect(texts.filter(({ zh }) => !/\p{Script=Han}/u.test(zh))).toEqual([]);
});

test('the key of a view is among its columns', () => {
  for (const { key, columns } of Object.values(views))
    expect(Object.keys(columns)).toEqual(expect.arrayContaining([...key]));
});
