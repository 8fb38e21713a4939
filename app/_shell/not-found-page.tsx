import { getTranslations } from 'next-intl/server';
import { ButtonLink } from '../_ui/button.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';

/** Nothing here, or nothing of yours. For the `not-found.tsx` of a route group, inside its shell. */
export async function NotFoundPage() {
  const t = await getTranslations('errors');
  return (
    <div className="max-w-3xl p-4 lg:p-6">
      <EmptyState title={t('notFound')} heading="h1" actions={<ButtonLink href="/">{t('home')}</ButtonLink>}>
        {t('notFoundBody')}
      </EmptyState>
    </div>
  );
}
