'use client';

import { useQuery } from '@tanstack/react-query';
import { BookOpen } from 'lucide-react';
import { useTimeZone, useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { useCommands } from '@/app/_shell/command-store.ts';
import { OfferingCell, TenantStateBadge } from '@/app/_portal/cells.tsx';
import { useLiveQuery } from '@/app/_portal/use-live-query.ts';
import { useTRPC } from '@/app/_trpc/client.tsx';
import { Badge } from '@/app/_ui/badge.tsx';
import { ButtonLink } from '@/app/_ui/button.tsx';
import { formatClock } from '@/app/_ui/format-time.ts';
import { Id } from '@/app/_ui/id.tsx';
import { Page } from '@/app/_ui/page.tsx';
import { StaleBanner } from '@/app/_ui/stale-banner.tsx';
import { Tabs } from '@/app/_ui/tabs.tsx';
import { When } from '@/app/_ui/when.tsx';
import { picturesOf } from '@/server/domain/manifest.ts';
import { BusinessTab } from './business-tab.tsx';
import { HistoryTab } from './history-tab.tsx';
import { KeysTab } from './keys-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { QuotaNotice } from './quota-notice.tsx';
import { ResourcesTab } from './resources-tab.tsx';
import { StateNotice } from './state-notice.tsx';
import type { Tenant } from './tenant.ts';
import { TENANT_TABS, type TenantTab } from './tabs.ts';
import { TenantActions } from './tenant-actions.tsx';
import { TryTab } from './try-tab.tsx';
import { UsageTab } from './usage-tab.tsx';

export interface TenantViewProps {
  readonly initial: Tenant;
  readonly tab: TenantTab;
  readonly mayOperate: boolean;
  readonly mayCall: boolean;
  readonly mayReveal: boolean;
  /** Random, from the server: the first draw of both sides is the same. */
  readonly seed: string;
}

/** New samples come without events; the strip is read anew with them. */
const SAMPLES_MS = 15_000;

function useTenant(initial: Tenant) {
  const trpc = useTRPC();
  const options = trpc.tenants.byId.queryOptions({ tenantId: initial.id });
  const over = initial.state === 'retired';
  const { data } = useQuery({ ...options, initialData: initial, refetchInterval: over ? false : SAMPLES_MS });
  const live = useLiveQuery({ tenantId: initial.id }, initial.eventCursor, options.queryKey, !over);
  return { tenant: data, live };
}

function Facts({ tenant }: { readonly tenant: Tenant }) {
  const t = useTranslations('tenant');
  return (
    <>
      <OfferingCell offering={tenant.offering} />
      <span>{tenant.organisation.name}</span>
      {tenant.retiredAt ? (
        <span>
          {t('retiredSince')} <When at={tenant.retiredAt} />
        </span>
      ) : (
        tenant.activeAt && (
          <span>
            {t('activeSince')} <When at={tenant.activeAt} />
          </span>
        )
      )}
      <Id value={tenant.ref} />
    </>
  );
}

function Body({
  tenant,
  tab,
  mayCall,
  mayReveal,
  seed,
}: Omit<TenantViewProps, 'initial'> & { readonly tenant: Tenant }) {
  switch (tab) {
    case 'business':
      return <BusinessTab tenant={tenant} mayCall={mayCall} />;
    case 'try':
      return <TryTab tenant={tenant} mayCall={mayCall} seed={seed} />;
    case 'resources':
      return <ResourcesTab tenant={tenant} />;
    case 'usage':
      return <UsageTab tenant={tenant} />;
    case 'keys':
      return <KeysTab tenant={tenant} mayReveal={mayReveal} />;
    case 'history':
      return <HistoryTab tenant={tenant} />;
    case 'overview':
    default:
      return <OverviewTab tenant={tenant} mayReveal={mayReveal} />;
  }
}

/** The tenant's parts, for ⌘K. */
function useTenantCommands(tenantId: string, name: string): void {
  const t = useTranslations('tenant');
  const commands = useMemo(
    () =>
      TENANT_TABS.map((key) => ({
        id: `tenant tab ${key}`,
        label: t(`tab.${key}`),
        subject: name,
        href: key === 'overview' ? `/tenants/${tenantId}` : `/tenants/${tenantId}?tab=${key}`,
      })),
    [tenantId, name, t],
  );
  useCommands(commands);
}

export function TenantView({ initial, ...rest }: TenantViewProps) {
  const t = useTranslations('tenant');
  const d = useTranslations('domain');
  const timeZone = useTimeZone() ?? 'UTC';
  const { tenant, live } = useTenant(initial);
  const base = `/tenants/${tenant.id}`;
  const counts = {
    resources: tenant.resources.length,
    keys: tenant.resources.filter(({ type }) => type.endsWith(':ApiKey')).length,
  } as Partial<Record<TenantTab, number>>;
  const hasPictures = picturesOf(tenant.manifest, tenant).length > 0;
  const tabs = TENANT_TABS.filter((key) => key !== 'business' || hasPictures).map((key) => {
    const count = counts[key];
    return {
      key,
      label: t(`tab.${key}`),
      href: key === 'overview' ? base : `${base}?tab=${key}`,
      ...(count !== undefined && { count }),
    };
  });
  useTenantCommands(tenant.id, tenant.name);
  const endpoint = tenant.endpoints[0];
  const stale = tenant.state !== 'retired' && live.state === 'stale';
  return (
    <Page
      title={tenant.name}
      badge={
        <output className="flex min-w-0 flex-wrap items-center gap-2">
          <TenantStateBadge state={tenant.state} tainted={tenant.tainted} />
          <Badge>{d(`model.${tenant.model}`)}</Badge>
        </output>
      }
      facts={<Facts tenant={tenant} />}
      crumbs={[{ label: tenant.name }]}
      actions={
        <>
          {endpoint && tenant.state !== 'retired' && (
            <ButtonLink kind="ghost" href={endpoint.url} icon={<BookOpen />}>
              {t('apiPage')}
            </ButtonLink>
          )}
          <TenantActions tenant={tenant} mayOperate={rest.mayOperate} stale={stale} />
        </>
      }
      tabs={<Tabs items={tabs} current={rest.tab} label={t('tabs')} />}
    >
      {stale && <StaleBanner clock={formatClock(live.at, timeZone, 's')} onRetry={live.reconnect} />}
      <StateNotice tenant={tenant} />
      <QuotaNotice tenant={tenant} />
      <Body tenant={tenant} {...rest} />
    </Page>
  );
}
