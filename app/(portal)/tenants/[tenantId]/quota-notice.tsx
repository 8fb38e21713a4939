'use client';

import { useTranslations } from 'next-intl';
import { formatNumber } from '@/app/_ui/format.ts';
import { Callout } from '@/app/_ui/callout.tsx';
import {
  QUOTA_LEVELS,
  QUOTA_NAMES,
  QUOTA_SIDES,
  quotaUses,
  type QuotaName,
  type QuotaSide,
  type QuotaUse,
} from '@/server/domain/quota-levels.ts';
import type { Tenant } from './tenant.ts';

interface Told {
  readonly side: QuotaSide;
  readonly quota: QuotaName;
  readonly use: QuotaUse;
}

function toldOf(tenant: Tenant): readonly Told[] {
  const uses = quotaUses(tenant.usage, tenant.quotas);
  return QUOTA_SIDES.flatMap((side) =>
    QUOTA_NAMES.flatMap((quota) => {
      const use = uses[side][quota];
      return use && use.level !== 'ok' ? [{ side, quota, use }] : [];
    }),
  );
}

/** Quotas that are near their end, or there: what is used, what happens at the end, what to do. Nothing below 80 %. */
export function QuotaNotice({ tenant }: { readonly tenant: Tenant }) {
  const t = useTranslations('tenant.quotaNotice');
  const serves = tenant.state === 'active' || tenant.state === 'degraded' || tenant.state === 'changing';
  const told = serves ? toldOf(tenant) : [];
  const level = QUOTA_LEVELS.findLast((one) => told.some(({ use }) => use.level === one)) ?? 'ok';
  if (level === 'ok') return null;
  const sentence = ({ side, quota, use }: Told): string => {
    const { used, max, refused } = use;
    const numbers = {
      used: formatNumber(used ?? 0, { maxDigits: 2 }),
      max: formatNumber(max, { maxDigits: 2 }),
      refused,
    };
    const words = t(`${use.level === 'full' ? 'full' : 'near'}.${quota}`, numbers);
    return side === 'edge' ? t('atEdge', { sentence: words }) : words;
  };
  return (
    <Callout tone={level === 'full' ? 'bad' : 'wait'} title={t(`title.${level}`)} live>
      <ul>
        {told.map((one) => (
          <li key={`${one.side} ${one.quota}`}>{sentence(one)}</li>
        ))}
      </ul>
    </Callout>
  );
}
