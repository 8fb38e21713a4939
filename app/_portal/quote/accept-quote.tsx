'use client';

import { useMutation } from '@tanstack/react-query';
import { Minus } from 'lucide-react';
import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useRef, useState, type FormEvent } from 'react';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { Button } from '@/app/_ui/button.tsx';
import { Dialog } from '@/app/_ui/dialog.tsx';
import { Field } from '@/app/_ui/field.tsx';
import { formatMoney } from '@/app/_ui/format.ts';
import { TextInput } from '@/app/_ui/text-input.tsx';
import { FaultState } from '../fault-state.tsx';
import { shortHash } from '../short-hash.ts';
import type { QuoteLink } from './quote-link.ts';
import type { CustomerQuote } from './quote-parts.tsx';

const FORM_ID = 'accept-quote';

/** Spaces and case do not matter, as on the server. */
const normal = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();

function Consequences({ quote }: { readonly quote: CustomerQuote }) {
  const t = useTranslations('quote.customer');
  const amount = formatMoney(quote.price.totalMicro, quote.currency);
  const lines = [
    t('accept1', { tenant: quote.tenantName, hash: shortHash(quote.planHash) }),
    t('accept2', { amount, months: quote.price.termMonths }),
    t('accept3'),
  ];
  return (
    <ul className="grid gap-1 text-ink-2">
      {lines.map((line) => (
        <li key={line} className="flex gap-2">
          <Minus className="mt-[3px] text-ink-3" />
          <span className="min-w-0">{line}</span>
        </li>
      ))}
    </ul>
  );
}

/** Accepting is the order: what follows, then the person's own name, then a button that names the amount. */
export function AcceptQuote({ quote, link }: { readonly quote: CustomerQuote; readonly link: QuoteLink }) {
  const t = useTranslations('quote.customer');
  const q = useTranslations('quote');
  const router = useRouter();
  const [typed, setTyped] = useState('');
  // One key a page: pressing again after a lost answer is the same order.
  const key = useRef<string>(undefined);
  const accept = useMutation(
    useTRPC().quotes.accept.mutationOptions({
      onSuccess: ({ orderId, runId }) =>
        router.push((runId === null ? `/orders/${orderId}` : `/runs/${runId}`) as Route),
    }),
  );
  const amount = formatMoney(quote.price.totalMicro, quote.currency);
  if (!link.mayAccept) {
    return (
      <Button kind="primary" size="lg" disabledReason={q('needsRight', { right: 'quote:accept' })}>
        {t('acceptDots', { amount })}
      </Button>
    );
  }
  const missing = normal(typed) === normal(quote.acceptName) ? undefined : t('mismatch', { name: quote.acceptName });
  const busy = accept.isPending || accept.isSuccess;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (missing !== undefined || busy) return;
    key.current ??= crypto.randomUUID();
    accept.mutate({ secret: link.secret, typedName: typed, idempotencyKey: key.current });
  };
  const failure = accept.error ? describeError(accept.error) : null;
  return (
    <Dialog
      title={t('acceptTitle', { number: quote.number })}
      description={t('acceptBody', { customer: quote.organisation.name })}
      trigger={
        <Button kind="primary" size="lg">
          {t('acceptDots', { amount })}
        </Button>
      }
      footer={
        <Button
          kind="primary"
          type="submit"
          form={FORM_ID}
          busy={busy}
          busyLabel={t('accepting')}
          disabledReason={missing}
        >
          {t('accept', { amount })}
        </Button>
      }
    >
      <form id={FORM_ID} onSubmit={submit} className="grid gap-4">
        <Consequences quote={quote} />
        <Field label={t('type', { name: quote.acceptName })}>
          <TextInput value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
        </Field>
        {failure && <FaultState fault={failure.fault} requestId={failure.requestId} />}
        {accept.error && !failure && (
          <p role="alert" className="text-bad">
            {q('noAnswer')}
          </p>
        )}
      </form>
    </Dialog>
  );
}
