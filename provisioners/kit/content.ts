/** Reads the prose and the cover that lie beside an offering, as files that an editor of texts can open. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LocalText } from '../../server/domain/text.ts';

/** `content.en.md` and `content.zh.md` of a folder. */
export function readContent(folder: string): LocalText {
  const read = (locale: string): string => readFileSync(path.join(folder, `content.${locale}.md`), 'utf8').trim();
  return { en: read('en'), zh: read('zh') };
}

/** `cover.svg` of a folder. */
export function readCover(folder: string): string {
  return readFileSync(path.join(folder, 'cover.svg'), 'utf8').trim();
}
