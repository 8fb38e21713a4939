'use client';

import { useTranslations } from 'next-intl';
import { createContext, useContext, useId, type ReactNode } from 'react';

interface FieldParts {
  readonly inputId: string;
  readonly describedBy: string | undefined;
  readonly invalid: boolean;
  readonly unit: string | undefined;
}

const FieldContext = createContext<FieldParts | null>(null);

/** What a control needs from the field around it; undefined values outside of one. */
export function useField(): {
  readonly id: string | undefined;
  readonly unit: string | undefined;
  readonly aria: { 'aria-describedby'?: string; 'aria-invalid'?: true };
  readonly invalid: boolean;
} {
  const parts = useContext(FieldContext);
  return {
    id: parts?.inputId,
    unit: parts?.unit,
    invalid: parts?.invalid ?? false,
    aria: {
      ...(parts?.describedBy !== undefined && { 'aria-describedby': parts.describedBy }),
      ...(parts?.invalid && { 'aria-invalid': true as const }),
    },
  };
}

export interface FieldProps {
  readonly label: string;
  /** One control: TextInput, NumberInput, Select, Combobox, TextArea. */
  readonly children: ReactNode;
  /** Shown inside the control, at its end. */
  readonly unit?: string;
  readonly help?: ReactNode;
  /** Takes the place of the help. */
  readonly error?: string | null | undefined;
  /** The parameter's name in the offering's schema. */
  readonly schemaName?: string;
  readonly optional?: boolean;
}

/** A control with its name above, help or error below. */
export function Field({ label, children, unit, help, error, schemaName, optional = false }: FieldProps) {
  const t = useTranslations('ui');
  const inputId = useId();
  const noteId = useId();
  const invalid = error !== undefined && error !== null && error !== '';
  const hasNote = invalid || help !== undefined;
  return (
    <div className="min-w-0">
      <div className="mb-1 flex items-baseline justify-between gap-2 text-12 text-ink-2">
        <label htmlFor={inputId}>
          {label}
          {optional && <span className="text-ink-3"> ({t('optional')})</span>}
        </label>
        {schemaName !== undefined && <span className="id truncate text-ink-3">{schemaName}</span>}
      </div>
      <FieldContext value={{ inputId, describedBy: hasNote ? noteId : undefined, invalid, unit }}>
        {children}
      </FieldContext>
      {hasNote && (
        <div
          id={noteId}
          className={`mt-1 text-12 ${invalid ? 'text-bad' : 'text-ink-3'}`}
          {...(invalid && { role: 'alert' })}
        >
          {invalid ? error : help}
        </div>
      )}
    </div>
  );
}
