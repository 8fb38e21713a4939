'use client';

import { useQuery } from '@tanstack/react-query';
import { useTimeZone, useTranslations } from 'next-intl';
import { useTRPC } from '@/app/_trpc/client.tsx';
import { Callout } from '@/app/_ui/callout.tsx';
import { formatClock } from '@/app/_ui/format-time.ts';
import { KeyValues } from '@/app/_ui/key-values.tsx';
import { Page } from '@/app/_ui/page.tsx';
import { RailPart } from '@/app/_ui/rail.tsx';
import { StaleBanner } from '@/app/_ui/stale-banner.tsx';
import { QUOTE_TRANSITIONS } from '@/server/domain/lifecycle.ts';
import { ApprovalsPanel } from '../approval-parts.tsx';
import { QuoteStateBadge } from '../cells.tsx';
import type { OfferingNames } from '../offering-names.ts';
import { useLiveQuery } from '../use-live-query.ts';
import { OrderLink, QuoteBody, QuoteFacts, useQuoteFacts, type DeskQuote } from './quote-parts.tsx';
import { SendQuote } from './send-quote.tsx';

export interface DeskQuoteViewProps {
  readonly initial: DeskQuote;
  readonly names: OfferingNames;
  readonly maySend: boolean;
}

/** The desk's quote, read anew when the approver or the customer decides. */
function useDeskQuote(initial: DeskQuote) {
  const trpc = useTRPC();
  const options = trpc.quotes.byId.queryOptions({ quoteId: initial.id });
  const { data: quote } = useQuery({ ...options, initialData: initial });
  const open = QUOTE_TRANSITIONS[quote.state].length > 0;
  const live = useLiveQuery({ quoteId: quote.id }, '', options.queryKey, open);
  return { quote, stale: open && live.state === 'stale' ? live : null };
}

/** How it ended, if it did. */
function Outcome({ quote }: { readonly quote: DeskQuote }) {
  const t = useTranslations('quote.outcome');
  const { state, acceptedBy, orderId } = quote;
  if (state === 'accepted') {
    return (
      <Callout tone="ok" live {...(orderId !== null && { action: <OrderLink orderId={orderId} /> })}>
        {acceptedBy ? t('accepted', { name: acceptedBy.name }) : t('acceptedPlain')}
      </Callout>
    );
  }
  const rejected = quote.approvals.some((approval) => approval.state === 'rejected');
  if (state === 'declined' || state === 'expired' || (state === 'superseded' && !rejected)) {
    return <Callout tone={state === 'declined' ? 'bad' : 'info'}>{t(state)}</Callout>;
  }
  return null;
}

export function DeskQuoteView({ initial, names, maySend }: DeskQuoteViewProps) {
  const t = useTranslations('quote');
  const timeZone = useTimeZone() ?? 'UTC';
  const factsOf = useQuoteFacts();
  const { quote, stale } = useDeskQuote(initial);
  const rows = [
    { label: t('facts.customer'), value: quote.organisation.name },
    ...factsOf(quote),
    ...(quote.acceptedBy ? [{ label: t('facts.acceptedBy'), value: quote.acceptedBy.name }] : []),
  ];
  return (
    <Page
      title={quote.number}
      badge={
        <output>
          <QuoteStateBadge state={quote.state} />
        </output>
      }
      facts={<QuoteFacts quote={quote} desk />}
      crumbs={[{ label: quote.number }]}
      railKind="action"
      railLabel={t('railLabel')}
      rail={
        <>
          <SendQuote quote={quote} maySend={maySend} />
          <RailPart>
            <KeyValues rows={rows} />
          </RailPart>
          {quote.approvals.length > 0 && (
            <RailPart>
              <ApprovalsPanel approvals={quote.approvals} />
            </RailPart>
          )}
        </>
      }
    >
      {stale && <StaleBanner clock={formatClock(stale.at, timeZone, 's')} onRetry={stale.reconnect} />}
      <Outcome quote={quote} />
      <QuoteBody quote={quote} names={names} noteTitle={t('noteTo')} />
    </Page>
  );
}
