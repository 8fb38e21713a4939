import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { getLocale, getTranslations } from 'next-intl/server';
import { loadOfferingNames, offeringNames } from '@/app/_portal/offering-names.ts';
import { CustomerQuoteView } from '@/app/_portal/quote/customer-quote.tsx';
import { DeskQuoteView } from '@/app/_portal/quote/desk-quote.tsx';
import { api, currentActor, orNotFound } from '@/app/_trpc/server.ts';
import { QuoteId } from '@/server/domain/ids.ts';
import { hasRight, seesAllOrganisations } from '@/server/domain/policy.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('quote'))('pageTitle') };
}

/** A quote by its id: customers read theirs (accepting takes the link), the platform's people see what the desk sees. */
export default async function QuotePage({ params }: PageProps<'/quotes/[quoteId]'>) {
  const quoteId = QuoteId.safeParse((await params).quoteId);
  if (!quoteId.success) notFound();
  const [actor, locale] = await Promise.all([currentActor(), getLocale()]);
  if (actor !== null && seesAllOrganisations(actor)) {
    const quote = await orNotFound(api.quotes.byId({ quoteId: quoteId.data }));
    const names = await loadOfferingNames(quote.offering, locale);
    return <DeskQuoteView initial={quote} names={names} maySend={hasRight(actor, 'quote:write')} />;
  }
  const { manifest, ...quote } = await orNotFound(api.quotes.shown({ quoteId: quoteId.data }));
  return <CustomerQuoteView quote={quote} names={offeringNames(manifest, locale)} link={null} />;
}
