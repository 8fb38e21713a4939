/** Which language a caller wants: `?lang`, then Accept-Language by its weights, then English. */
import { LOCALES, type Locale } from '../domain/text.ts';

export function chooseLocale(lang: string | null, acceptLanguage: string | undefined): Locale {
  const asked = LOCALES.find((locale) => locale === lang);
  if (asked) return asked;
  const wanted = (acceptLanguage ?? '')
    .slice(0, 200)
    .split(',')
    .map((part, i) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const q = parameters
        .map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1])
        .find((value) => value !== undefined);
      return { language: tag.split('-')[0], weight: q === undefined ? 1 : Number(q), i };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.i - b.i);
  for (const { language } of wanted) {
    const known = LOCALES.find((locale) => locale === language);
    if (known) return known;
  }
  return 'en';
}
