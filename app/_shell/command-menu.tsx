'use client';

import { Command, defaultFilter } from 'cmdk';
import { ArrowRight, Search } from 'lucide-react';
import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { Dialog } from 'radix-ui';
import { useTranslations } from 'next-intl';
import { useEffect, useState, type ReactNode } from 'react';
import type { Persona } from '../../server/domain/policy.ts';
import { Kbd } from '../_ui/kbd.tsx';
import { useCommandEntries, type CommandEntry } from './command-store.ts';
import { NAV_ITEMS, navKeys, navWord } from './nav.ts';
import { NavIcon } from './nav-icon.tsx';

/** Looks up what the pages do not know: tenants, orders, runs by name or id. Called while one types. */
export type CommandSearch = (query: string) => Promise<readonly CommandEntry[]>;

const TYPING_PAUSE_MS = 150;

const REFUSED = 'refused ';

/** What cannot be done now is found too, below what can. */
function rank(value: string, search: string, keywords?: string[]): number {
  return defaultFilter(value, search, keywords) * (value.startsWith(REFUSED) ? 0.1 : 1);
}

interface Found {
  readonly query: string;
  readonly entries: readonly CommandEntry[];
}

function useFound(search: CommandSearch | undefined, query: string, open: boolean): Found | null {
  const [found, setFound] = useState<Found | null>(null);
  useEffect(() => {
    if (!search || !open || query.trim() === '') return undefined;
    let current = true;
    const timer = setTimeout(() => {
      search(query.trim()).then(
        (entries) => current && setFound({ query, entries }),
        () => current && setFound({ query, entries: [] }),
      );
    }, TYPING_PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [search, query, open]);
  return query.trim() === '' ? null : found;
}

function Entry({
  entry,
  icon,
  onDo,
}: {
  readonly entry: CommandEntry;
  readonly icon: ReactNode;
  readonly onDo: (entry: CommandEntry) => void;
}) {
  const words = [entry.label, entry.subject, entry.hint, ...(entry.keywords ?? [])].filter(
    (word) => word !== undefined,
  );
  return (
    <Command.Item
      value={entry.refusal === undefined ? entry.id : `${REFUSED}${entry.id}`}
      keywords={words}
      disabled={entry.refusal !== undefined}
      onSelect={() => onDo(entry)}
      className="pop-item"
    >
      <span className="grid w-4 place-items-center text-ink-3">{icon}</span>
      <span className="truncate">
        {entry.label}
        {entry.subject !== undefined && <b className="ml-1 font-medium">{entry.subject}</b>}
      </span>
      <span className="ml-auto truncate pl-3 text-12 text-ink-3">{entry.refusal ?? entry.hint}</span>
    </Command.Item>
  );
}

function Group({ heading, children }: { readonly heading: string; readonly children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-12 [&_[cmdk-group-heading]]:text-ink-3"
    >
      {children}
    </Command.Group>
  );
}

export interface CommandMenuProps {
  readonly persona: Persona;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly accountEntries: readonly CommandEntry[];
  readonly search?: CommandSearch;
}

/** ⌘K: the page's verbs first, then what the search finds, then the pages. A refusal shows its reason. */
export function CommandMenu({ persona, open, onOpenChange, accountEntries, search }: CommandMenuProps) {
  const t = useTranslations();
  const router = useRouter();
  const [query, setQuery] = useState('');
  const found = useFound(search, query, open);
  const verbs = useCommandEntries();
  const pages = navKeys(persona).map((key) => ({
    key,
    entry: {
      id: `go ${key}`,
      label: t(`shell.nav.${navWord(key)}`),
      href: NAV_ITEMS[key].href,
      hint: `g ${NAV_ITEMS[key].goKey}`,
    },
  }));
  const close = (next: boolean): void => {
    onOpenChange(next);
    if (!next) setQuery('');
  };
  const perform = (entry: CommandEntry): void => {
    close(false);
    entry.run?.();
    if (entry.href !== undefined) router.push(entry.href as Route);
  };
  const arrow = <ArrowRight />;
  return (
    <Dialog.Root open={open} onOpenChange={close}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-50 w-[calc(100vw-32px)] max-w-xl -translate-x-1/2 overflow-hidden rounded-lg bg-surface shadow-pop outline-none"
        >
          <Dialog.Title className="sr-only">{t('ui.command.title')}</Dialog.Title>
          <Command label={t('ui.command.title')} loop filter={rank}>
            <div className="flex h-11 items-center gap-2 border-b border-line px-4">
              <Search className="size-[15px] text-ink-3" />
              <Command.Input
                value={query}
                onValueChange={setQuery}
                placeholder={t('ui.command.placeholder')}
                className="w-full bg-transparent text-14 outline-none"
              />
            </div>
            <Command.List className="max-h-[50vh] overflow-y-auto p-2">
              <Command.Empty className="px-2 py-6 text-center text-ink-3">{t('ui.command.empty')}</Command.Empty>
              {verbs.length > 0 && (
                <Group heading={t('shell.command.actions')}>
                  {verbs.map((entry) => (
                    <Entry key={entry.id} entry={entry} icon={arrow} onDo={perform} />
                  ))}
                </Group>
              )}
              {found !== null && found.entries.length > 0 && (
                <Group heading={t('shell.command.results')}>
                  {found.entries.map((entry) => (
                    <Entry
                      key={entry.id}
                      entry={{ ...entry, keywords: [...(entry.keywords ?? []), query] }}
                      icon={arrow}
                      onDo={perform}
                    />
                  ))}
                </Group>
              )}
              <Group heading={t('shell.command.goTo')}>
                {pages.map(({ key, entry }) => (
                  <Entry key={key} entry={entry} icon={<NavIcon name={key} />} onDo={perform} />
                ))}
              </Group>
              <Group heading={t('shell.command.account')}>
                {accountEntries.map((entry) => (
                  <Entry key={entry.id} entry={entry} icon={arrow} onDo={perform} />
                ))}
              </Group>
            </Command.List>
            <div className="flex gap-4 border-t border-line px-4 py-2 text-12 text-ink-3">
              <span className="flex items-center gap-1.5">
                <Kbd>↑</Kbd>
                <Kbd>↓</Kbd> {t('ui.command.move')}
              </span>
              <span className="flex items-center gap-1.5">
                <Kbd>↵</Kbd> {t('ui.command.do')}
              </span>
              <span className="flex items-center gap-1.5">
                <Kbd>esc</Kbd> {t('ui.command.closeKey')}
              </span>
            </div>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
