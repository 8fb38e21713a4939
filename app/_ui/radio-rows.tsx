'use client';

import { RadioGroup } from 'radix-ui';
import { useId, type ReactNode } from 'react';
import { cx } from './cx.ts';

export interface RadioRow {
  readonly value: string;
  readonly label: string;
  readonly description?: ReactNode;
  /** Right end, each its own element: "× 1.6", "about 2 s". */
  readonly figures?: ReactNode;
  readonly disabledReason?: string | undefined;
}

export interface RadioRowsProps {
  readonly label: string;
  readonly rows: readonly RadioRow[];
  readonly value: string;
  readonly onValueChange: (value: string) => void;
  readonly name?: string;
}

/** One of a few, each in a 44 px row with what it means and costs. */
export function RadioRows({ label, rows, value, onValueChange, name }: RadioRowsProps) {
  const id = useId();
  return (
    <RadioGroup.Root
      aria-label={label}
      value={value}
      onValueChange={onValueChange}
      className="divide-y divide-line overflow-hidden rounded-md border border-line-2 bg-surface"
      {...(name !== undefined && { name })}
    >
      {rows.map((row) => {
        const off = row.disabledReason !== undefined;
        return (
          <div
            key={row.value}
            className={cx('flex min-h-11 items-center gap-3 px-3 py-1.5', row.value === value && 'bg-hover')}
          >
            <RadioGroup.Item id={`${id}${row.value}`} value={row.value} disabled={off} className="radio" />
            <label
              htmlFor={`${id}${row.value}`}
              className={cx('flex min-w-0 flex-1 flex-wrap items-center gap-x-3', off && 'text-ink-3')}
            >
              <span className="min-w-16 font-medium max-sm:flex-1 sm:shrink-0">{row.label}</span>
              <span
                className={cx('min-w-0 max-sm:order-1 max-sm:basis-full sm:flex-1', off ? 'text-ink-3' : 'text-ink-2')}
              >
                {row.disabledReason ?? row.description}
              </span>
              {row.figures !== undefined && (
                <span className="num flex shrink-0 items-center gap-4 text-ink-2">{row.figures}</span>
              )}
            </label>
          </div>
        );
      })}
    </RadioGroup.Root>
  );
}

export interface SegmentedOption {
  readonly value: string;
  readonly label: string;
}

export interface SegmentedProps {
  readonly label: string;
  readonly options: readonly SegmentedOption[];
  readonly value: string;
  readonly onValueChange: (value: string) => void;
  readonly name?: string;
}

/** One of two to five short words side by side. */
export function Segmented({ label, options, value, onValueChange, name }: SegmentedProps) {
  return (
    <RadioGroup.Root
      aria-label={label}
      value={value}
      onValueChange={onValueChange}
      orientation="horizontal"
      className="grid auto-cols-fr grid-flow-col rounded-md border border-line-2 p-0.5 text-12"
      {...(name !== undefined && { name })}
    >
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          className="num grid h-6 place-items-center rounded-sm px-2 whitespace-nowrap text-ink-2 hover:text-ink data-[state=checked]:bg-hover data-[state=checked]:font-medium data-[state=checked]:text-ink"
        >
          {option.label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
