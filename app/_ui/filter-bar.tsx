'use client';

import { Check, Plus, Search, X } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Checkbox } from './checkbox.tsx';
import { Kbd } from './kbd.tsx';
import { useKey } from './use-key.ts';
import { useUrlFilters, type UrlFilters } from './use-url-filters.ts';

export interface FilterOption {
  readonly value: string;
  readonly label: string;
}

export interface FilterDef {
  /** Name of the parameter in the address. */
  readonly key: string;
  readonly label: string;
  readonly options: readonly FilterOption[];
  /** One value at most: a period, an id. */
  readonly single?: boolean;
}

const TYPING_PAUSE_MS = 250;

function SearchBox({ filters, placeholder }: { readonly filters: UrlFilters; readonly placeholder: string }) {
  const t = useTranslations('ui.filter');
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [typed, setTyped] = useState<string | null>(null);
  useKey(['/'], () => input.current?.focus());
  useEffect(() => () => clearTimeout(timer.current), []);
  const commit = (text: string): void => {
    clearTimeout(timer.current);
    filters.setQ(text);
  };
  const type = (text: string): void => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => commit(text), TYPING_PAUSE_MS);
  };
  return (
    <label className="input max-w-64 min-w-40 flex-1 text-ink-3">
      <Search />
      <span className="sr-only">{t('searchLabel')}</span>
      <input
        ref={input}
        type="search"
        value={typed ?? filters.q}
        placeholder={placeholder}
        onChange={(event) => type(event.target.value)}
        onBlur={() => setTyped(null)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit(event.currentTarget.value);
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
        className="w-full min-w-0 bg-transparent text-ink outline-none [&::-webkit-search-cancel-button]:hidden"
      />
      <Kbd>/</Kbd>
    </label>
  );
}

function FilterChip({ def, filters }: { readonly def: FilterDef; readonly filters: UrlFilters }) {
  const t = useTranslations('ui.filter');
  const chosen = filters.values(def.key);
  const labels = def.options.filter((option) => chosen.includes(option.value)).map((option) => option.label);
  const toggle = (value: string, on: boolean): void =>
    filters.setValues(def.key, on ? [...chosen, value] : chosen.filter((other) => other !== value));
  return (
    <span className="inline-flex max-w-full">
      <Popover.Root>
        <Popover.Trigger
          className={`chip min-w-0 ${labels.length > 0 ? 'rounded-r-none border-r-0 pr-1' : ''}`}
          data-on={labels.length > 0}
        >
          {labels.length === 0 && <Plus className="size-3" />}
          {def.label}
          {labels.length > 0 && <b className="truncate font-medium text-ink">{labels.join(', ')}</b>}
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            align="start"
            sideOffset={6}
            collisionPadding={8}
            aria-label={t('choose', { label: def.label })}
            className="pop max-h-80 min-w-48 overflow-y-auto"
          >
            {def.options.map((option) =>
              def.single ? (
                <Popover.Close key={option.value} asChild>
                  <button
                    type="button"
                    className="pop-item w-full"
                    aria-pressed={chosen.includes(option.value)}
                    onClick={() => filters.setValues(def.key, [option.value])}
                  >
                    <Check className={chosen.includes(option.value) ? 'size-3' : 'invisible size-3'} />
                    {option.label}
                  </button>
                </Popover.Close>
              ) : (
                <div key={option.value} className="rounded-md px-2 hover:bg-hover">
                  <Checkbox
                    checked={chosen.includes(option.value)}
                    onCheckedChange={(on) => toggle(option.value, on)}
                    label={option.label}
                  />
                </div>
              ),
            )}
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      {labels.length > 0 && (
        <button
          type="button"
          data-on
          className="chip rounded-l-none border-l-0 px-1.5"
          aria-label={t('remove', { label: def.label })}
          onClick={() => filters.setValues(def.key, [])}
        >
          <X className="size-3" />
        </button>
      )}
    </span>
  );
}

export interface FilterBarProps {
  readonly defs?: readonly FilterDef[];
  readonly searchPlaceholder?: string;
  /** Right end: how many there are, currency, view. */
  readonly side?: ReactNode;
}

/** Search (`/`) and filter chips of a list; everything chosen is in the address. */
export function FilterBar({ defs = [], searchPlaceholder, side }: FilterBarProps) {
  const t = useTranslations('ui.filter');
  const filters = useUrlFilters();
  return (
    <search
      aria-label={t('bar')}
      aria-busy={filters.pending}
      className="flex flex-wrap items-center gap-2 px-4 py-3 lg:px-6"
    >
      {searchPlaceholder !== undefined && <SearchBox filters={filters} placeholder={searchPlaceholder} />}
      {defs.map((def) => (
        <FilterChip key={def.key} def={def} filters={filters} />
      ))}
      {side !== undefined && <span className="flex items-center gap-3 text-12 text-ink-3 lg:ml-auto">{side}</span>}
    </search>
  );
}

/** Nothing passes the filters: names them and clears them. `without` is how many there are without. */
export function NoMatch({ defs = [], without }: { readonly defs?: readonly FilterDef[]; readonly without?: number }) {
  const t = useTranslations('ui.filter');
  const filters = useUrlFilters();
  const named = defs.flatMap((def) => {
    const labels = def.options
      .filter((option) => filters.values(def.key).includes(option.value))
      .map((option) => option.label);
    return labels.length === 0 ? [] : [t('pair', { label: def.label, value: labels.join(', ') })];
  });
  const all = filters.q === '' ? named : [...named, `“${filters.q}”`];
  return (
    <div className="flex flex-wrap items-center gap-3 border-y border-line bg-surface px-4 py-3 lg:px-6">
      <span className="text-ink-2">
        {t('noMatch', { filters: all.join(` ${t('and')} `) })}{' '}
        {without !== undefined && without > 0 && t('noMatchWithout', { count: without })}
      </span>
      <button type="button" className="btn btn-sm ml-auto" onClick={() => filters.clear(defs.map((def) => def.key))}>
        {t('clearAll', { count: Math.max(1, all.length) })}
      </button>
    </div>
  );
}
