'use client';

import { useTimeZone, useTranslations } from 'next-intl';
import { ButtonLink } from '@/app/_ui/button.tsx';
import { Callout } from '@/app/_ui/callout.tsx';
import { formatAbsolute } from '@/app/_ui/format-time.ts';
import { KeyValues } from '@/app/_ui/key-values.tsx';
import { Page } from '@/app/_ui/page.tsx';
import { PriceRail } from '@/app/_ui/price-rail.tsx';
import { RailPart } from '@/app/_ui/rail.tsx';
import { QuoteStateBadge } from '../cells.tsx';
import { useFaultWords } from '../fault-state.tsx';
import type { OfferingNames } from '../offering-names.ts';
import { AcceptQuote } from './accept-quote.tsx';
import { DeclineQuote } from './decline-quote.tsx';
import type { QuoteLink } from './quote-link.ts';
import { QuoteBody, QuoteFacts, useQuoteFacts, type CustomerQuote } from './quote-parts.tsx';

interface Props {
  readonly quote: CustomerQuote;
  readonly names: OfferingNames;
  /** Null where the quote was opened by its id: to read only. */
  readonly link: QuoteLink | null;
}

/** Accept and decline, or why neither is possible here. */
function Decide({ quote, link }: Omit<Props, 'names'>) {
  const t = useTranslations('quote');
  const words = useFaultWords();
  if (quote.orderId !== null) {
    return (
      <ButtonLink kind="primary" size="lg" href={`/orders/${quote.orderId}`}>
        {t('openOrder')}
      </ButtonLink>
    );
  }
  if (quote.acceptRefusal !== null) {
    const { title, next } = words(quote.acceptRefusal);
    return (
      <Callout tone={quote.state === 'declined' ? 'info' : 'wait'} title={t('customer.closed')}>
        {title}. {next}
      </Callout>
    );
  }
  if (link === null) {
    return (
      <Callout tone="info" title={t('customer.byLink')}>
        {t('customer.byLinkBody', { name: quote.createdBy.name })}
      </Callout>
    );
  }
  return (
    <>
      <AcceptQuote quote={quote} link={link} />
      <DeclineQuote quote={quote} link={link} />
    </>
  );
}

/** What the customer is offered: price, plan before anything exists, until when it holds, and the decision. */
export function CustomerQuoteView({ quote, names, link }: Props) {
  const t = useTranslations('quote');
  const timeZone = useTimeZone() ?? 'UTC';
  const factsOf = useQuoteFacts();
  const { price } = quote;
  const isOpen = quote.acceptRefusal === null;
  return (
    <Page
      title={t('title', { number: quote.number })}
      badge={
        <output>
          <QuoteStateBadge state={quote.state} />
        </output>
      }
      facts={<QuoteFacts quote={quote} desk={false} />}
      crumbs={[{ label: quote.number }]}
      railKind="action"
      railLabel={t('railLabel')}
      rail={
        <>
          <PriceRail
            currency={quote.currency}
            totalMicro={price.totalMicro}
            withTax
            priceBook={price.book.version}
            termMonths={price.termMonths}
            termMicro={price.totalMicro * BigInt(price.termMonths)}
            lines={[]}
          />
          <RailPart>
            <KeyValues rows={factsOf(quote)} />
          </RailPart>
          <RailPart foot>
            <Decide quote={quote} link={link} />
            {isOpen && (
              <p className="text-12 text-ink-3">
                {t('customer.holds', { at: formatAbsolute(quote.validUntil, timeZone) })}
              </p>
            )}
          </RailPart>
        </>
      }
    >
      <QuoteBody quote={quote} names={names} noteTitle={t('note')} />
    </Page>
  );
}
