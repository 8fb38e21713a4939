'use client';

import { useMutation } from '@tanstack/react-query';
import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useRef } from 'react';
import { ActFoot } from '@/app/_portal/act-foot.tsx';
import { useTRPC } from '@/app/_trpc/client.tsx';
import { formatMoney } from '@/app/_ui/format.ts';
import type { OrderRailProps } from './rail-props.ts';
import { useNotReady } from './use-not-ready.ts';

/** Orders exactly what is shown: this preview, this plan, this price. */
export function OrderButton({
  configuration,
  price,
  preview,
  mayOrder,
}: Pick<OrderRailProps, 'configuration' | 'price' | 'preview' | 'mayOrder'>) {
  const t = useTranslations('configure');
  const router = useRouter();
  const notReady = useNotReady()(preview);
  const key = useRef({ previewId: '', key: '' });
  const place = useMutation(
    useTRPC().orders.place.mutationOptions({
      onSuccess: ({ orderId, runId }) =>
        router.push((runId === null ? `/orders/${orderId}` : `/runs/${runId}`) as Route),
    }),
  );
  const found = preview.answer;
  const submit = (): void => {
    if (found === null || configuration === null) return;
    // One key a preview: pressing again after a lost answer is the same order.
    if (key.current.previewId !== found.id) key.current = { previewId: found.id, key: crypto.randomUUID() };
    place.mutate({ previewId: found.id, idempotencyKey: key.current.key, planHash: found.planHash ?? undefined });
  };
  const amount = price === null ? '' : formatMoney(price.totalMicro, price.currency);
  const name = configuration?.name ?? '';
  return (
    <ActFoot
      act={place}
      label={name === '' ? t('orderPlain', { amount }) : t('order', { name, amount })}
      busyLabel={t('ordering')}
      refusal={mayOrder ? notReady : t('notReady.right')}
      noAnswer={t('noAnswer')}
      onAct={submit}
    >
      {found?.needsApproval ? t('afterApproval') : t('afterOrder')}
    </ActFoot>
  );
}
