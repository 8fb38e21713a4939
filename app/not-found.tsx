import { getTranslations } from 'next-intl/server';
import { ButtonLink } from './_ui/button.tsx';
import { EmptyState } from './_ui/empty-state.tsx';

export default async function NotFound() {
  const t = await getTranslations('errors');
  return (
    <div className="max-w-3xl p-4 lg:p-6">
      <EmptyState title={t('notFound')} heading="h1" actions={<ButtonLink href="/">{t('home')}</ButtonLink>}>
        {t('notFoundBody')}
      </EmptyState>
    </div>
  );
}
