'use client';

import { useTranslations } from 'next-intl';
import { Button, ButtonLink } from '../_ui/button.tsx';
import { ErrorState } from '../_ui/error-state.tsx';

export interface PageErrorProps {
  readonly error: unknown;
  readonly retry: () => void;
}

/** A page failed to render; the digest is what the server's log knows it by. For the `error.tsx` of a route group, inside its shell. */
export function PageError({ error, retry }: PageErrorProps) {
  const t = useTranslations('errors');
  const digest = error instanceof Error && 'digest' in error ? String(error.digest) : null;
  return (
    <div className="max-w-3xl p-4 lg:p-6">
      <ErrorState
        title={t('pageFailed')}
        requestId={digest}
        actions={
          <>
            <Button size="sm" onClick={retry}>
              {t('again')}
            </Button>
            <ButtonLink size="sm" kind="ghost" href="/">
              {t('home')}
            </ButtonLink>
          </>
        }
      >
        {t('pageFailedBody')}
      </ErrorState>
    </div>
  );
}
