/** The description of the tiny pack beside it, for tests. */
import type { ApiDescription, ApiFunction, JsonSchema } from '../../domain/manifest.ts';

const both = (en: string, zh = en) => ({ en, zh });

const seconds = { type: 'number', minimum: 0, maximum: 60 };

function define(
  name: string,
  writes: boolean,
  properties: JsonSchema,
  required: string[],
  over: Partial<ApiFunction> = {},
) {
  return {
    name,
    summary: both(`Function ${name}`, `函数 ${name}`),
    description: both('What it does.\n\nMore about `it`.'),
    body: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties,
      required,
      additionalProperties: false,
    },
    writes,
    status: 200,
    errors: ['ICX03', 'ICX04'],
    example: {},
    module: null,
    ...over,
  } satisfies ApiFunction;
}

export const TEST_API: ApiDescription = {
  functions: [
    define(
      'add_note',
      true,
      {
        text: { type: 'string', minLength: 1, maxLength: 400_000, description: 'What it says' },
        shelf: { type: 'string', maxLength: 20 },
        amountMinor: { type: 'string', pattern: '^[0-9]{1,15}$' },
        seconds,
      },
      ['text'],
      { status: 201, example: { text: "it's a note", amountMinor: '1250' } },
    ),
    define('drop_note', true, { id: { type: 'string' } }, ['id']),
    define('fail', true, { state: { type: 'string' }, detail: { type: 'string' } }, ['state']),
    define('echo', false, {}, [], { body: { type: 'object' } }),
    define('sleep', false, { seconds }, ['seconds']),
    define('hold_lock', false, { seconds }, ['seconds']),
    define('missing', false, {}, []),
  ],
  views: [
    {
      name: 'notes',
      summary: both('Notes', '便签'),
      key: ['id'],
      columns: {
        id: both('Number'),
        shelf: both('Shelf'),
        text: both('Text'),
        amount_minor: both('Amount'),
        at: both('When'),
      },
      module: null,
    },
    {
      name: 'shelves',
      summary: both('Notes by shelf'),
      key: ['shelf', 'at', 'id'],
      columns: { shelf: both('Shelf'), text: both('Text') },
      module: null,
    },
    {
      name: 'kinds',
      summary: both('One row of every kind of value'),
      key: ['id'],
      columns: Object.fromEntries(
        ['exact', 'big', 'yes', 'ratio', 'odd', 'at', 'day', 'doc', 'bigs', 'span', 'nothing', 'texts'].map((name) => [
          name,
          both(name),
        ]),
      ),
      module: null,
    },
  ],
  errors: {
    ICX03: { status: 409, title: both('The key was used for another body', '该键已用于其他请求体') },
    ICX04: { status: 409, title: both('Out of stock', '库存不足') },
  },
};
