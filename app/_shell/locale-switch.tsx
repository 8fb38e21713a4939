'use client';

import { Languages } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { useTransition } from 'react';
import { HTML_LANG, LOCALE_COOKIE } from '../_i18n/locale.ts';
import { Button } from '../_ui/button.tsx';
import { setCookie } from './set-cookie.ts';

/** Shows the other language in its own words; the page stays where it is. */
export function LocaleSwitch({ className }: { readonly className?: string }) {
  const t = useTranslations('shell');
  const router = useRouter();
  const other = useLocale() === 'zh' ? 'en' : 'zh';
  const [pending, startTransition] = useTransition();
  const change = (): void => {
    setCookie(LOCALE_COOKIE, other);
    startTransition(() => router.refresh());
  };
  return (
    <Button
      kind="ghost"
      size="sm"
      busy={pending}
      onClick={change}
      icon={<Languages />}
      lang={HTML_LANG[other]}
      {...(className !== undefined && { className })}
    >
      {t('switchLanguage')}
    </Button>
  );
}
