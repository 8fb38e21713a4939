'use client';

import { Keyboard, LogOut, MonitorX } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useTranslations } from 'next-intl';
import { useTransition } from 'react';

export interface ShellUser {
  readonly name: string;
  readonly email: string;
  /** What the person is here, in words: "Customer administrator". */
  readonly role?: string;
}

export interface AccountMenuProps {
  readonly user: ShellUser;
  readonly onHelp: () => void;
  /** Server actions that end in a redirect to the sign-in page. */
  readonly signOut: () => Promise<void>;
  readonly signOutEverywhere: () => Promise<void>;
}

/** `Chen Yu` → CY; a Chinese name gives its last two characters. */
export function initialsOf(name: string): string {
  const trimmed = name.trim();
  if (/^\p{Script=Han}/u.test(trimmed)) return trimmed.slice(-2);
  const words = trimmed.split(/\s+/);
  return ((words[0]?.[0] ?? '') + (words.length > 1 ? (words.at(-1)?.[0] ?? '') : '')).toUpperCase();
}

export function AccountMenu({ user, onHelp, signOut, signOutEverywhere }: AccountMenuProps) {
  const t = useTranslations('shell');
  const [, startTransition] = useTransition();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        title={t('account', { name: user.name })}
        className="ml-1 grid size-7 shrink-0 place-items-center rounded-full bg-hover text-11 font-semibold hover:bg-line focus-visible:rounded-full"
      >
        {initialsOf(user.name)}
        <span className="sr-only">{t('account', { name: user.name })}</span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} className="pop min-w-56">
          <div className="px-2 py-1.5">
            <div className="truncate font-medium">{user.name}</div>
            <div className="truncate text-12 text-ink-3">{user.email}</div>
            {user.role !== undefined && <div className="mt-0.5 text-12 text-ink-2">{user.role}</div>}
          </div>
          <DropdownMenu.Separator className="-mx-1 my-1 h-px bg-line" />
          <DropdownMenu.Item className="pop-item" onSelect={onHelp}>
            <Keyboard className="text-ink-3" />
            {t('help')}
            <span className="kbd ml-auto">?</span>
          </DropdownMenu.Item>
          <DropdownMenu.Separator className="-mx-1 my-1 h-px bg-line" />
          <DropdownMenu.Item className="pop-item" onSelect={() => startTransition(signOut)}>
            <LogOut className="text-ink-3" />
            {t('signOut')}
          </DropdownMenu.Item>
          <DropdownMenu.Item className="pop-item" onSelect={() => startTransition(signOutEverywhere)}>
            <MonitorX className="text-ink-3" />
            {t('signOutEverywhere')}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
