import type { Metadata } from 'next';
import { getLocale, getTranslations } from 'next-intl/server';
import { notFound } from 'next/navigation';
import { api, currentActor, orNotFound } from '@/app/_trpc/server.ts';
import { ButtonLink } from '@/app/_ui/button.tsx';
import { EmptyState } from '@/app/_ui/empty-state.tsx';
import { Page } from '@/app/_ui/page.tsx';
import { hasRight } from '@/server/domain/policy.ts';
import { ConfigureView } from './configure-view.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('configure'))('pageTitle') };
}

/** For whom the desk configures: named in the address, else the first customer. */
async function findCustomer(asked: unknown) {
  const { items } = await api.organisations.list({ kind: 'customer', limit: 100 });
  return {
    customers: items.map(({ id, name }) => ({ id, name })),
    chosen: items.find((one) => one.id === asked)?.id ?? items[0]?.id ?? null,
  };
}

export default async function ConfigurePage({ params, searchParams }: PageProps<'/catalogue/[slug]/configure'>) {
  const [{ slug }, query, actor, t, locale] = await Promise.all([
    params,
    searchParams,
    currentActor(),
    getTranslations('configure'),
    getLocale(),
  ]);
  const offering = await orNotFound(api.catalogue.bySlug({ slug }));
  if (actor === null) notFound();
  const { manifest, priceBook } = offering;
  if (!offering.orderable || priceBook === null) {
    return (
      <Page
        title={t('title', { offering: manifest.name[locale] })}
        crumbs={[{ label: manifest.name[locale], href: `/catalogue/${slug}` }]}
      >
        <EmptyState title={t('closed')} actions={<ButtonLink href={`/catalogue/${slug}`}>{t('back')}</ButtonLink>}>
          {t('closedBody')}
        </EmptyState>
      </Page>
    );
  }
  const desk = hasRight(actor, 'quote:write') ? await findCustomer(query['for']) : null;
  return (
    <ConfigureView manifest={manifest} priceBook={priceBook} desk={desk} mayOrder={hasRight(actor, 'order:place')} />
  );
}
