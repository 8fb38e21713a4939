/**
 * The frame around every signed-in page: top bar, navigation, content. Data comes in as props from the layout of a route group;
 * nothing here reads a session or calls the API.
 */
import { cookies } from 'next/headers';
import { getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import { BrowserZone } from './browser-zone.tsx';
import { SideNav } from './side-nav.tsx';
import { parseTheme, THEME_COOKIE } from './theme.ts';
import { TopBar, type TopBarProps } from './top-bar.tsx';

export interface AppShellProps extends Omit<TopBarProps, 'theme' | 'counts'> {
  /** How many things wait behind a page, by its key in nav.ts; zero and absent show nothing. */
  readonly counts?: TopBarProps['counts'];
  readonly version?: string;
  readonly children: ReactNode;
}

export async function AppShell({ children, version, counts = {}, ...bar }: AppShellProps) {
  const [t, jar] = await Promise.all([getTranslations('shell'), cookies()]);
  return (
    <>
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-surface focus:px-3 focus:py-1.5 focus:shadow-pop"
      >
        {t('skip')}
      </a>
      <BrowserZone />
      <TopBar {...bar} counts={counts} theme={parseTheme(jar.get(THEME_COOKIE)?.value)} />
      <div className="flex">
        <div className="sticky top-12 hidden h-[calc(100dvh-48px)] w-[216px] shrink-0 flex-col overflow-y-auto border-r border-line bg-bg p-3 lg:flex">
          <SideNav persona={bar.persona} counts={counts} />
          {version !== undefined && (
            <footer className="mt-auto px-2 pt-4 text-12 text-ink-3">{t('version', { version })}</footer>
          )}
        </div>
        <main id="main" tabIndex={-1} className="min-h-[calc(100dvh-48px)] min-w-0 flex-1 outline-none">
          {children}
        </main>
      </div>
    </>
  );
}
