'use client';

import { ArrowRight } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { StateBadge } from '@/app/_ui/badge.tsx';
import { cx } from '@/app/_ui/cx.ts';
import type { Topology } from '@/server/domain/topology.ts';
import { useLinkWords } from './link-words.ts';
import { useResidencyWords } from './residency-words.ts';
import { LINK_TONE, NODE_TONE } from './topology-tones.ts';

/** The facts of the diagram as two lists: the parts by side, and what goes between them. */
export function TopologyLists({ topology: { model, nodes, links, residency } }: { readonly topology: Topology }) {
  const t = useTranslations('topology');
  const locale = useLocale();
  const late = useLinkWords();
  const stays = useResidencyWords();
  const titleOf = (id: string | null): string => nodes.find((node) => node.id === id)?.title[locale] ?? '';
  return (
    <div className="grid gap-4">
      {(['record', 'edge'] as const).map((side) => (
        <section key={side} aria-label={t(`side.${model}.${side}`)}>
          <h3 className="mb-1 text-12 text-ink-3">{t(`side.${model}.${side}`)}</h3>
          {stays(residency, side) !== null && <p className="mb-1 text-12 text-ink-3">{stays(residency, side)}</p>}
          <ul className="divide-y divide-line">
            {nodes
              .filter((node) => node.side === side)
              .map((node) => (
                <li key={node.id} className="flex min-h-8 items-center justify-between gap-3 py-1">
                  <span className={cx(node.within !== null && 'pl-4')}>
                    {node.title[locale]}
                    {node.within !== null && (
                      <span className="text-12 text-ink-3"> {t('within', { outer: titleOf(node.within) })}</span>
                    )}
                  </span>
                  <StateBadge tone={NODE_TONE[node.state]} word={t(`nodeState.${node.state}`)} />
                </li>
              ))}
          </ul>
        </section>
      ))}
      <section aria-label={t('links')}>
        <h3 className="mb-1 text-12 text-ink-3">{t('links')}</h3>
        <ul className="divide-y divide-line">
          {links.map((link) => (
            <li
              key={`${link.from} ${link.to}`}
              className="grid min-h-8 grid-cols-[minmax(0,1fr)_auto] items-start gap-x-3 py-1"
            >
              <span className="min-w-0">
                <span className="flex flex-wrap items-center gap-1">
                  {titleOf(link.from)} <ArrowRight aria-label={t('to')} className="text-ink-3" /> {titleOf(link.to)}
                  {link.boundary && <span className="text-12 text-ink-3">{t('acrossBoundary')}</span>}
                </span>
                <span className="block text-12 text-ink-3">{link.crosses[locale]}</span>
              </span>
              <StateBadge
                tone={LINK_TONE[link.state]}
                word={late(link) === '' ? t(`linkState.${link.state}`) : late(link)}
              />
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
