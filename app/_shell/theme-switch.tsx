'use client';

import { SunMoon } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { Button } from '../_ui/button.tsx';
import { setCookie } from './set-cookie.ts';
import { parseTheme, THEME_COOKIE, THEMES, type Theme } from './theme.ts';

const DARK = '(prefers-color-scheme: dark)';

export function applyTheme(theme: Theme): void {
  setCookie(THEME_COOKIE, theme);
  document.documentElement.dataset['theme'] =
    theme === 'system' ? (matchMedia(DARK).matches ? 'dark' : 'light') : theme;
}

const WORD = { light: 'themeLight', dark: 'themeDark', system: 'themeSystem' } as const satisfies Record<Theme, string>;

/** Light, dark, or like the system, which is followed while the page is open. */
export function ThemeSwitch({ initial }: { readonly initial: Theme }) {
  const t = useTranslations('shell');
  const [theme, setTheme] = useState(initial);
  useEffect(() => {
    if (theme !== 'system') return undefined;
    const media = matchMedia(DARK);
    const follow = (): void => applyTheme('system');
    media.addEventListener('change', follow);
    return () => media.removeEventListener('change', follow);
  }, [theme]);
  const choose = (value: string): void => {
    const next = parseTheme(value);
    setTheme(next);
    applyTheme(next);
  };
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button kind="ghost" size="sm" iconOnly aria-label={t('theme')} title={t('theme')}>
          <SunMoon className="size-[15px]" />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} className="pop min-w-40">
          <DropdownMenu.RadioGroup value={theme} onValueChange={choose}>
            {THEMES.map((value) => (
              <DropdownMenu.RadioItem key={value} value={value} className="pop-item">
                <span className="grid size-3.5 place-items-center">
                  <DropdownMenu.ItemIndicator className="dot bg-ink" />
                </span>
                {t(WORD[value])}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
