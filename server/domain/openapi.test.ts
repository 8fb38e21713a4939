import { describe, expect, test } from 'vitest';
import type { ApiDescription } from './manifest.ts';
import { describeOpenApi } from './openapi.ts';

const both = (en: string, zh = en) => ({ en, zh });
const api: ApiDescription = {
  functions: [
    {
      name: 'place_order',
      summary: both('Place an order', '下单'),
      description: both('Holds stock.', '占用库存。'),
      body: {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        properties: { sku: { type: 'string' } },
        required: ['sku'],
      },
      writes: true,
      status: 201,
      errors: ['ICO03', 'ICO04', 'ICO99'],
      example: { sku: 'A-1' },
      module: null,
    },
    {
      name: 'quote_order',
      summary: both('Price an order'),
      description: both('Writes nothing.'),
      body: { type: 'object' },
      writes: false,
      status: 200,
      errors: ['ICO10'],
      example: {},
      module: null,
    },
  ],
  views: [
    {
      name: 'orders',
      summary: both('Orders', '订单'),
      key: ['order_no'],
      columns: { order_no: both('Number', '单号'), total_minor: both('Total') },
      module: null,
    },
  ],
  errors: {
    ICO03: { status: 409, title: both('Key reused') },
    ICO04: { status: 409, title: both('Out of stock', '库存不足') },
    ICO10: { status: 400, title: both('Field wrong') },
  },
};
const input = {
  title: 'shop1',
  version: '1.2.0',
  baseUrl: 'http://localhost:4000/t/t_7k2m9q/v1',
  api,
  limits: { rps: 20, burst: 40, bodyBytesMax: 262_144 },
};

/** Every `$ref` in the document, wherever it stands. */
function refsOf(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === '$ref' && typeof value === 'string' ? [value] : refsOf(value),
  );
}

describe.each(['en', 'zh'] as const)('the document in %s', (locale) => {
  const document = describeOpenApi({ ...input, locale });

  test('has an operation for each function and view, with unique ids', () => {
    const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map((op) => op.operationId));
    expect(ids).toEqual(['place_order', 'quote_order', 'list_orders']);
  });

  test('points only at what it holds', () => {
    const refs = refsOf(document);
    expect(refs.length).toBeGreaterThan(10);
    for (const ref of refs) {
      const steps = ref.slice(2).split('/');
      const found = steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document);
      expect(found, ref).toBeDefined();
    }
  });
});

test('a function that writes asks for an Idempotency-Key and may find storage full; one that reads does neither', () => {
  const { paths } = describeOpenApi({ ...input, locale: 'en' });
  expect(paths['/place_order']?.post?.parameters).toMatchObject([{ name: 'Idempotency-Key', required: true }]);
  expect(Object.keys(paths['/place_order']?.post?.responses as object)).toEqual(
    expect.arrayContaining(['201', '409', '507']),
  );
  expect(paths['/quote_order']?.post).not.toHaveProperty('parameters');
  expect(paths['/quote_order']?.post?.responses).not.toHaveProperty('507');
});

test("a pack's codes stand by their status, beside what the gateway answers with it; unknown codes are left out", () => {
  const { paths } = describeOpenApi({ ...input, locale: 'zh' });
  const place = paths['/place_order']?.post?.responses as Record<string, { description: string }>;
  expect(place['409']?.description).toBe('`ICO03` Key reused\n\n`ICO04` 库存不足');
  const quote = paths['/quote_order']?.post?.responses as Record<string, { description: string }>;
  expect(quote['400']?.description).toMatch(/body_invalid[^]*`ICO10`/);
  expect(JSON.stringify(paths)).not.toContain('ICO99');
});

test('columns are filters; a column that is called like a paging parameter is none', () => {
  const [orders] = api.views;
  const odd = { ...orders!, columns: { ...orders!.columns, limit: both('Limit') } };
  const { paths } = describeOpenApi({ ...input, api: { ...api, views: [odd] }, locale: 'en' });
  const parameters = paths['/orders']?.get?.parameters ?? [];
  const names = (parameters as { name: string }[]).map(({ name }) => name);
  expect(names).toEqual(['limit', 'after', 'order_no', 'total_minor']);
});
