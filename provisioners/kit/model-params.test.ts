import { expect, test } from 'vitest';
import { z } from 'zod';
import { ownParams, withModelParams } from './model-params.ts';

const own = {
  schema: z.toJSONSchema(z.strictObject({ shops: z.int().default(1) }), { io: 'input' }) as Record<string, unknown>,
  fields: [],
};

test('an offering that is never private or hybrid gets none', () => {
  expect(withModelParams(own, ['public'])).toBe(own);
});

test.each(['private', 'hybrid'] as const)(
  '%s brings where records must stay, beside what the offering asks',
  (model) => {
    const { schema, fields } = withModelParams(own, ['public', model]);
    expect(Object.keys(schema['properties'] as object)).toEqual(['shops', 'residency']);
    expect(schema['properties']).toMatchObject({ residency: { default: 'any', enum: expect.arrayContaining(['CN']) } });
    expect(fields).toMatchObject([{ name: 'residency', models: ['private', 'hybrid'] }]);
  },
);

test('an offering never hears of them', () => {
  expect(ownParams({ shops: 2, residency: 'CN' })).toEqual({ shops: 2 });
  expect(ownParams(null)).toBeNull();
});
