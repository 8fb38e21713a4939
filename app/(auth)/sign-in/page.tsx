import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { getTranslations } from 'next-intl/server';
import { LocaleSwitch } from '../../_shell/locale-switch.tsx';
import { Mark } from '../../_shell/mark.tsx';
import { ThemeSwitch } from '../../_shell/theme-switch.tsx';
import { parseTheme, THEME_COOKIE } from '../../_shell/theme.ts';
import { Callout } from '../../_ui/callout.tsx';
import { parseReason, parseReturnTo } from '../sign-in-state.ts';
import { SignInForm } from './sign-in-form.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('auth'))('title') };
}

export default async function SignInPage({ searchParams }: PageProps<'/sign-in'>) {
  const [query, t, tCommon, jar] = await Promise.all([
    searchParams,
    getTranslations('auth'),
    getTranslations('common'),
    cookies(),
  ]);
  const reason = parseReason(query['reason']);
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex h-12 items-center gap-2 border-b border-line bg-surface px-4 lg:px-6">
        <Mark />
        <span className="font-semibold tracking-tight">{tCommon('productName')}</span>
        <div className="ml-auto flex items-center gap-1">
          <LocaleSwitch />
          <ThemeSwitch initial={parseTheme(jar.get(THEME_COOKIE)?.value)} />
        </div>
      </header>
      <main className="w-full max-w-[400px] flex-1 bg-surface px-4 pt-[10vh] pb-8 sm:border-r sm:border-line lg:box-content lg:px-6">
        <h1 className="text-20">{t('title')}</h1>
        <p className="mt-1 text-ink-2">{t('lead')}</p>
        <div className="mt-6 grid gap-4">
          {reason !== null && <Callout tone={reason === 'revoked' ? 'wait' : 'info'}>{t(`reason.${reason}`)}</Callout>}
          <SignInForm returnTo={parseReturnTo(query['returnTo'])} />
          <p className="border-t border-line pt-4 text-12 text-ink-3">{t('firstStart')}</p>
        </div>
      </main>
    </div>
  );
}
