'use client';

import { useTranslations } from 'next-intl';
import { ApprovalsPanel } from '@/app/_portal/approval-parts.tsx';
import { OfferingCell, TenantStateBadge } from '@/app/_portal/cells.tsx';
import { AppLink } from '@/app/_ui/app-link.tsx';
import { Id } from '@/app/_ui/id.tsx';
import { KeyValues, type KeyValue } from '@/app/_ui/key-values.tsx';
import { formatMoney } from '@/app/_ui/format.ts';
import { Panel } from '@/app/_ui/panel.tsx';
import { When } from '@/app/_ui/when.tsx';
import { ORDER_TRANSITIONS } from '@/server/domain/lifecycle.ts';
import type { Order } from './order.ts';

function useFacts(order: Order): readonly KeyValue[] {
  const t = useTranslations('order.facts');
  const facts: (KeyValue | null)[] = [
    {
      label: t('tenant'),
      value: (
        <span className="inline-flex flex-wrap items-center justify-end gap-2">
          <AppLink className="link" href={`/tenants/${order.tenant.id}`}>
            {order.tenant.name}
          </AppLink>
          <TenantStateBadge state={order.tenant.state} />
        </span>
      ),
    },
    { label: t('customer'), value: order.organisation.name },
    { label: t('offering'), value: <OfferingCell offering={order.offering} /> },
    { label: t('target'), value: `${order.target.name}, ${order.target.region.code}` },
    order.quote === null
      ? null
      : {
          label: t('quote'),
          value: (
            <AppLink className="link" href={`/quotes/${order.quote.id}`}>
              {order.quote.number}
            </AppLink>
          ),
        },
    { label: t('plan'), value: <Id value={order.planHash} /> },
    { label: t('placed'), value: <When at={order.createdAt} style="absolute" /> },
    order.fulfilledAt === null
      ? null
      : { label: t('fulfilled'), value: <When at={order.fulfilledAt} style="absolute" /> },
  ];
  return facts.filter((fact) => fact !== null);
}

function Subscription({ order }: { readonly order: Order }) {
  const t = useTranslations('order.subscription');
  const c = useTranslations('order.configuration');
  const { subscription } = order;
  if (subscription === null) return <p className="text-ink-3">{t('none')}</p>;
  const { startedAt, meteringPausedAt, endedAt } = subscription;
  return (
    <KeyValues
      rows={[
        { label: t('since'), value: <When at={startedAt} style="absolute" /> },
        { label: t('term'), value: c('months', { count: subscription.termMonths }) },
        {
          label: t('monthly'),
          value: t('amount', { amount: formatMoney(subscription.monthlyMicro, subscription.currency) }),
        },
        ...(meteringPausedAt ? [{ label: t('paused'), value: <When at={meteringPausedAt} style="absolute" /> }] : []),
        ...(endedAt ? [{ label: t('ended'), value: <When at={endedAt} style="absolute" /> }] : []),
      ]}
    />
  );
}

/** What the order is bound to, who decided, and the subscription it became. */
export function OrderRail({ order }: { readonly order: Order }) {
  const t = useTranslations('order.subscription');
  return (
    <>
      <Panel padded>
        <KeyValues rows={useFacts(order)} />
      </Panel>
      <ApprovalsPanel approvals={order.approvals} />
      {(order.subscription !== null || ORDER_TRANSITIONS[order.state].length > 0) && (
        <Panel title={t('title')} padded>
          <Subscription order={order} />
        </Panel>
      )}
    </>
  );
}
