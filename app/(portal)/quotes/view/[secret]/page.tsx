import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { getLocale, getTranslations } from 'next-intl/server';
import { offeringNames } from '@/app/_portal/offering-names.ts';
import { CustomerQuoteView } from '@/app/_portal/quote/customer-quote.tsx';
import { api, currentActor, orNotFound } from '@/app/_trpc/server.ts';
import { hasRight } from '@/server/domain/policy.ts';

const SECRET = /^[A-Za-z0-9_-]{20,100}$/;

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('quote'))('pageTitle') };
}

/** A quote by its link: the customer reads what it holds and accepts or declines. */
export default async function QuoteByLinkPage({ params }: PageProps<'/quotes/view/[secret]'>) {
  const { secret } = await params;
  if (!SECRET.test(secret)) notFound();
  const [{ manifest, ...quote }, actor, locale] = await Promise.all([
    orNotFound(api.quotes.byLink({ secret })),
    currentActor(),
    getLocale(),
  ]);
  const mayAccept = actor !== null && hasRight(actor, 'quote:accept');
  return <CustomerQuoteView quote={quote} names={offeringNames(manifest, locale)} link={{ secret, mayAccept }} />;
}
