import { expect, test } from 'vitest';
import { chooseLocale } from './language.ts';

test.each([
  [null, undefined, 'en'],
  [null, '', 'en'],
  [null, 'zh', 'zh'],
  [null, 'zh-Hans-CN', 'zh'],
  [null, 'fr, de;q=0.9', 'en'],
  [null, 'en;q=0.5, zh;q=0.8', 'zh'],
  [null, 'zh;q=0, en', 'en'],
  [null, 'zh;q=nonsense', 'zh'],
  [null, ';;;,,,', 'en'],
  ['zh', 'en', 'zh'],
  ['xx', 'zh', 'zh'],
] as const)('?lang=%s with %j → %s', (lang, header, locale) => {
  expect(chooseLocale(lang, header)).toBe(locale);
});
