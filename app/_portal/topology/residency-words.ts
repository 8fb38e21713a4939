import { useLocale, useTranslations } from 'next-intl';
import { territoryWords } from '@/server/domain/residency.ts';
import type { Topology, TopologySide } from '@/server/domain/topology.ts';

/** Where data of a side must stay, in words; null where nothing was promised. */
export function useResidencyWords(): (residency: Topology['residency'], side: TopologySide) => string | null {
  const t = useTranslations('topology');
  const locale = useLocale();
  return (residency, side) => {
    const where = residency?.[side] ?? null;
    if (where === null) return null;
    if (side === 'edge') return t('edgeAnywhere');
    return where === 'any' ? t('staysAnywhere') : t('staysIn', { territory: territoryWords(where)[locale] });
  };
}
