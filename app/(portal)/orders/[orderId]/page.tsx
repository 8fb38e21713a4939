import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { getLocale, getTranslations } from 'next-intl/server';
import { loadOfferingNames } from '@/app/_portal/offering-names.ts';
import { api, currentActor, orNotFound } from '@/app/_trpc/server.ts';
import { OrderId } from '@/server/domain/ids.ts';
import { hasRight, seesAllOrganisations, type Right } from '@/server/domain/policy.ts';
import { OrderView } from './order-view.tsx';

/** Who may read the page of approvals. */
const APPROVERS: readonly Right[] = ['order:approve', 'audit:read', 'quote:write'];

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('order'))('pageTitle') };
}

export default async function OrderPage({ params }: PageProps<'/orders/[orderId]'>) {
  const orderId = OrderId.safeParse((await params).orderId);
  if (!orderId.success) notFound();
  const [order, actor, locale] = await Promise.all([
    orNotFound(api.orders.byId({ orderId: orderId.data })),
    currentActor(),
    getLocale(),
  ]);
  return (
    <OrderView
      initial={order}
      names={await loadOfferingNames(order.offering, locale)}
      mayCancel={actor !== null && hasRight(actor, 'order:cancel')}
      mayApprove={actor !== null && seesAllOrganisations(actor) && APPROVERS.some((right) => hasRight(actor, right))}
    />
  );
}
