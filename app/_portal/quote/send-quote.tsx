'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link2 } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { Button, ButtonLink } from '@/app/_ui/button.tsx';
import { Callout } from '@/app/_ui/callout.tsx';
import { CopyButton } from '@/app/_ui/copy-button.tsx';
import { formatBp } from '@/app/_ui/format.ts';
import { RailPart } from '@/app/_ui/rail.tsx';
import { FaultState, useFaultWords } from '../fault-state.tsx';
import type { DeskQuote } from './quote-parts.tsx';

/** Why it cannot be sent, in words with the way out; nothing when it can. */
function Stops({ quote }: { readonly quote: DeskQuote }) {
  const t = useTranslations('quote.send');
  const locale = useLocale();
  const words = useFaultWords();
  if (quote.sendRefusal === null) return null;
  const rejected = quote.approvals.find((approval) => approval.state === 'rejected');
  if (rejected !== undefined && quote.state === 'superseded') {
    return (
      <Callout tone="bad" title={t('rejected', { name: rejected.decidedBy?.name ?? '' })}>
        {rejected.reason !== '' && <p className="break-words">“{rejected.reason}”</p>}
        <p>{t('rejectedBody')}</p>
      </Callout>
    );
  }
  if (quote.state === 'awaiting_approval') {
    const [discount, limit] = [formatBp(quote.discountBp, locale), formatBp(quote.discountLimitBp, locale)];
    return (
      <Callout tone="wait" title={t('approvalTitle')}>
        {t('approval', { discount, limit })}
      </Callout>
    );
  }
  const { title, next } = words(quote.sendRefusal);
  return (
    <Callout tone="info" title={t('stops')}>
      {title}. {next}
    </Callout>
  );
}

/** The link, once. It stays on the page until one leaves it, and nowhere else. */
function Sent({ link }: { readonly link: string }) {
  const t = useTranslations('quote.send');
  return (
    <Callout tone="wait" live title={t('copyNow')}>
      <p className="flex items-start gap-2">
        <code className="id min-w-0 break-all">{link}</code>
        <CopyButton value={link} what={t('link')} />
      </p>
    </Callout>
  );
}

/** What stops the quote, and the one action: make its link. */
export function SendQuote({ quote, maySend }: { readonly quote: DeskQuote; readonly maySend: boolean }) {
  const t = useTranslations('quote.send');
  const q = useTranslations('quote');
  const words = useFaultWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const send = useMutation(
    trpc.quotes.send.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.quotes.byId.queryKey({ quoteId: quote.id }) }),
    }),
  );
  const failure = send.error ? describeError(send.error) : null;
  const customer = quote.organisation.name;
  const wasSent = quote.state === 'sent';
  const isOver = quote.state === 'accepted' || quote.state === 'declined';
  if (isOver) return null;
  const refusal = !maySend
    ? q('needsRight', { right: 'quote:write' })
    : quote.sendRefusal
      ? words(quote.sendRefusal).title
      : undefined;
  return (
    <RailPart className="grid gap-3 pt-5">
      <Stops quote={quote} />
      {send.data && <Sent link={send.data.link} />}
      {failure && <FaultState fault={failure.fault} requestId={failure.requestId} />}
      {send.error && !failure && (
        <p role="alert" className="text-12 text-bad">
          {q('noAnswer')}
        </p>
      )}
      {quote.state === 'superseded' || quote.state === 'expired' ? (
        <ButtonLink href={`/catalogue/${quote.offering.slug}/configure?for=${quote.organisation.id}`} size="lg">
          {t('configure')}
        </ButtonLink>
      ) : (
        <>
          <Button
            kind={wasSent ? 'default' : 'primary'}
            size="lg"
            className="w-full"
            icon={<Link2 />}
            busy={send.isPending}
            busyLabel={t('sending')}
            disabledReason={refusal}
            onClick={() => send.mutate({ quoteId: quote.id })}
          >
            {wasSent ? t('again', { customer }) : t('send', { customer })}
          </Button>
          {refusal === undefined && (
            <p className="text-12 text-ink-3">{wasSent ? t('againHint', { customer }) : t('hint', { customer })}</p>
          )}
        </>
      )}
    </RailPart>
  );
}
