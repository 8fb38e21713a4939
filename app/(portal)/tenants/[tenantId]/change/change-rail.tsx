'use client';

import { useMutation } from '@tanstack/react-query';
import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useRef } from 'react';
import { usePriceLines } from '@/app/(catalogue)/catalogue/[slug]/configure/order-rail.tsx';
import { ActFoot } from '@/app/_portal/act-foot.tsx';
import { useFaultWords } from '@/app/_portal/fault-state.tsx';
import { useStopper } from '@/app/_portal/planned/planned-section.tsx';
import { useTRPC } from '@/app/_trpc/client.tsx';
import { formatMoney } from '@/app/_ui/format.ts';
import { PriceRail } from '@/app/_ui/price-rail.tsx';
import { RailPart } from '@/app/_ui/rail.tsx';
import type { Tenant } from '../tenant.ts';
import type { ChangeState } from './use-change.ts';

interface ChangeRailProps {
  readonly tenant: Tenant;
  readonly state: ChangeState;
  readonly mayAsk: boolean;
}

/** The price before and after, what the change waits for, and the one action. */
export function ChangeRail({ tenant, state, mayAsk }: ChangeRailProps) {
  const t = useTranslations('change');
  const linesOf = usePriceLines();
  const { answer: change } = state;
  const { subscription } = tenant;
  const price = change?.price ?? null;
  return (
    <>
      <PriceRail
        currency={price?.currency ?? subscription?.currency ?? 'CNY'}
        totalMicro={price?.subtotalMicro ?? subscription?.monthlyMicro ?? null}
        instead={t('noPrice')}
        withTax={false}
        priceBook={price?.book.version ?? '–'}
        {...(change && { beforeMicro: change.beforeMicro, deltaMicro: change.monthlyMicro - change.beforeMicro })}
        lines={price ? linesOf(price) : []}
      />
      <RailPart title={t('effect')}>
        <ul className="grid list-disc gap-1.5 pl-4 text-12 text-ink-2">
          <li>{t('effectPrice')}</li>
          <li>{t('effectData')}</li>
          <li>{change?.needsApproval ? t('effectApproval') : t('effectAtOnce')}</li>
        </ul>
      </RailPart>
      <AskButton tenant={tenant} state={state} mayAsk={mayAsk} />
    </>
  );
}

function useRefusal({ tenant, state, mayAsk }: ChangeRailProps): string | undefined {
  const t = useTranslations('change');
  const words = useFaultWords();
  const stopper = useStopper();
  const refusal = tenant.actions.find(({ action }) => action === 'change')?.refusal ?? null;
  if (!mayAsk) return t('notReady.right');
  if (refusal !== null) return words(refusal).title;
  switch (state.phase) {
    case 'ready':
      return undefined;
    case 'none':
      return t('notReady.nothing');
    case 'failed':
      return stopper(state.answer) ?? t('notReady.refused');
    case 'refused':
      return t('notReady.refused');
    default:
      return t('notReady.computing');
  }
}

/** Asks for exactly what is shown: this plan, at this price. */
function AskButton(props: ChangeRailProps) {
  const t = useTranslations('change');
  const router = useRouter();
  const refusal = useRefusal(props);
  const { answer: change } = props.state;
  const key = useRef({ changeId: '', key: '' });
  const ask = useMutation(
    useTRPC().tenants.change.mutationOptions({
      onSuccess: ({ runId }) =>
        router.push((runId === null ? `/tenants/${props.tenant.id}` : `/runs/${runId}`) as Route),
    }),
  );
  const submit = (): void => {
    if (!change?.planHash) return;
    // One key a change: pressing again after a lost answer is the same request.
    if (key.current.changeId !== change.id) key.current = { changeId: change.id, key: crypto.randomUUID() };
    ask.mutate({ changeId: change.id, planHash: change.planHash, idempotencyKey: key.current.key });
  };
  const amount = change ? formatMoney(change.monthlyMicro, change.currency) : '';
  return (
    <ActFoot
      act={ask}
      label={amount === '' ? t('askPlain', { name: props.tenant.name }) : t('ask', { name: props.tenant.name, amount })}
      busyLabel={t('asking')}
      refusal={refusal}
      noAnswer={t('noAnswer')}
      onAct={submit}
    />
  );
}
