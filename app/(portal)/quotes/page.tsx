import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { QuoteList } from '@/app/_portal/quote-list.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('lists'))('quotes.title') };
}

export default async function QuotesPage({ searchParams }: PageProps<'/quotes'>) {
  return <QuoteList params={await searchParams} path="/quotes" desk={false} />;
}
