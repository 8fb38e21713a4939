'use client';

import { useMutation } from '@tanstack/react-query';
import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import { ActFoot } from '@/app/_portal/act-foot.tsx';
import { useTRPC } from '@/app/_trpc/client.tsx';
import { Field } from '@/app/_ui/field.tsx';
import { formatMoney } from '@/app/_ui/format.ts';
import { NumberInput } from '@/app/_ui/number-input.tsx';
import { RailPart } from '@/app/_ui/rail.tsx';
import { TextArea } from '@/app/_ui/text-input.tsx';
import { useNotReady } from './use-not-ready.ts';
import type { DeskRail, OrderRailProps } from './rail-props.ts';

const DAY_MS = 86_400_000;
const VALID_DAYS = 30;

/** Discount, validity and a note make a quote of what is configured. Above the desk's limit somebody else must agree. */
export function QuoteForm({
  desk,
  price,
  preview,
}: Pick<OrderRailProps, 'price' | 'preview'> & { readonly desk: DeskRail }) {
  const t = useTranslations('configure');
  const router = useRouter();
  const notReady = useNotReady()(preview);
  const [days, setDays] = useState<number | null>(VALID_DAYS);
  const [note, setNote] = useState('');
  const key = useRef({ previewId: '', key: '' });
  const create = useMutation(
    useTRPC().quotes.create.mutationOptions({
      onSuccess: ({ quoteId }) => router.push(`/desk/quotes/${quoteId}` as Route),
    }),
  );
  const submit = (): void => {
    const found = preview.answer;
    if (found === null || days === null) return;
    if (key.current.previewId !== found.id) key.current = { previewId: found.id, key: crypto.randomUUID() };
    create.mutate({
      previewId: found.id,
      discountBp: desk.discountBp,
      validUntil: new Date(Date.now() + days * DAY_MS),
      note,
      idempotencyKey: key.current.key,
    });
  };
  const refusal = desk.customer === null ? t('notReady.customer') : days === null ? t('notReady.days') : notReady;
  return (
    <>
      <RailPart title={t('quote')}>
        <div className="grid gap-3">
          <div className="grid grid-cols-2 gap-3">
            <Field label={t('discount')} unit="%" help={t('discountHelp')}>
              <NumberInput
                value={desk.discountBp / 100}
                onValueChange={(percent) => desk.setDiscountBp(Math.round((percent ?? 0) * 100))}
                min={0}
                max={100}
                maxDigits={2}
              />
            </Field>
            <Field label={t('validFor')} unit={t('days')}>
              <NumberInput value={days} onValueChange={setDays} min={1} max={180} />
            </Field>
          </div>
          <Field label={t('note')} optional>
            <TextArea value={note} maxLength={2000} rows={3} onChange={(event) => setNote(event.target.value)} />
          </Field>
        </div>
      </RailPart>
      <ActFoot
        act={create}
        label={t('makeQuote', { amount: price === null ? '' : formatMoney(price.totalMicro, price.currency) })}
        busyLabel={t('quoting')}
        refusal={refusal}
        noAnswer={t('noAnswer')}
        onAct={submit}
      >
        {t('afterQuote')}
      </ActFoot>
    </>
  );
}
