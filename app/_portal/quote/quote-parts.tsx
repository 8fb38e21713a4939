import { useLocale, useTimeZone, useTranslations } from 'next-intl';
import { ButtonLink } from '@/app/_ui/button.tsx';
import { formatAbsolute } from '@/app/_ui/format-time.ts';
import { formatBp } from '@/app/_ui/format.ts';
import { Id } from '@/app/_ui/id.tsx';
import type { KeyValue } from '@/app/_ui/key-values.tsx';
import { Panel } from '@/app/_ui/panel.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';
import { OfferingCell } from '../cells.tsx';
import { ConfigurationPanel } from '../configuration-panel.tsx';
import type { OfferingNames } from '../offering-names.ts';
import { PlanPanel } from '../plan-panel.tsx';
import { PricePanel } from '../price-panel.tsx';

export type DeskQuote = RouterOutputs['quotes']['byId'];
/** Without the manifest, of which pages take names only. */
export type CustomerQuote = Omit<RouterOutputs['quotes']['byLink'], 'manifest'>;
type Quote = DeskQuote | CustomerQuote;

/** What is quoted: the note, price lines, plan and configuration; the same for desk and customer. */
export function QuoteBody({
  quote,
  names,
  noteTitle,
}: {
  readonly quote: Quote;
  readonly names: OfferingNames;
  readonly noteTitle: string;
}) {
  return (
    <>
      {quote.note !== '' && (
        <Panel title={noteTitle} padded>
          <p className="max-w-prose break-words whitespace-pre-line">{quote.note}</p>
        </Panel>
      )}
      <PricePanel price={quote.price} names={names} offering={quote.offering} />
      <PlanPanel plan={quote.plan} planHash={quote.planHash} />
      <ConfigurationPanel configuration={quote.configuration} names={names} />
    </>
  );
}

/** One line below the title: what it is for whom, and until when it holds. */
export function QuoteFacts({ quote, desk }: { readonly quote: Quote; readonly desk: boolean }) {
  const t = useTranslations('quote');
  const timeZone = useTimeZone() ?? 'UTC';
  return (
    <>
      <OfferingCell offering={quote.offering} />
      <span>{desk ? t('for', { customer: quote.organisation.name }) : t('from', { name: quote.createdBy.name })}</span>
      <span>{t('validUntil', { at: formatAbsolute(quote.validUntil, timeZone) })}</span>
    </>
  );
}

/** Facts that both sides may know. */
export function useQuoteFacts(): (quote: Quote) => readonly KeyValue[] {
  const t = useTranslations('quote');
  const c = useTranslations('order.configuration');
  const locale = useLocale();
  return (quote) => [
    { label: t('facts.tenant'), value: <span className="font-medium">{quote.tenantName}</span> },
    { label: t('facts.validUntil'), value: <When at={quote.validUntil} style="absolute" className="" /> },
    { label: t('facts.book'), value: t('facts.bookFixed', { book: quote.price.book.version }) },
    { label: t('facts.term'), value: c('months', { count: quote.configuration.termMonths }) },
    {
      label: t('facts.discount'),
      value: quote.discountBp === 0 ? t('facts.noDiscount') : formatBp(quote.discountBp, locale),
    },
    { label: t('facts.plan'), value: <Id value={quote.planHash} /> },
    { label: t('facts.madeBy'), value: quote.createdBy.name },
    ...(quote.sentAt
      ? [{ label: t('facts.sent'), value: <When at={quote.sentAt} style="absolute" className="" /> }]
      : []),
    ...(quote.decidedAt
      ? [{ label: t('facts.decided'), value: <When at={quote.decidedAt} style="absolute" className="" /> }]
      : []),
  ];
}

export function OrderLink({ orderId }: { readonly orderId: string }) {
  const t = useTranslations('quote');
  return (
    <ButtonLink size="sm" href={`/orders/${orderId}`}>
      {t('openOrder')}
    </ButtonLink>
  );
}
