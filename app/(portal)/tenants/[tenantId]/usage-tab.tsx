'use client';

import { useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { KeyValues } from '@/app/_ui/key-values.tsx';
import { Money } from '@/app/_ui/money.tsx';
import { Panel } from '@/app/_ui/panel.tsx';
import { SeriesChart } from '@/app/_ui/series-chart.tsx';
import { When } from '@/app/_ui/when.tsx';
import { unitWords } from './kpis.ts';
import { Quotas } from './quotas.tsx';
import type { Tenant } from './tenant.ts';

const REFRESH_MS = 15_000;

/** The subscription, and each indicator over time. */
export function UsageTab({ tenant }: { readonly tenant: Tenant }) {
  const t = useTranslations('tenant');
  const locale = useLocale();
  const metrics = useQuery(
    useTRPC().tenants.metrics.queryOptions({ tenantId: tenant.id }, { refetchInterval: REFRESH_MS }),
  );
  const failure = metrics.error ? describeError(metrics.error) : null;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 xl:grid-cols-[minmax(0,1fr)_316px]">
      <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-4 md:grid-cols-2">
        {failure && <FaultState fault={failure.fault} requestId={failure.requestId} />}
        {metrics.data?.series.map(({ spec, points }) => (
          <Panel key={spec.name} padded>
            <SeriesChart
              title={spec.title[locale]}
              unit={spec.kind === 'money' ? t('minorUnits') : unitWords(spec.unit)}
              series={[
                {
                  key: spec.name,
                  label: spec.title[locale],
                  points: points.map(({ at, value }) => ({ at: at.getTime(), value })),
                },
              ]}
              height={140}
              {...(spec.warn !== null && { warn: spec.warn })}
              {...(spec.crit !== null && { crit: spec.crit })}
            />
          </Panel>
        ))}
      </div>
      <div className="grid content-start gap-4">
        <Subscription tenant={tenant} />
        <Panel title={t('quotas')} padded>
          <Quotas tenant={tenant} />
        </Panel>
      </div>
    </div>
  );
}

function Subscription({ tenant }: { readonly tenant: Tenant }) {
  const t = useTranslations('tenant');
  const { subscription } = tenant;
  if (subscription === null)
    return (
      <Panel title={t('subscription')} padded>
        {t('noSubscription')}
      </Panel>
    );
  return (
    <Panel title={t('subscription')} padded>
      <KeyValues
        rows={[
          {
            label: t('facts.price'),
            value: <Money micro={subscription.monthlyMicro} currency={subscription.currency} />,
          },
          { label: t('facts.term'), value: t('months', { count: subscription.termMonths }) },
          { label: t('facts.started'), value: <When at={subscription.startedAt} style="absolute" className="num" /> },
          ...(subscription.meteringPausedAt
            ? [{ label: t('facts.paused'), value: <When at={subscription.meteringPausedAt} style="absolute" /> }]
            : []),
          ...(subscription.endedAt
            ? [{ label: t('facts.ended'), value: <When at={subscription.endedAt} style="absolute" /> }]
            : []),
        ]}
      />
      <p className="mt-2 text-12 text-ink-3">{t('beforeTax')}</p>
    </Panel>
  );
}
