'use client';

import { useLocale, useTranslations } from 'next-intl';
import { formatDuration } from '@/app/_ui/format-time.ts';
import type { TopologyLink } from '@/server/domain/topology.ts';

const SECOND_MS = 1_000;

/** How late a link is, in words: "0.4 s late", "up to date", what is wrong; nothing for calls that flow and have no lag. */
export function useLinkWords(): (link: TopologyLink) => string {
  const t = useTranslations('topology');
  const locale = useLocale();
  return ({ lagSeconds, state }) => {
    const lag =
      lagSeconds === null
        ? ''
        : lagSeconds === 0
          ? t('upToDate')
          : t('late', { lag: formatDuration(lagSeconds * SECOND_MS, locale) });
    if (state === 'flowing') return lag;
    const wrong = t(`linkState.${state}`);
    return lag === '' || lagSeconds === 0 ? wrong : `${wrong}${locale === 'zh' ? '，' : ', '}${lag}`;
  };
}
