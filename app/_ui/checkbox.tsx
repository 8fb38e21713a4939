'use client';

import { Check } from 'lucide-react';
import { Checkbox as Radix } from 'radix-ui';
import { useId, type ReactNode } from 'react';
import { cx } from './cx.ts';

export interface CheckboxProps {
  readonly checked?: boolean;
  readonly defaultChecked?: boolean;
  readonly onCheckedChange?: (checked: boolean) => void;
  readonly label: ReactNode;
  /** The label is for screen readers only (a row's mark). */
  readonly labelHidden?: boolean;
  readonly name?: string;
  readonly value?: string;
  /** Why it cannot be chosen; shown below the label. */
  readonly disabledReason?: string | undefined;
}

/** A box with its words; both are the target. */
export function Checkbox({ label, labelHidden = false, disabledReason, onCheckedChange, ...rest }: CheckboxProps) {
  const id = useId();
  return (
    <div className="flex min-h-8 items-center gap-2.5">
      <Radix.Root
        id={id}
        className="check"
        disabled={disabledReason !== undefined}
        {...(onCheckedChange && { onCheckedChange: (on) => onCheckedChange(on === true) })}
        {...rest}
      >
        <Radix.Indicator>
          <Check className="size-[11px] stroke-[2.5]" />
        </Radix.Indicator>
      </Radix.Root>
      <label
        htmlFor={id}
        className={cx('min-w-0 flex-1', labelHidden && 'sr-only', disabledReason !== undefined && 'text-ink-3')}
      >
        {label}
        {disabledReason !== undefined && <span className="block text-12 text-ink-3">{disabledReason}</span>}
      </label>
    </div>
  );
}

export interface CheckRow {
  readonly value: string;
  readonly label: string;
  /** Schema name or module code, in mono. */
  readonly code?: string;
  readonly description?: ReactNode;
  /** Right end: price, "in plan M". */
  readonly figure?: ReactNode;
  readonly disabledReason?: string | undefined;
}

export interface CheckRowsProps {
  readonly label: string;
  readonly rows: readonly CheckRow[];
  readonly values: readonly string[];
  readonly onValuesChange: (values: readonly string[]) => void;
  readonly name?: string;
}

/** Several of many, each in a 36 px row: modules, scopes. What cannot be chosen stays visible with its reason. */
export function CheckRows({ label, rows, values, onValuesChange, name }: CheckRowsProps) {
  const id = useId();
  return (
    <fieldset
      aria-label={label}
      className="min-w-0 divide-y divide-line overflow-hidden rounded-md border border-line-2 bg-surface"
    >
      {rows.map((row) => {
        const off = row.disabledReason !== undefined;
        const change = (on: boolean): void =>
          onValuesChange(on ? [...values, row.value] : values.filter((value) => value !== row.value));
        return (
          <div key={row.value} className="flex min-h-9 items-center gap-3 px-3 py-1">
            <Radix.Root
              id={`${id}${row.value}`}
              className="check"
              checked={values.includes(row.value)}
              disabled={off}
              onCheckedChange={(on) => change(on === true)}
              value={row.value}
              {...(name !== undefined && { name })}
            >
              <Radix.Indicator>
                <Check className="size-[11px] stroke-[2.5]" />
              </Radix.Indicator>
            </Radix.Root>
            <label
              htmlFor={`${id}${row.value}`}
              className={cx('flex min-w-0 flex-1 flex-wrap items-center gap-x-3', off && 'text-ink-3')}
            >
              <span className="font-medium max-sm:flex-1 sm:w-36 sm:shrink-0">{row.label}</span>
              {row.code !== undefined && (
                <span className="id hidden w-32 shrink-0 truncate text-ink-3 2xl:block">{row.code}</span>
              )}
              <span
                className={cx('min-w-0 max-sm:order-1 max-sm:basis-full sm:flex-1', off ? 'text-ink-3' : 'text-ink-2')}
              >
                {row.disabledReason ?? row.description}
              </span>
              {row.figure !== undefined && (
                <span className={cx('num text-right whitespace-nowrap', off && 'text-ink-3')}>{row.figure}</span>
              )}
            </label>
          </div>
        );
      })}
    </fieldset>
  );
}
