import { expect, test } from 'vitest';
import { createAliasBook } from './aliases.ts';

const spec = { name: '', type: '', stack: '', project: '', parent: '', noParent: false };

test('a child was also below each former place of its parent', () => {
  const book = createAliasBook({ project: 'p', stack: 's' });
  const parent = 'urn:pulumi:s::p::x:y:New::new';
  expect(
    book.record(parent, {
      type: 'x:y:New',
      name: 'new',
      parent: '',
      aliases: [{ ...spec, name: 'old', type: 'x:y:Old' }],
    }),
  ).toEqual(['urn:pulumi:s::p::x:y:Old::old']);
  const child = 'urn:pulumi:s::p::x:y:New$a:b:C::c';
  expect(book.record(child, { type: 'a:b:C', name: 'c', parent, aliases: [{ ...spec, name: 'b' }] })).toEqual([
    'urn:pulumi:s::p::x:y:New$a:b:C::b',
    'urn:pulumi:s::p::x:y:Old$a:b:C::b',
    'urn:pulumi:s::p::x:y:Old$a:b:C::c',
  ]);
});

test('a resource may have had no parent, or a whole other URN', () => {
  const book = createAliasBook({ project: 'p', stack: 's' });
  const parent = 'urn:pulumi:s::p::x:y:P::p';
  const urn = 'urn:pulumi:s::p::x:y:P$a:b:C::c';
  const aliases = [{ ...spec, noParent: true }, 'urn:pulumi:other::p::a:b:C::c'];
  expect(book.record(urn, { type: 'a:b:C', name: 'c', parent, aliases })).toEqual([
    'urn:pulumi:s::p::a:b:C::c',
    'urn:pulumi:other::p::a:b:C::c',
  ]);
});
