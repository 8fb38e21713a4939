import './globals.css';

import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import { NextIntlClientProvider } from 'next-intl';
import { getLocale, getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import { HTML_LANG } from './_i18n/locale.ts';
import { Providers } from './_shell/providers.tsx';
import { THEME_SCRIPT } from './_shell/theme.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('common');
  return { title: { default: t('productName'), template: `%s · ${t('productName')}` } };
}

export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' };

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const [locale, head] = await Promise.all([getLocale(), headers()]);
  const nonce = head.get('x-nonce') ?? undefined;
  return (
    // The script below sets data-theme before React sees the element.
    <html lang={HTML_LANG[locale]} suppressHydrationWarning>
      <head>
        {/* Browsers hide a nonce once it is read, so the attribute never matches at hydration. */}
        <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: THEME_SCRIPT }} />
      </head>
      <body className="min-h-screen">
        <NextIntlClientProvider>
          <Providers nonce={nonce}>{children}</Providers>
        </NextIntlClientProvider>
      </body>
    </html>
  );
}
