'use client';

import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/app/_ui/button.tsx';
import { Field } from '@/app/_ui/field.tsx';
import { Select } from '@/app/_ui/select.tsx';
import { TextInput } from '@/app/_ui/text-input.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';
import type { PictureInput } from '@/server/domain/picture.ts';

type Answered = RouterOutputs['tenants']['picture']['inputs'][number];

/** A select cannot hold an empty value. */
const ANY = '*';

export interface PictureInputsProps {
  readonly inputs: readonly PictureInput[];
  readonly given: Readonly<Record<string, string>>;
  /** As the last answer had them; empty before the first. */
  readonly answered: readonly Answered[];
  readonly onGive: (input: string, value: string) => void;
}

/** What the reader chooses before there is a picture: known values in a list, others typed and sent. */
export function PictureInputs({ inputs, given, answered, onGive }: PictureInputsProps) {
  return (
    <div className="flex flex-wrap items-end gap-3 border-b border-line px-4 py-3">
      {inputs.map((input) => {
        const known = answered.find(({ name }) => name === input.name);
        const value = given[input.name] ?? known?.value ?? '';
        const give = (next: string): void => onGive(input.name, next);
        return input.choices === null ? (
          <TypedInput key={input.name} input={input} value={value} onGive={give} />
        ) : (
          <ChosenInput key={input.name} input={input} value={value} choices={known?.choices ?? []} onGive={give} />
        );
      })}
    </div>
  );
}

interface InputProps {
  readonly input: PictureInput;
  readonly value: string;
  readonly onGive: (value: string) => void;
}

function ChosenInput({
  input,
  value,
  choices,
  onGive,
}: InputProps & { readonly choices: NonNullable<Answered['choices']> }) {
  const t = useTranslations('pictures');
  const locale = useLocale();
  const options = choices.map((choice) => ({ value: choice.value, label: choice.label?.[locale] ?? choice.value }));
  return (
    <div className="w-56">
      <Field label={input.label[locale]}>
        <Select
          options={input.optional ? [{ value: ANY, label: t('any') }, ...options] : options}
          value={value === '' && input.optional ? ANY : value}
          onValueChange={(next) => onGive(next === ANY ? '' : next)}
        />
      </Field>
    </div>
  );
}

function TypedInput({ input, value, onGive }: InputProps) {
  const t = useTranslations('pictures');
  const locale = useLocale();
  const [typed, setTyped] = useState(value);
  return (
    <form
      className="flex w-80 max-w-full items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        onGive(typed.trim());
      }}
    >
      <div className="min-w-0 flex-1">
        <Field label={input.label[locale]} optional={input.optional}>
          <TextInput
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            maxLength={200}
            autoComplete="off"
            spellCheck={false}
            {...(input.example !== null && { placeholder: input.example })}
          />
        </Field>
      </div>
      <Button type="submit">{t('show')}</Button>
    </form>
  );
}
