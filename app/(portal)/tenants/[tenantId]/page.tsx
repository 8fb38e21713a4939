import { randomUUID } from 'node:crypto';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { api, currentActor, orNotFound } from '@/app/_trpc/server.ts';
import { TenantId } from '@/server/domain/ids.ts';
import { hasRight } from '@/server/domain/policy.ts';
import { TENANT_TABS, type TenantTab } from './tabs.ts';
import { TenantView } from './tenant-view.tsx';

async function read(params: PageProps<'/tenants/[tenantId]'>['params']) {
  const tenantId = TenantId.safeParse((await params).tenantId);
  if (!tenantId.success) notFound();
  return orNotFound(api.tenants.byId({ tenantId: tenantId.data }));
}

export async function generateMetadata({ params }: PageProps<'/tenants/[tenantId]'>): Promise<Metadata> {
  return { title: (await read(params)).name };
}

export default async function TenantPage({ params, searchParams }: PageProps<'/tenants/[tenantId]'>) {
  const [tenant, actor, query] = await Promise.all([read(params), currentActor(), searchParams]);
  const tab = TENANT_TABS.find((one) => one === query['tab']) ?? ('overview' satisfies TenantTab);
  const may = (right: 'tenant:operate' | 'tenant:call' | 'tenant:reveal_key') =>
    actor !== null && hasRight(actor, right);
  return (
    <TenantView
      initial={tenant}
      tab={tab}
      mayOperate={may('tenant:operate')}
      mayCall={may('tenant:call')}
      mayReveal={may('tenant:reveal_key')}
      seed={randomUUID()}
    />
  );
}
