/** Which language and zone a request is answered in. Pure; cookies and headers come in as strings. */
import { LOCALES, type Locale } from '../../server/domain/text.ts';

export const LOCALE_COOKIE = 'locale';
export const ZONE_COOKIE = 'tz';
/** The value of `<html lang>`. */
export const HTML_LANG = { en: 'en', zh: 'zh-CN' } as const satisfies Record<Locale, string>;

function isLocale(value: string): value is Locale {
  return (LOCALES as readonly string[]).includes(value);
}

/** The cookie when it names a language we have, else the best of `Accept-Language`, else English. */
export function chooseLocale(cookie: string | undefined, acceptLanguage: string | null): Locale {
  if (cookie !== undefined && isLocale(cookie)) return cookie;
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';');
      const quality = parameters.map((p) => /^\s*q=([\d.]+)$/.exec(p)?.[1]).find(Boolean);
      return { language: tag.split('-')[0] ?? '', quality: quality === undefined ? 1 : Number(quality) };
    })
    .sort((a, b) => b.quality - a.quality);
  for (const { language, quality } of wanted) if (quality > 0 && isLocale(language)) return language;
  return 'en';
}

/** The browser's zone from its cookie when it is one that exists, else UTC. */
export function chooseTimeZone(cookie: string | undefined): string {
  if (cookie === undefined) return 'UTC';
  try {
    return new Intl.DateTimeFormat('en', { timeZone: cookie }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}
