'use client';

import { Check, ChevronDown } from 'lucide-react';
import { Select as Radix } from 'radix-ui';
import { useTranslations } from 'next-intl';
import { useNonce } from '../_shell/providers.tsx';
import { cx } from './cx.ts';
import { useField } from './field.tsx';

export interface Option {
  readonly value: string;
  readonly label: string;
  /** Quieter, at the right end. */
  readonly hint?: string;
  readonly disabledReason?: string | undefined;
}

export interface SelectProps {
  readonly options: readonly Option[];
  readonly value?: string;
  readonly defaultValue?: string;
  readonly onValueChange?: (value: string) => void;
  readonly name?: string;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  /** Only outside of a Field. */
  readonly label?: string;
  readonly className?: string;
}

/** One of a list too long for radio buttons and short enough to read. */
export function Select({ options, placeholder, label, className, ...state }: SelectProps) {
  const t = useTranslations('ui');
  const field = useField();
  const nonce = useNonce();
  return (
    <Radix.Root {...state}>
      <Radix.Trigger
        {...(field.id !== undefined && { id: field.id })}
        {...field.aria}
        {...(label !== undefined && { 'aria-label': label })}
        className={cx('input justify-between gap-2 text-left data-[placeholder]:text-ink-3', className)}
        {...(field.invalid && { 'data-invalid': true })}
      >
        <span className="truncate">
          <Radix.Value placeholder={placeholder ?? t('choose')} />
        </span>
        <Radix.Icon>
          <ChevronDown className="text-ink-3" />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          className="pop max-h-[min(320px,var(--radix-select-content-available-height))] min-w-[var(--radix-select-trigger-width)] overflow-y-auto"
        >
          <Radix.Viewport {...(nonce !== undefined && { nonce })}>
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                disabled={option.disabledReason !== undefined}
                className="pop-item"
              >
                <span className="grid size-3.5 place-items-center">
                  <Radix.ItemIndicator>
                    <Check />
                  </Radix.ItemIndicator>
                </span>
                <Radix.ItemText>{option.label}</Radix.ItemText>
                <span className="ml-auto pl-4 text-12 text-ink-3">{option.disabledReason ?? option.hint}</span>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
