import { expect, test } from 'vitest';
import { isDefaultProvider, joinReference, makeUrn, splitReference, urnName, urnType } from './urn.ts';

const at = { stack: 's', project: 'p' };

test('a URN holds the types of its parents, the stack aside', () => {
  const stack = makeUrn({ ...at, type: 'pulumi:pulumi:Stack', name: 'p-s', parent: '' });
  const component = makeUrn({ ...at, type: 'a:b:C', name: 'c', parent: stack });
  const child = makeUrn({ ...at, type: 'd:e:F', name: 'f::g', parent: component });
  expect(component).toBe('urn:pulumi:s::p::a:b:C::c');
  expect(child).toBe('urn:pulumi:s::p::a:b:C$d:e:F::f::g');
  expect(urnType(child)).toBe('d:e:F');
  expect(urnName(child)).toBe('f::g');
});

test('a provider reference is URN and id', () => {
  const urn = makeUrn({ ...at, type: 'pulumi:providers:x', name: 'default_1_0_0', parent: '' });
  expect(splitReference(joinReference(urn, 'id'))).toEqual({ urn, id: 'id' });
  expect(isDefaultProvider({ type: 'pulumi:providers:x', urn })).toBe(true);
  expect(isDefaultProvider({ type: 'pulumi:providers:x', urn: urn.replace('default_1_0_0', 'defaults') })).toBe(false);
});
