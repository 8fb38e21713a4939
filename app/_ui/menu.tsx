'use client';

import { Ellipsis } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { AppLink } from './app-link.tsx';
import { Button } from './button.tsx';
import { cx } from './cx.ts';

export interface MenuItem {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly href?: string;
  readonly onSelect?: () => void;
  readonly danger?: boolean;
  /** Why it cannot be chosen; stands below its words. */
  readonly disabledReason?: string | undefined;
}

export interface MenuProps {
  /** `null` draws a line. */
  readonly items: readonly (MenuItem | null)[];
  /** Default: a button with ⋯. */
  readonly trigger?: ReactNode;
  /** Name of the default button. */
  readonly label?: string;
  readonly size?: 'sm' | 'md';
}

function Item({ item }: { readonly item: MenuItem }) {
  const off = item.disabledReason !== undefined;
  const words = (
    <>
      {item.icon !== undefined && <span className="text-ink-3">{item.icon}</span>}
      <span className="min-w-0">
        {item.label}
        {off && <span className="block max-w-56 text-12 whitespace-normal">{item.disabledReason}</span>}
      </span>
    </>
  );
  const look = cx('pop-item h-auto min-h-8 py-1', item.danger && !off && 'text-bad');
  if (item.href !== undefined && !off) {
    return (
      <DropdownMenu.Item asChild className={look}>
        <AppLink href={item.href}>{words}</AppLink>
      </DropdownMenu.Item>
    );
  }
  return (
    <DropdownMenu.Item className={look} disabled={off} {...(item.onSelect && { onSelect: item.onSelect })}>
      {words}
    </DropdownMenu.Item>
  );
}

/** Actions that are not worth a button each. */
export function Menu({ items, trigger, label, size = 'md' }: MenuProps) {
  const t = useTranslations('ui');
  const name = label ?? t('more');
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        {trigger ?? (
          <Button iconOnly size={size} aria-label={name} title={name}>
            <Ellipsis />
          </Button>
        )}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} collisionPadding={8} className="pop min-w-44">
          {items.map((item, index) =>
            item === null ? (
              <DropdownMenu.Separator key={`line ${index}`} className="-mx-1 my-1 h-px bg-line" />
            ) : (
              <Item key={item.label} item={item} />
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
