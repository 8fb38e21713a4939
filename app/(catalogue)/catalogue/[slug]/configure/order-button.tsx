'use client';

import { useMutation } from '@tanstack/react-query';
import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useRef } from 'react';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { Button } from '@/app/_ui/button.tsx';
import { formatMoney } from '@/app/_ui/format.ts';
import { RailPart } from '@/app/_ui/rail.tsx';
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
  const found = preview.preview;
  const submit = (): void => {
    if (found === null || configuration === null) return;
    // One key a preview: pressing again after a lost answer is the same order.
    if (key.current.previewId !== found.id) key.current = { previewId: found.id, key: crypto.randomUUID() };
    place.mutate({ previewId: found.id, idempotencyKey: key.current.key, planHash: found.planHash ?? undefined });
  };
  const refusal = mayOrder ? notReady : t('notReady.right');
  const failure = place.error ? describeError(place.error) : null;
  const amount = price === null ? '' : formatMoney(price.totalMicro, price.currency);
  const name = configuration?.name ?? '';
  return (
    <RailPart foot>
      {failure && <FaultState fault={failure.fault} requestId={failure.requestId} />}
      {place.error && !failure && (
        <p role="alert" className="text-12 text-bad">
          {t('noAnswer')}
        </p>
      )}
      <Button
        kind="primary"
        size="lg"
        className="w-full"
        busy={place.isPending || place.isSuccess}
        busyLabel={t('ordering')}
        disabledReason={refusal}
        onClick={submit}
      >
        {name === '' ? t('orderPlain', { amount }) : t('order', { name, amount })}
      </Button>
      <p className="text-12 text-ink-3">{found?.needsApproval ? t('afterApproval') : t('afterOrder')}</p>
    </RailPart>
  );
}
