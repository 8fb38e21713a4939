import { expect, test } from 'vitest';
import { chooseLocale, chooseTimeZone } from './locale.ts';

test.each([
  ['zh', 'en', 'zh'],
  ['fr', 'zh-CN,zh;q=0.9', 'zh'],
  [undefined, 'en-GB,zh;q=0.8', 'en'],
  [undefined, 'fr;q=0.9, zh-Hans-CN;q=0.7, en;q=0.3', 'zh'],
  [undefined, 'zh;q=0, en', 'en'],
  [undefined, 'de', 'en'],
  [undefined, null, 'en'],
  ['../../etc', '', 'en'],
])('cookie %s, header %s → %s', (cookie, header, locale) => expect(chooseLocale(cookie, header)).toBe(locale));

test('zones', () => {
  expect(chooseTimeZone('Asia/Shanghai')).toBe('Asia/Shanghai');
  expect(chooseTimeZone('Mars/Olympus')).toBe('UTC');
  expect(chooseTimeZone(undefined)).toBe('UTC');
});
