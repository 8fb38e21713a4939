'use client';

import { useTranslations } from 'next-intl';
import { PicturePanel } from '@/app/_portal/pictures/picture-panel.tsx';
import { EmptyState } from '@/app/_ui/empty-state.tsx';
import { picturesOf } from '@/server/domain/manifest.ts';
import type { Tenant } from './tenant.ts';

/** What the offering draws of the tenant's business, read through the tenant's own API. */
export function BusinessTab({ tenant, mayCall }: { readonly tenant: Tenant; readonly mayCall: boolean }) {
  const t = useTranslations('pictures');
  const pictures = picturesOf(tenant.manifest, tenant);
  if (pictures.length === 0) return <EmptyState title={t('none')}>{t('noneBody')}</EmptyState>;
  if (!mayCall) return <EmptyState title={t('none')}>{t('needsRight', { right: 'tenant:call' })}</EmptyState>;
  const open = tenant.endpoints.length > 0 && ['active', 'degraded', 'changing'].includes(tenant.state);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      {pictures.map((picture) => (
        <PicturePanel
          key={picture.name}
          tenantId={tenant.id}
          picture={picture}
          machine={tenant.manifest.stateMachine}
          open={open}
        />
      ))}
    </div>
  );
}
