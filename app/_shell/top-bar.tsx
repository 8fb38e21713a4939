'use client';

import { Menu, Search } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import type { Tone } from '../../server/domain/lifecycle.ts';
import type { Persona } from '../../server/domain/policy.ts';
import { AppLink } from '../_ui/app-link.tsx';
import { Button } from '../_ui/button.tsx';
import { cx } from '../_ui/cx.ts';
import { useModKey } from '../_ui/mod-key.tsx';
import { Drawer } from '../_ui/dialog.tsx';
import { TONE_DOT } from '../_ui/tone.ts';
import { useKey } from '../_ui/use-key.ts';
import { AccountMenu, type ShellUser } from './account-menu.tsx';
import { CommandMenu, type CommandSearch } from './command-menu.tsx';
import { CrumbTrail } from './crumbs.tsx';
import { KeyHelp } from './key-help.tsx';
import { LocaleSwitch } from './locale-switch.tsx';
import { Mark } from './mark.tsx';
import { NAV, NAV_ITEMS } from './nav.ts';
import { SideNav, type NavCounts } from './side-nav.tsx';
import { ThemeSwitch } from './theme-switch.tsx';
import type { Theme } from './theme.ts';
import { useGoKeys } from './use-go-keys.ts';

export interface TargetHealth {
  readonly healthy: number;
  readonly total: number;
}

export interface TopBarProps {
  readonly persona: Persona;
  readonly user: ShellUser;
  readonly org: { readonly name: string };
  readonly counts: NavCounts;
  readonly theme: Theme;
  readonly health?: TargetHealth;
  readonly search?: CommandSearch;
  readonly signOut: () => Promise<void>;
  readonly signOutEverywhere: () => Promise<void>;
}

function healthTone({ healthy, total }: TargetHealth): Tone {
  if (total === 0) return 'off';
  return healthy === total ? 'ok' : healthy === 0 ? 'bad' : 'wait';
}

/** How the targets are, in words. */
function Health({ health }: { readonly health: TargetHealth }) {
  const t = useTranslations('shell.health');
  const { healthy, total } = health;
  const words =
    total === 0
      ? t('none')
      : healthy === total
        ? t('healthy', { count: total })
        : healthy === 0
          ? t('down', { count: total })
          : t('mixed', { healthy, total });
  return (
    <output className="mx-2 hidden items-center gap-1.5 text-12 whitespace-nowrap text-ink-2 lg:inline-flex">
      <i className={cx('dot', TONE_DOT[healthTone(health)])} />
      {words}
    </output>
  );
}

function useCommandKey(toggle: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      toggle();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [toggle]);
}

/** 48 px: where one is, what one may look for, how the targets are, who one is. */
export function TopBar({ persona, user, org, counts, theme, health, search, signOut, signOutEverywhere }: TopBarProps) {
  const t = useTranslations('shell');
  const tCommon = useTranslations('common');
  const mod = useModKey();
  const [open, setOpen] = useState<'nav' | 'command' | 'keys' | null>(null);
  const [toggleCommand] = useState(() => () => setOpen((now) => (now === 'command' ? null : 'command')));
  useCommandKey(toggleCommand);
  useGoKeys(persona);
  useKey(['?'], () => setOpen('keys'));
  const set = (which: 'nav' | 'command' | 'keys') => (next: boolean) => setOpen(next ? which : null);
  const accountEntries = [
    { id: 'account keys', label: t('help'), hint: '?', run: () => setOpen('keys') },
    { id: 'account out', label: t('signOut'), run: () => void signOut() },
    { id: 'account everywhere', label: t('signOutEverywhere'), run: () => void signOutEverywhere() },
  ];
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-2 border-b border-line bg-surface px-3 lg:px-4">
      <Drawer
        side="left"
        title={org.name}
        open={open === 'nav'}
        onOpenChange={set('nav')}
        trigger={
          <Button kind="ghost" iconOnly className="lg:hidden" aria-label={t('openNav')}>
            <Menu className="size-4" />
          </Button>
        }
        footer={<LocaleSwitch />}
      >
        <SideNav persona={persona} counts={counts} onNavigate={() => setOpen(null)} />
      </Drawer>
      <AppLink
        href={NAV_ITEMS[NAV[persona][0].items[0]].href}
        aria-label={tCommon('productName')}
        className="flex shrink-0 items-center gap-2 font-semibold tracking-tight whitespace-nowrap"
      >
        <Mark />
        <span className="hidden lg:inline">{tCommon('productName')}</span>
      </AppLink>
      <span aria-hidden className="hidden text-line-2 lg:inline">
        /
      </span>
      <span className="hidden max-w-48 truncate font-medium lg:inline">{org.name}</span>
      <CrumbTrail persona={persona} />
      <div className="ml-auto flex shrink-0 items-center gap-1">
        <button
          type="button"
          onClick={() => setOpen('command')}
          className="hidden h-7 w-52 items-center gap-2 rounded-md border border-line-2 bg-bg px-2 text-12 text-ink-3 hover:bg-hover xl:flex"
        >
          <Search />
          {t('findOrDo')}
          <kbd className="kbd ml-auto">{mod === '⌘' ? '⌘K' : 'Ctrl K'}</kbd>
        </button>
        <Button
          kind="ghost"
          size="sm"
          iconOnly
          className="xl:hidden"
          aria-label={t('findOrDo')}
          title={`${t('findOrDo')} (${mod} K)`}
          onClick={() => setOpen('command')}
        >
          <Search className="size-[15px]" />
        </Button>
        {health !== undefined && <Health health={health} />}
        <LocaleSwitch className="hidden lg:inline-flex" />
        <ThemeSwitch initial={theme} />
        <AccountMenu
          user={user}
          onHelp={() => setOpen('keys')}
          signOut={signOut}
          signOutEverywhere={signOutEverywhere}
        />
      </div>
      <CommandMenu
        persona={persona}
        open={open === 'command'}
        onOpenChange={set('command')}
        accountEntries={accountEntries}
        {...(search && { search })}
      />
      <KeyHelp persona={persona} open={open === 'keys'} onOpenChange={set('keys')} />
    </header>
  );
}
