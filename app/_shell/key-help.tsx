'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { Persona } from '../../server/domain/policy.ts';
import { Dialog } from '../_ui/dialog.tsx';
import { Kbd } from '../_ui/kbd.tsx';
import { useModKey } from '../_ui/mod-key.tsx';
import { NAV_ITEMS, navKeys, navWord } from './nav.ts';

function Line({ keys, children }: { readonly keys: readonly string[]; readonly children: ReactNode }) {
  return (
    <div className="flex h-7 items-center justify-between gap-6">
      <dt className="text-ink-2">{children}</dt>
      <dd className="flex gap-1">
        {keys.map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </dd>
    </div>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1 text-12 font-medium text-ink-3">{title}</h3>
      <dl>{children}</dl>
    </section>
  );
}

/** Every key the portal hears, in one list. */
export function KeyHelp({
  persona,
  open,
  onOpenChange,
}: {
  readonly persona: Persona;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}) {
  const t = useTranslations('shell');
  const mod = useModKey();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('keys.title')} width="wide">
      <div className="grid gap-x-10 gap-y-5 sm:grid-cols-2">
        <div className="grid content-start gap-5">
          <Group title={t('keys.everywhere')}>
            <Line keys={[mod, 'K']}>{t('keys.command')}</Line>
            <Line keys={['?']}>{t('keys.help')}</Line>
            <Line keys={['[', ']']}>{t('keys.tabs')}</Line>
            <Line keys={[mod, '↵']}>{t('keys.send')}</Line>
            <Line keys={['Esc']}>{t('keys.closeKey')}</Line>
          </Group>
          <Group title={t('keys.lists')}>
            <Line keys={['/']}>{t('keys.search')}</Line>
            <Line keys={['j', 'k']}>{t('keys.nextPrevious')}</Line>
            <Line keys={['↵']}>{t('keys.open')}</Line>
          </Group>
        </div>
        <Group title={t('keys.goTo')}>
          {navKeys(persona).map((key) => (
            <Line key={key} keys={['g', NAV_ITEMS[key].goKey]}>
              {t(`nav.${navWord(key)}`)}
            </Line>
          ))}
        </Group>
      </div>
    </Dialog>
  );
}
