import { useLocale, useTranslations } from 'next-intl';

/** `{ code, …facts }`: why something waits, failed or is degraded. Empty when there is nothing to say. */
export type Facts = Readonly<Record<string, unknown>>;

type Translate = ((key: string, values?: Record<string, string | number>) => string) & { has(key: string): boolean };

/** Words for such facts; a code without words (an older row) is shown as it is, with its message. */
export function useReason(): (facts: Facts) => string | null {
  const t = useTranslations('reasons') as unknown as Translate;
  const locale = useLocale();
  return (facts) => {
    const code = facts['code'];
    if (typeof code !== 'string') return null;
    const message = facts['message'];
    if (!t.has(code)) return typeof message === 'string' ? `${code}: ${message}` : code;
    return t(code, wordable(facts, locale));
  };
}

/** Facts as the words can take them: lists joined, both-language texts chosen, the rest left out. */
function wordable(facts: Facts, locale: 'en' | 'zh'): Record<string, string | number> {
  const out: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(facts)) {
    if (typeof value === 'string' || typeof value === 'number') out[key] = value;
    else if (Array.isArray(value)) out[key] = value.map(String).join(locale === 'zh' ? '、' : ', ');
    else if (typeof value === 'object' && value !== null && locale in value)
      out[key] = String((value as Record<string, unknown>)[locale]);
  }
  return out;
}
