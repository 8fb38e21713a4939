'use client';

import { useTranslations } from 'next-intl';
import { formatBytes } from '@/app/_ui/format.ts';
import { Meter } from '@/app/_ui/meter.tsx';
import type { Tenant } from './tenant.ts';

const GIB = 1024 ** 3;

/** Quotas of the plan and how much of each is used; at their end stands what happens there. */
export function Quotas({ tenant }: { readonly tenant: Tenant }) {
  const t = useTranslations('tenant');
  const { quotas, usage } = tenant;
  return (
    <div className="grid gap-3">
      <Meter
        label={t('quota.storage')}
        used={(usage.storageBytes ?? 0) / GIB}
        limit={quotas.storageGib}
        unit="GiB"
        text={t('quota.storageUsed', {
          used: formatBytes(usage.storageBytes ?? 0),
          limit: formatBytes(quotas.storageGib * GIB),
        })}
      />
      <Meter label={t('quota.rate')} used={usage.rpsPeak ?? 0} limit={quotas.rps} unit="rps" />
      <Meter label={t('quota.connections')} used={usage.connections ?? 0} limit={quotas.apiConnections} unit="" />
      <p className="text-12 text-ink-3">{t('quota.atEnd', { storage: quotas.storageGib, burst: quotas.burst })}</p>
    </div>
  );
}
