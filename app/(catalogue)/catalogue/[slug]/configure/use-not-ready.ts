'use client';

import { useTranslations } from 'next-intl';
import type { PreviewState } from './use-preview.ts';

/** Why nothing can be ordered or quoted of this yet, in words; undefined when it can. */
export function useNotReady(): (preview: PreviewState) => string | undefined {
  const t = useTranslations('configure');
  return ({ phase }) => {
    if (phase === 'ready') return undefined;
    return phase === 'incomplete'
      ? t('notReady.incomplete')
      : phase === 'failed' || phase === 'refused'
        ? t('notReady.failed')
        : t('notReady.computing');
  };
}
