import { expect, test } from 'vitest';
import { Residency, residencyFault, residencyOf, satisfies, territoriesOf, territoriesWords } from './residency.ts';

test.each([
  ['cn-east', ['CN']],
  ['eu-west', ['EU']],
  ['de-frankfurt', ['EU']],
  ['uk-south', ['UK']],
  ['local', []],
  ['local-1', []],
  ['xx-1', []],
])('region %s lies in %j', (code, territories) => {
  expect(territoriesOf(code)).toEqual(territories);
});

test('any is met everywhere, a territory only inside it', () => {
  expect(satisfies('any', [])).toBe(true);
  expect(satisfies('EU', territoriesOf('fr-paris'))).toBe(true);
  expect(residencyFault('EU', territoriesOf('cn-east'))).toEqual({
    code: 'residency_unmet',
    residency: 'EU',
    territories: ['CN'],
  });
  expect(residencyFault('CN', [])).toMatchObject({ territories: [] });
  expect(residencyFault('CN', ['CN'])).toBeNull();
});

test('it is of private and hybrid tenants, and none was asked before there was a choice', () => {
  expect(residencyOf('public', { residency: 'CN' })).toBe('any');
  expect(residencyOf('private', { residency: 'CN', other: 1 })).toBe('CN');
  expect(residencyOf('hybrid', {})).toBe('any');
  expect(residencyOf('hybrid', { residency: 'nowhere' })).toBe('any');
  expect(residencyOf('hybrid', null)).toBe('any');
});

test('every choice has words in both languages', () => {
  for (const code of Residency.options) {
    const { en, zh } = territoriesWords([code]);
    expect(en).not.toBe(code);
    expect(zh).not.toBe(en);
  }
});
