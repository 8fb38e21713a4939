'use client';

import { useQuery } from '@tanstack/react-query';
import { useTimeZone, useTranslations } from 'next-intl';
import { OfferingCell, OrderStateBadge } from '@/app/_portal/cells.tsx';
import { ConfigurationPanel } from '@/app/_portal/configuration-panel.tsx';
import type { OfferingNames } from '@/app/_portal/offering-names.ts';
import { PlanPanel } from '@/app/_portal/plan-panel.tsx';
import { PricePanel } from '@/app/_portal/price-panel.tsx';
import { useLiveQuery } from '@/app/_portal/use-live-query.ts';
import { useTRPC } from '@/app/_trpc/client.tsx';
import { formatClock } from '@/app/_ui/format-time.ts';
import { formatMoney } from '@/app/_ui/format.ts';
import { Page } from '@/app/_ui/page.tsx';
import { StaleBanner } from '@/app/_ui/stale-banner.tsx';
import { When } from '@/app/_ui/when.tsx';
import { ORDER_TRANSITIONS, RUN_TRANSITIONS } from '@/server/domain/lifecycle.ts';
import { OrderActions } from './order-actions.tsx';
import { OrderNotice } from './order-notice.tsx';
import { OrderRail } from './order-rail.tsx';
import { OrderRuns } from './order-runs.tsx';
import type { Order } from './order.ts';

export interface OrderViewProps {
  readonly initial: Order;
  readonly names: OfferingNames;
  readonly mayCancel: boolean;
  /** May open the page of approvals. */
  readonly mayApprove: boolean;
}

const isOver = (order: Order): boolean => ORDER_TRANSITIONS[order.state].length === 0;

/** The run that works on the order now, if one does. */
const liveRun = (order: Order): Order['runs'][number] | undefined =>
  order.runs.find((run) => RUN_TRANSITIONS[run.state].length > 0);

/** The order as the server last told it, read anew when something happens to it or to the run that builds it. */
function useOrder(initial: Order) {
  const trpc = useTRPC();
  const options = trpc.orders.byId.queryOptions({ orderId: initial.id });
  const { data: order } = useQuery({ ...options, initialData: initial });
  const live = useLiveQuery({ orderId: order.id }, '', options.queryKey, !isOver(order));
  const run = liveRun(order);
  useLiveQuery(run ? { runId: run.id } : { orderId: order.id }, '', options.queryKey, run !== undefined);
  return { order, live };
}

function Facts({ order }: { readonly order: Order }) {
  const t = useTranslations('order');
  return (
    <>
      <OfferingCell offering={order.offering} />
      <span>{order.tenant.name}</span>
      <span>{t('monthly', { amount: formatMoney(order.monthlyMicro, order.currency) })}</span>
      <span className="text-ink-3">
        {t.rich('placedBy', { name: order.placedBy.name, at: () => <When at={order.createdAt} /> })}
      </span>
    </>
  );
}

export function OrderView({ initial, names, mayCancel, mayApprove }: OrderViewProps) {
  const timeZone = useTimeZone() ?? 'UTC';
  const { order, live } = useOrder(initial);
  const stale = !isOver(order) && live.state === 'stale';
  return (
    <Page
      title={order.number}
      badge={
        <output>
          <OrderStateBadge state={order.state} />
        </output>
      }
      facts={<Facts order={order} />}
      crumbs={[{ label: order.number }]}
      actions={<OrderActions order={order} mayCancel={mayCancel} stale={stale} />}
      rail={<OrderRail order={order} />}
    >
      {stale && <StaleBanner clock={formatClock(live.at, timeZone, 's')} onRetry={live.reconnect} />}
      <OrderNotice order={order} mayApprove={mayApprove} />
      <PricePanel price={order.price} names={names} offering={order.offering} />
      <OrderRuns order={order} />
      <ConfigurationPanel configuration={order.configuration} names={names} />
      <PlanPanel plan={order.plan} planHash={order.planHash} />
    </Page>
  );
}
