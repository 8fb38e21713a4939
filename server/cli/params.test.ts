import { expect, test } from 'vitest';
import { UsageError } from './errors.ts';
import { readParams } from './params.ts';

const SCHEMA = {
  properties: {
    skus: { type: 'integer', default: 500 },
    share: { type: 'number' },
    demo: { type: 'boolean', default: true },
    regions: { type: 'array' },
    title: { type: 'string' },
  },
};

test('takes the defaults of the schema where nothing is given', () => {
  expect(readParams([], SCHEMA)).toEqual({ skus: 500, demo: true });
});

test('reads each value as its schema types it', () => {
  expect(readParams(['skus=20', 'share=0.5', 'demo=false', 'regions=a,b', 'title=a=b'], SCHEMA)).toEqual({
    skus: 20,
    share: 0.5,
    demo: false,
    regions: ['a', 'b'],
    title: 'a=b',
  });
});

test('leaves what is no number as it is, for the portal to refuse', () => {
  expect(readParams(['skus=many'], SCHEMA)).toMatchObject({ skus: 'many' });
});

test.each(['colour=red', 'skus'])('does not understand %s', (pair) => {
  expect(() => readParams([pair], SCHEMA)).toThrow(UsageError);
});
