'use client';

import { useTranslations } from 'next-intl';
import { Button, ButtonLink } from './_ui/button.tsx';
import { ErrorState } from './_ui/error-state.tsx';

/** A page failed to render; the digest is what the server's log knows it by. */
export default function PageError({ error, retry }: { readonly error: unknown; readonly retry: () => void }) {
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
