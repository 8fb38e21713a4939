'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useFaultWords } from '@/app/_portal/fault-state.tsx';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { Button, ButtonLink } from '@/app/_ui/button.tsx';
import { ConfirmByName } from '@/app/_ui/confirm-by-name.tsx';
import { Field } from '@/app/_ui/field.tsx';
import { TextArea } from '@/app/_ui/text-input.tsx';
import { ORDER_TRANSITIONS } from '@/server/domain/lifecycle.ts';
import type { Order } from './order.ts';

interface Props {
  readonly order: Order;
  readonly mayCancel: boolean;
  readonly stale: boolean;
}

/** The run or the tenant of the order, and ending it while that can be done. */
export function OrderActions(props: Props) {
  const { order } = props;
  const t = useTranslations('order');
  const run = order.runs[0];
  const isFulfilled = order.state === 'fulfilled';
  return (
    <>
      {run !== undefined && (
        <ButtonLink href={`/runs/${run.id}`} kind={isFulfilled ? 'default' : 'primary'}>
          {t('openRun', { number: run.number })}
        </ButtonLink>
      )}
      {isFulfilled && (
        <ButtonLink href={`/tenants/${order.tenant.id}`} kind="primary">
          {t('openTenant')}
        </ButtonLink>
      )}
      {(ORDER_TRANSITIONS[order.state].length > 0 || isFulfilled) && <CancelOrder {...props} />}
    </>
  );
}

function CancelOrder({ order, mayCancel, stale }: Props) {
  const t = useTranslations('order');
  const words = useFaultWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [reason, setReason] = useState('');
  const cancel = useMutation(trpc.orders.cancel.mutationOptions());
  const isBegun = order.runs.length > 0;
  const label = isBegun ? t('cancel') : t('withdraw');
  const refusal = !mayCancel
    ? t('needsRight', { right: 'order:cancel' })
    : order.state === 'fulfilled'
      ? t('fulfilledRefusal')
      : order.cancelRefusal
        ? words(order.cancelRefusal).title
        : stale
          ? t('staleRefusal')
          : undefined;
  if (refusal !== undefined) {
    return (
      <Button kind="danger" disabledReason={refusal}>
        {label}…
      </Button>
    );
  }
  const confirm = async (): Promise<string | void> => {
    try {
      await cancel.mutateAsync({ orderId: order.id, reason });
      await queryClient.invalidateQueries({ queryKey: trpc.orders.byId.queryKey({ orderId: order.id }) });
      return undefined;
    } catch (error) {
      const failure = describeError(error);
      return failure ? `${words(failure.fault).title}. ${words(failure.fault).kept}` : t('noAnswer');
    }
  };
  const tenant = order.tenant.name;
  return (
    <ConfirmByName
      title={isBegun ? t('cancelTitle', { number: order.number }) : t('withdrawTitle', { number: order.number })}
      consequences={
        isBegun ? [t('cancel1'), t('cancel2', { tenant }), t('cancel3')] : [t('withdraw1'), t('withdraw2', { tenant })]
      }
      action={label}
      busyLabel={t('cancelling')}
      onConfirm={confirm}
      trigger={<Button kind="danger">{label}…</Button>}
    >
      <Field label={t('reason')} help={t('reasonHelp')} optional>
        <TextArea value={reason} maxLength={1000} rows={2} onChange={(event) => setReason(event.target.value)} />
      </Field>
    </ConfirmByName>
  );
}
