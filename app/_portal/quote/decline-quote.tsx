'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { Button } from '@/app/_ui/button.tsx';
import { ConfirmByName } from '@/app/_ui/confirm-by-name.tsx';
import { Field } from '@/app/_ui/field.tsx';
import { TextArea } from '@/app/_ui/text-input.tsx';
import { useFaultWords } from '../fault-state.tsx';
import type { QuoteLink } from './quote-link.ts';
import type { CustomerQuote } from './quote-parts.tsx';

/** Ends the quote; the reason goes to whoever made it. */
export function DeclineQuote({ quote, link }: { readonly quote: CustomerQuote; readonly link: QuoteLink }) {
  const t = useTranslations('quote.customer');
  const q = useTranslations('quote');
  const router = useRouter();
  const words = useFaultWords();
  const [reason, setReason] = useState('');
  const decline = useMutation(useTRPC().quotes.decline.mutationOptions());
  const label = `${t('decline')}…`;
  if (!link.mayAccept) {
    return <Button disabledReason={q('needsRight', { right: 'quote:accept' })}>{label}</Button>;
  }
  const confirm = async (): Promise<string | void> => {
    try {
      await decline.mutateAsync({ secret: link.secret, reason });
      router.refresh();
      return undefined;
    } catch (error) {
      const failure = describeError(error);
      return failure ? `${words(failure.fault).title}. ${words(failure.fault).kept}` : q('noAnswer');
    }
  };
  return (
    <ConfirmByName
      title={t('declineTitle', { number: quote.number })}
      consequences={[t('decline1', { name: quote.createdBy.name }), t('decline2')]}
      action={t('decline')}
      busyLabel={t('declining')}
      onConfirm={confirm}
      trigger={<Button>{label}</Button>}
    >
      <Field label={t('reason')} help={t('reasonHelp')} optional>
        <TextArea value={reason} maxLength={1000} rows={2} onChange={(event) => setReason(event.target.value)} />
      </Field>
    </ConfirmByName>
  );
}
