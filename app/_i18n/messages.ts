import type { Locale } from '../../server/domain/text.ts';
import { AREAS, type Messages } from './areas.ts';

type Area = keyof Messages;

/** All words of one language, by area. Modules are cached, so every request after the first costs nothing. */
export async function loadMessages(locale: Locale): Promise<Messages> {
  const entries = AREAS.map(async (area): Promise<[Area, unknown]> => {
    const file = (await import(`./messages/${locale}/${area}.json`)) as { default: unknown };
    return [area, file.default];
  });
  return Object.fromEntries(await Promise.all(entries)) as unknown as Messages;
}
