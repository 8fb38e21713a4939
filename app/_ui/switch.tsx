'use client';

import { Switch as Radix } from 'radix-ui';
import { useId } from 'react';

export interface SwitchProps {
  readonly checked: boolean;
  readonly onCheckedChange: (checked: boolean) => void;
  readonly label: string;
  readonly disabled?: boolean;
}

/** Only where it acts at once; a choice that a button sends later is a checkbox. */
export function Switch({ checked, onCheckedChange, label, disabled = false }: SwitchProps) {
  const id = useId();
  return (
    <span className="inline-flex min-h-8 items-center gap-2.5">
      <Radix.Root
        id={id}
        checked={checked}
        onCheckedChange={onCheckedChange}
        disabled={disabled}
        className="h-[18px] w-8 shrink-0 rounded-full border border-control bg-surface p-px transition-colors duration-100 focus-visible:rounded-full data-[state=checked]:border-primary data-[state=checked]:bg-primary"
      >
        <Radix.Thumb className="block size-3.5 rounded-full bg-control transition-transform duration-100 data-[state=checked]:translate-x-3.5 data-[state=checked]:bg-on-primary" />
      </Radix.Root>
      <label htmlFor={id}>{label}</label>
    </span>
  );
}
