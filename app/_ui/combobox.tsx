'use client';

import { Command } from 'cmdk';
import { Check, ChevronsUpDown, Search } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { cx } from './cx.ts';
import { useField } from './field.tsx';
import type { Option } from './select.tsx';

export interface ComboboxProps {
  readonly options: readonly Option[];
  readonly value: string | null;
  readonly onValueChange: (value: string) => void;
  readonly placeholder?: string;
  /** Sent with a form. */
  readonly name?: string;
  /** Only outside of a Field. */
  readonly label?: string;
}

/** One of many: type to narrow. */
export function Combobox({ options, value, onValueChange, placeholder, name, label }: ComboboxProps) {
  const t = useTranslations('ui');
  const field = useField();
  const [open, setOpen] = useState(false);
  const chosen = options.find((option) => option.value === value);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        {...(field.id !== undefined && { id: field.id })}
        {...field.aria}
        {...(label !== undefined && { 'aria-label': label })}
        className={cx('input justify-between text-left', !chosen && 'text-ink-3')}
        {...(field.invalid && { 'data-invalid': true })}
      >
        <span className="truncate">{chosen?.label ?? placeholder ?? t('choose')}</span>
        <ChevronsUpDown className="text-ink-3" />
      </Popover.Trigger>
      {name !== undefined && <input type="hidden" name={name} value={value ?? ''} />}
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          aria-label={label ?? placeholder ?? t('choose')}
          className="pop w-[max(var(--radix-popover-trigger-width),240px)] p-0"
        >
          <Command label={label ?? t('search')}>
            <div className="flex h-9 items-center gap-2 border-b border-line px-3 text-ink-3">
              <Search />
              <Command.Input
                placeholder={t('search')}
                className="w-full bg-transparent text-13 text-ink outline-none"
              />
            </div>
            <Command.List className="max-h-64 overflow-y-auto p-1">
              <Command.Empty className="px-2 py-4 text-center text-12 text-ink-3">{t('noChoice')}</Command.Empty>
              {options.map((option) => (
                <Command.Item
                  key={option.value}
                  value={option.value}
                  keywords={[option.label]}
                  disabled={option.disabledReason !== undefined}
                  onSelect={() => {
                    onValueChange(option.value);
                    setOpen(false);
                  }}
                  className="pop-item"
                >
                  <span className="grid size-3.5 place-items-center">{option.value === value && <Check />}</span>
                  <span className="truncate">{option.label}</span>
                  <span className="ml-auto pl-3 text-12 text-ink-3">{option.disabledReason ?? option.hint}</span>
                </Command.Item>
              ))}
            </Command.List>
          </Command>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
