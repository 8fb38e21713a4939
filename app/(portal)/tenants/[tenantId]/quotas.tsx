'use client';

import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { formatBytes, formatNumber } from '@/app/_ui/format.ts';
import { Meter } from '@/app/_ui/meter.tsx';
import { quotaUses, type QuotaUse, type SideUse } from '@/server/domain/quota-levels.ts';
import type { Tenant } from './tenant.ts';

const GIB = 1024 ** 3;
/** What is refused waits for nothing: the bar is full then, whatever the average says. */
const shown = (use: QuotaUse | undefined): number =>
  use === undefined ? 0 : use.refused > 0 ? Math.max(use.used ?? 0, use.max) : (use.used ?? 0);

/** Quotas of the plan, how much of each is used and which of them are only asked for; at their end stands what happens there. */
export function Quotas({ tenant }: { readonly tenant: Tenant }) {
  const t = useTranslations('tenant.quota');
  const { quotas, usage } = tenant;
  const { record, edge } = quotaUses(usage, quotas);
  const hold = record.cpu?.hold ?? 'shared';
  return (
    <div className="grid gap-3">
      <Storage use={record.storage} />
      <Meter label={t('rate')} used={shown(record.rate) || (usage.rpsPeak ?? 0)} limit={quotas.rps} unit="rps" />
      <Meter
        label={t('connections')}
        used={shown(record.connections) || (usage.connections ?? 0)}
        limit={quotas.apiConnections}
        unit=""
      />
      {quotas.sqlConnections > 0 && (
        <Meter label={t('sqlConnections')} used={shown(record.sqlConnections)} limit={quotas.sqlConnections} unit="" />
      )}
      <Meter
        label={t('tempFiles')}
        used={shown(record.tempFiles)}
        limit={quotas.tempFileMib}
        unit="MiB"
        text={t('tempFilesEach', { max: quotas.tempFileMib })}
      />
      <Machine record={record} cpu={quotas.cpu} />
      {tenant.model === 'hybrid' && edge.rate && (
        <Group title={t('edge')}>
          {edge.storage && <Storage use={edge.storage} />}
          <Meter label={t('rate')} used={shown(edge.rate)} limit={edge.rate.max} unit="rps" />
          {edge.connections && (
            <Meter label={t('connections')} used={shown(edge.connections)} limit={edge.connections.max} unit="" />
          )}
        </Group>
      )}
      <p className="text-12 text-ink-3">{t('atEnd', { storage: quotas.storageGib, burst: quotas.burst })}</p>
      <p className="text-12 text-ink-3">{t(`holds.${hold}`)}</p>
    </div>
  );
}

function Storage({ use }: { readonly use: QuotaUse | undefined }) {
  const t = useTranslations('tenant.quota');
  const { used, max } = use ?? { used: 0, max: 0 };
  return (
    <Meter
      label={t('storage')}
      used={used ?? 0}
      limit={max}
      unit="GiB"
      text={t('storageUsed', { used: formatBytes((used ?? 0) * GIB), limit: formatBytes(max * GIB) })}
    />
  );
}

/** Processors and memory: of a server of its own by what it takes, else the weight that the plan asks for. */
function Machine({ record, cpu }: { readonly record: SideUse; readonly cpu: number }) {
  const t = useTranslations('tenant.quota');
  const locale = useLocale();
  if (record.cpu === undefined || record.memory === undefined)
    return (
      <Meter
        label={t('sharedCpu')}
        used={0}
        limit={cpu}
        unit=""
        text={t('coresShared', { max: formatNumber(cpu, { maxDigits: 2 }) })}
      />
    );
  const { used, max, hold } = record.cpu;
  const cores = used === null ? '–' : formatNumber(used, { maxDigits: 2 });
  const mib = record.memory.used === null ? '–' : formatNumber(record.memory.used, { maxDigits: 0 });
  return (
    <>
      <Meter
        label={t('cpu', { hold: t(`hold.${hold}`) })}
        used={used ?? 0}
        limit={max}
        unit=""
        text={t('cores', { used: cores, max })}
      />
      <Meter
        label={t('memory', { hold: t(`hold.${record.memory.hold}`) })}
        used={record.memory.used ?? 0}
        limit={record.memory.max}
        unit="MiB"
        text={`${mib}${locale === 'zh' ? '/' : ' of '}${formatNumber(record.memory.max, { maxDigits: 0 })} MiB`}
      />
    </>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="grid gap-3 border-t border-line pt-3" aria-label={title}>
      <h3 className="text-12 font-medium text-ink-2">{title}</h3>
      {children}
    </section>
  );
}
