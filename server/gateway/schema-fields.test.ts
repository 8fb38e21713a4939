import { expect, test } from 'vitest';
import { z } from 'zod';
import { fieldsOf } from './schema-fields.ts';

test('a schema becomes rows, nested ones by path', () => {
  const schema = z.toJSONSchema(
    z.strictObject({
      channel: z.enum(['web', 'app']).describe('Where from').optional(),
      lines: z
        .array(z.strictObject({ sku: z.string().max(60), qty: z.int().min(1).max(100) }))
        .min(1)
        .max(50),
      ship: z.strictObject({ to: z.uuid().nullable() }),
      note: z.string().regex(/^[A-Z]{3}$/),
      at: z.int(),
    }),
  );
  expect(fieldsOf(schema).map(({ path, required, type }) => `${path}${required ? '' : '?'}: ${type}`)).toEqual([
    'channel?: "web" | "app"',
    'lines: array of object 1…50',
    'lines[].sku: string ≤ 60',
    'lines[].qty: integer 1…100',
    'ship: object',
    'ship.to: string uuid | null',
    'note: string ^[A-Z]{3}$',
    'at: integer',
  ]);
  expect(fieldsOf(schema)[0]?.description).toBe('Where from');
});

test.each([[null], [true], [{}], [{ properties: 'x' }], [{ properties: { a: true } }]])('%j does no harm', (schema) => {
  expect(() => fieldsOf(schema)).not.toThrow();
});
