/** Both languages say the same things: same areas, same keys, same ICU arguments, nothing empty. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LOCALES } from '../../server/domain/text.ts';
import { AREAS } from './areas.ts';

const folder = (locale: string): URL => new URL(`./messages/${locale}/`, import.meta.url);

function flatten(value: unknown, path: string, into: Map<string, string>): Map<string, string> {
  if (typeof value === 'string') into.set(path, value);
  else
    for (const [key, inner] of Object.entries(value as object))
      flatten(inner, path === '' ? key : `${path}.${key}`, into);
  return into;
}

function readArea(locale: string, area: string): Map<string, string> {
  return flatten(JSON.parse(readFileSync(new URL(`${area}.json`, folder(locale)), 'utf8')), '', new Map());
}

/** Arguments `{name}`, `{count, plural, …}` and tags `<b>` of a message; a branch's own text is searched too, `#` is not an argument. */
function readArguments(message: string): string[] {
  const found = new Set<string>();
  for (const [, name] of message.matchAll(/\{\s*([a-zA-Z]\w*)\s*[,}]/g)) found.add(`{${name}}`);
  for (const [, name] of message.matchAll(/<([a-z]\w*)>/g)) found.add(`<${name}>`);
  return [...found].sort();
}

test('the list of areas is the list of files', () => {
  for (const locale of LOCALES) {
    const files = readdirSync(folder(locale)).map((name) => name.replace(/\.json$/, ''));
    expect(files.sort(), locale).toEqual([...AREAS].sort());
  }
});

describe.each(AREAS)('%s', (area) => {
  const [en, zh] = [readArea('en', area), readArea('zh', area)];
  test('same keys', () => expect([...zh.keys()].sort()).toEqual([...en.keys()].sort()));
  test('same arguments', () => {
    for (const [key, message] of en) expect(readArguments(zh.get(key) ?? ''), key).toEqual(readArguments(message));
  });
  test('nothing empty, no exclamation, full-width punctuation in Chinese', () => {
    for (const [key, message] of [...en, ...zh]) expect(message.trim(), key).not.toBe('');
    for (const [key, message] of en) expect(message, key).not.toMatch(/!|\bplease\b|successfully|\boops\b/i);
    for (const [key, message] of zh) expect(message, key).not.toMatch(/\p{Script=Han}[,;:?!](?!\d)/u);
  });
});
