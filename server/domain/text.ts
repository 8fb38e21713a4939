/** A text in the two languages of the product. Markdown where the field's docs say so. */
import { z } from 'zod';

export const LOCALES = ['en', 'zh'] as const;
export type Locale = (typeof LOCALES)[number];
export const LocalText = z.strictObject({ en: z.string(), zh: z.string() });
export type LocalText = z.infer<typeof LocalText>;
