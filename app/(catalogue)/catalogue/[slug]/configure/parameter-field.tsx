'use client';

import { useLocale, useTranslations } from 'next-intl';
import { Checkbox } from '@/app/_ui/checkbox.tsx';
import { Field } from '@/app/_ui/field.tsx';
import { NumberInput } from '@/app/_ui/number-input.tsx';
import { Select } from '@/app/_ui/select.tsx';
import { Switch } from '@/app/_ui/switch.tsx';
import { TextInput } from '@/app/_ui/text-input.tsx';
import type { ParameterSpec } from '@/server/domain/manifest.ts';
import { problemOf, type ParameterProblem, type ParameterSchema } from './form-state.ts';

export interface ParameterFieldProps {
  readonly spec: ParameterSpec;
  readonly schema: ParameterSchema;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  /** What the server said of this value. */
  readonly serverError: string | null;
}

function useProblemWords(): (problem: ParameterProblem) => string {
  const t = useTranslations('configure.problem');
  return (problem) => {
    if (problem.kind === 'range' || problem.kind === 'count')
      return t(problem.kind, { min: problem.min, max: problem.max });
    return t(problem.kind);
  };
}

const listOf = (text: string): string[] => text.split(/[,，\s]+/).filter((item) => item !== '');

/** A parameter of the offering as a control, by its JSON Schema: enum, list, number, yes or no, text. */
export function ParameterField({ spec, schema, value, onChange, serverError }: ParameterFieldProps) {
  const locale = useLocale();
  const words = useProblemWords();
  const problem = problemOf(schema, value);
  const error = serverError ?? (problem && words(problem));
  const unit = spec.unit?.[locale];
  return (
    <Field
      label={spec.label[locale]}
      schemaName={spec.name}
      help={spec.help[locale]}
      error={error}
      {...(unit !== undefined && { unit })}
    >
      <Control schema={schema} value={value} onChange={onChange} label={spec.label[locale]} />
    </Field>
  );
}

function Control({
  schema,
  value,
  onChange,
  label,
}: {
  readonly schema: ParameterSchema;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly label: string;
}) {
  if (schema.enum)
    return (
      <Select
        options={schema.enum.map((option) => ({ value: option, label: option }))}
        value={String(value)}
        onValueChange={onChange}
      />
    );
  if (schema.type === 'boolean') return <Switch label={label} checked={value === true} onCheckedChange={onChange} />;
  if (schema.type === 'integer' || schema.type === 'number') {
    return (
      <NumberInput
        value={typeof value === 'number' ? value : null}
        onValueChange={onChange}
        {...(schema.minimum !== undefined && { min: schema.minimum })}
        {...(schema.maximum !== undefined && { max: schema.maximum })}
      />
    );
  }
  if (schema.type === 'array') {
    const items = Array.isArray(value) ? value.map(String) : [];
    const choices = schema.items?.enum;
    if (choices) return <ChoiceList label={label} choices={choices} values={items} onChange={onChange} />;
    return <TextInput defaultValue={items.join(', ')} onChange={(event) => onChange(listOf(event.target.value))} />;
  }
  return (
    <TextInput value={typeof value === 'string' ? value : ''} onChange={(event) => onChange(event.target.value)} />
  );
}

/** Several of a short list; what is chosen keeps its order, so that "the first one" means what it says. */
function ChoiceList({
  label,
  choices,
  values,
  onChange,
}: {
  readonly label: string;
  readonly choices: readonly string[];
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
}) {
  return (
    <fieldset aria-label={label} className="grid grid-cols-3 gap-x-3 sm:grid-cols-4">
      {choices.map((choice) => (
        <Checkbox
          key={choice}
          label={choice}
          checked={values.includes(choice)}
          onCheckedChange={(on) => onChange(on ? [...values, choice] : values.filter((value) => value !== choice))}
        />
      ))}
    </fieldset>
  );
}
