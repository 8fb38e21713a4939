import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { getLocale, getTranslations } from 'next-intl/server';
import { loadOfferingNames } from '@/app/_portal/offering-names.ts';
import { DeskQuoteView } from '@/app/_portal/quote/desk-quote.tsx';
import { api, currentActor, orNotFound } from '@/app/_trpc/server.ts';
import { QuoteId } from '@/server/domain/ids.ts';
import { hasRight } from '@/server/domain/policy.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('quote'))('pageTitle') };
}

export default async function DeskQuotePage({ params }: PageProps<'/desk/quotes/[quoteId]'>) {
  const quoteId = QuoteId.safeParse((await params).quoteId);
  if (!quoteId.success) notFound();
  const [quote, actor, locale] = await Promise.all([
    orNotFound(api.quotes.byId({ quoteId: quoteId.data })),
    currentActor(),
    getLocale(),
  ]);
  return (
    <DeskQuoteView
      initial={quote}
      names={await loadOfferingNames(quote.offering, locale)}
      maySend={actor !== null && hasRight(actor, 'quote:write')}
    />
  );
}
