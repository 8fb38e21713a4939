'use client';

import { useState, type KeyboardEvent } from 'react';
import { cx } from './cx.ts';
import { useField } from './field.tsx';
import { formatNumber } from './format.ts';
import { parseNumber, stepNumber } from './number-text.ts';

export interface NumberInputProps {
  readonly value: number | null;
  /** `null` while the box is empty or holds no number. Called on every key, so prices move while one types. */
  readonly onValueChange: (value: number | null) => void;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly maxDigits?: number;
  readonly name?: string;
  readonly disabled?: boolean;
  readonly placeholder?: string;
  /** Only outside of a Field. */
  readonly label?: string;
  readonly className?: string;
}

/** A figure: grouped while at rest, plain while typed; arrow keys step, with Shift by ten. Range errors are the Field's to say. */
export function NumberInput({
  value,
  onValueChange,
  min,
  max,
  step = 1,
  maxDigits = 6,
  name,
  disabled = false,
  placeholder,
  label,
  className,
}: NumberInputProps) {
  const field = useField();
  const [typed, setTyped] = useState<string | null>(null);
  const atRest = value === null ? '' : formatNumber(value, { maxDigits }).replace('\u2212', '-');
  const type = (text: string): void => {
    setTyped(text);
    onValueChange(parseNumber(text));
  };
  const press = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    const by = (event.key === 'ArrowUp' ? step : -step) * (event.shiftKey ? 10 : 1);
    setTyped(null);
    onValueChange(stepNumber(value ?? min ?? 0, by, min, max));
  };
  return (
    <span
      className={cx('input', className)}
      {...(field.invalid && { 'data-invalid': true })}
      {...(disabled && { 'data-disabled': true })}
    >
      <input
        {...(field.id !== undefined && { id: field.id })}
        {...field.aria}
        {...(label !== undefined && { 'aria-label': label })}
        inputMode={step % 1 === 0 ? 'numeric' : 'decimal'}
        autoComplete="off"
        disabled={disabled}
        placeholder={placeholder}
        value={typed ?? atRest}
        onChange={(event) => type(event.target.value)}
        onKeyDown={press}
        onBlur={() => setTyped(null)}
        className="num h-full w-full min-w-0 bg-transparent outline-none"
      />
      {name !== undefined && <input type="hidden" name={name} value={value ?? ''} />}
      {field.unit !== undefined && <span className="text-12 whitespace-nowrap text-ink-3">{field.unit}</span>}
    </span>
  );
}
