'use client';

import { useTranslations } from 'next-intl';
import { useStopper } from '@/app/_portal/planned/planned-section.tsx';
import type { PreviewState } from './use-preview.ts';

/** Why nothing can be ordered or quoted of this yet, in words; undefined when it can. */
export function useNotReady(): (preview: PreviewState) => string | undefined {
  const t = useTranslations('configure.notReady');
  const stopper = useStopper();
  return ({ phase, answer }) => {
    switch (phase) {
      case 'ready':
        return undefined;
      case 'none':
        return t('incomplete');
      case 'failed':
        return stopper(answer) ?? t('failed');
      case 'refused':
        return t('failed');
      default:
        return t('computing');
    }
  };
}
