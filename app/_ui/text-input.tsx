'use client';

import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.ts';
import { useField } from './field.tsx';

export interface TextInputProps extends ComponentProps<'input'> {
  readonly before?: ReactNode;
  readonly after?: ReactNode;
  /** Of the box around the input. */
  readonly boxClassName?: string;
}

/** One line of text in a box; takes name, help, unit and error from the Field around it. */
export function TextInput({ before, after, boxClassName, className, disabled, ...rest }: TextInputProps) {
  const field = useField();
  return (
    <span
      className={cx('input', boxClassName)}
      {...(field.invalid && { 'data-invalid': true })}
      {...(disabled && { 'data-disabled': true })}
    >
      {before}
      <input
        {...(field.id !== undefined && { id: field.id })}
        {...field.aria}
        disabled={disabled}
        className={cx('h-full w-full min-w-0 bg-transparent outline-none', className)}
        {...rest}
      />
      {field.unit !== undefined && <span className="text-12 whitespace-nowrap text-ink-3">{field.unit}</span>}
      {after}
    </span>
  );
}

/** Several lines; grows with the text up to a limit. */
export function TextArea({ className, rows = 3, ...rest }: ComponentProps<'textarea'>) {
  const field = useField();
  return (
    <textarea
      {...(field.id !== undefined && { id: field.id })}
      {...field.aria}
      rows={rows}
      className={cx('input field-sizing-content h-auto max-h-60 min-h-16 py-1.5', className)}
      {...(field.invalid && { 'data-invalid': true })}
      {...rest}
    />
  );
}
