import type { Locale, LocalText } from '@/server/domain/text.ts';

/** The reader's language of a text that comes as data. */
export const textIn = (text: LocalText, locale: Locale): string => text[locale];
