'use server';

import { getLocale, getTranslations } from 'next-intl/server';
import type { CommandEntry } from '@/app/_shell/command-store.ts';
import { api, currentActor } from '@/app/_trpc/server.ts';
import { hasRight } from '@/server/domain/policy.ts';

const EACH_MAX = 5;
const QUERY_MAX = 100;

/** What ⌘K finds beyond pages and verbs: tenants and orders by name, number or reference, offerings by their words. */
export async function searchAction(typed: string): Promise<readonly CommandEntry[]> {
  const actor = await currentActor();
  const q = typed.trim().slice(0, QUERY_MAX);
  if (actor === null || q === '') return [];
  const [t, d, locale] = await Promise.all([getTranslations('lists'), getTranslations('domain'), getLocale()]);
  const page = { q, limit: EACH_MAX };
  const [tenants, orders, offerings] = await Promise.all([
    hasRight(actor, 'tenant:read') ? api.tenants.list({ ...page, withRetired: true }) : null,
    hasRight(actor, 'order:read') ? api.orders.list(page) : null,
    hasRight(actor, 'catalogue:read') ? api.catalogue.list({ q }) : null,
  ]);
  return [
    ...(tenants?.items ?? []).map((one) => ({
      id: `tenant ${one.id}`,
      label: t('tenants.name'),
      subject: one.name,
      hint: d(`tenantState.${one.state}`),
      href: `/tenants/${one.id}`,
      keywords: [one.ref],
    })),
    ...(orders?.items ?? []).map((one) => ({
      id: `order ${one.id}`,
      label: t('orders.number'),
      subject: one.number,
      hint: d(`orderState.${one.state}`),
      href: `/orders/${one.id}`,
      keywords: [one.tenant.name],
    })),
    ...(offerings?.offerings ?? []).slice(0, EACH_MAX).map((one) => ({
      id: `offering ${one.slug}`,
      label: t('offering'),
      subject: one.name[locale],
      hint: one.version,
      href: `/catalogue/${one.slug}`,
    })),
  ];
}
