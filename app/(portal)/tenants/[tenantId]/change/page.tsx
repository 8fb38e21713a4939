import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { notFound } from 'next/navigation';
import { api, currentActor, orNotFound } from '@/app/_trpc/server.ts';
import { TenantId } from '@/server/domain/ids.ts';
import { hasRight } from '@/server/domain/policy.ts';
import { ChangeView } from './change-view.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('change'))('pageTitle') };
}

/** Another plan, other modules, other parameters of a running tenant: price and plan first. */
export default async function ChangePage({ params }: PageProps<'/tenants/[tenantId]/change'>) {
  const tenantId = TenantId.safeParse((await params).tenantId);
  if (!tenantId.success) notFound();
  const [tenant, actor] = await Promise.all([
    orNotFound(api.tenants.byId({ tenantId: tenantId.data })),
    currentActor(),
  ]);
  return <ChangeView tenant={tenant} mayAsk={actor !== null && hasRight(actor, 'order:place')} />;
}
