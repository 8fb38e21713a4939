'use client';

import { CircleCheck, CircleX } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { RunStateBadge } from '@/app/_portal/cells.tsx';
import { useResidencyWords } from '@/app/_portal/topology/residency-words.ts';
import { TopologyPanel } from '@/app/_portal/topology/topology-panel.tsx';
import { AppLink } from '@/app/_ui/app-link.tsx';
import { formatDuration } from '@/app/_ui/format-time.ts';
import { Id } from '@/app/_ui/id.tsx';
import { KeyValues, type KeyValue } from '@/app/_ui/key-values.tsx';
import { KpiStrip } from '@/app/_ui/kpi-strip.tsx';
import { Money } from '@/app/_ui/money.tsx';
import { Panel } from '@/app/_ui/panel.tsx';
import { When } from '@/app/_ui/when.tsx';
import { residencyOfSides } from '@/server/domain/residency.ts';
import { KeyReveal } from './key-reveal.tsx';
import { useKpis } from './kpis.ts';
import { Quotas } from './quotas.tsx';
import type { Tenant } from './tenant.ts';
import { Walls } from './walls.tsx';

const RECENT = 6;

/** One glance: is it well, what does it do, where is it, when was it last proved. */
export function OverviewTab({ tenant, mayReveal }: { readonly tenant: Tenant; readonly mayReveal: boolean }) {
  const t = useTranslations('tenant');
  const kpis = useKpis(tenant);
  return (
    <>
      {tenant.keyReveal !== null && <KeyReveal tenant={tenant} mayReveal={mayReveal} />}
      {kpis.length > 0 && <KpiStrip label={t('kpis')} items={kpis} />}
      <TopologyPanel
        tenantId={tenant.id}
        live={tenant.state !== 'retired'}
        otherwise={<Placement tenant={tenant} />}
        note={<PlacementLine tenant={tenant} />}
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 xl:grid-cols-[minmax(0,1fr)_316px]">
        <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-4">
          <Recent tenant={tenant} />
          <Walls tenant={tenant} />
        </div>
        <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-4">
          <Rail tenant={tenant} />
        </div>
      </div>
    </>
  );
}

/** Where it is, in one line: what is its own and what it shares. */
function PlacementLine({ tenant }: { readonly tenant: Tenant }) {
  const t = useTranslations('tenant');
  const locale = useLocale();
  const { name, region } = tenant.target;
  return t(`placementLine.${tenant.model}`, { ref: tenant.ref, target: name, region: region.name[locale] });
}

/** Until somebody has looked what runs where. */
function Placement({ tenant }: { readonly tenant: Tenant }) {
  const t = useTranslations('tenant');
  return (
    <Panel title={t('placement')} padded>
      <p>
        <PlacementLine tenant={tenant} />
      </p>
    </Panel>
  );
}

function Recent({ tenant }: { readonly tenant: Tenant }) {
  const t = useTranslations('tenant');
  const d = useTranslations('domain');
  return (
    <Panel
      title={t('recent')}
      side={
        <AppLink className="link" href={`/tenants/${tenant.id}?tab=history`}>
          {t('allHistory')}
        </AppLink>
      }
    >
      <ul className="divide-y divide-line">
        {tenant.runs.slice(0, RECENT).map((run) => (
          <li key={run.id} className="flex min-h-9 items-center gap-3 px-4 py-1.5">
            <AppLink href={`/runs/${run.id}`} className="min-w-0 flex-1 truncate hover:underline">
              {t('runLine', { action: d(`action.${run.action}`), number: run.number })}{' '}
              <span className="text-ink-3">{run.requestedBy.name}</span>
            </AppLink>
            <RunStateBadge state={run.state} />
            <span className="w-24 text-right text-12 text-ink-3">
              <When at={run.finishedAt ?? run.queuedAt} />
            </span>
          </li>
        ))}
        {tenant.runs.length === 0 && <li className="px-4 py-2 text-ink-3">{t('noRuns')}</li>}
      </ul>
    </Panel>
  );
}

/** Where its records must stay, and what it publishes; nothing of a public tenant. */
function useStays({ model, params }: Tenant): readonly KeyValue[] {
  const t = useTranslations('tenant');
  const words = useResidencyWords();
  if (model === 'public') return [];
  const sides = residencyOfSides(model, params);
  const lines = [words(sides, 'record'), sides.edge === null ? null : t('facts.edgeAnywhere')].filter(Boolean);
  return [{ label: t('facts.residency'), value: lines.join('; ') }];
}

function Rail({ tenant }: { readonly tenant: Tenant }) {
  const t = useTranslations('tenant');
  const d = useTranslations('domain');
  const endpoint = tenant.endpoints[0];
  const { subscription } = tenant;
  const stays = useStays(tenant);
  return (
    <>
      <Panel padded>
        <KeyValues
          rows={[
            {
              label: t('facts.endpoint'),
              value:
                endpoint && tenant.state !== 'retired' ? (
                  <Id value={endpoint.url} text={endpoint.url.replace(/^https?:\/\//, '')} />
                ) : (
                  '–'
                ),
            },
            { label: t('facts.key'), value: endpoint ? <span className="id">{endpoint.keyPrefix}…</span> : '–' },
            { label: t('facts.plan'), value: `${tenant.plan}, ${d(`model.${tenant.model}`)}` },
            ...stays,
            { label: t('facts.modules'), value: tenant.modules.length > 0 ? tenant.modules.join(', ') : t('core') },
            {
              label: t('facts.order'),
              value: tenant.order ? (
                <AppLink className="link num" href={`/orders/${tenant.order.id}`}>
                  {tenant.order.number}
                </AppLink>
              ) : (
                '–'
              ),
            },
            ...(subscription
              ? [
                  {
                    label: t('facts.price'),
                    value: <Money micro={subscription.monthlyMicro} currency={subscription.currency} />,
                  },
                ]
              : []),
          ]}
        />
      </Panel>
      <Panel title={t('quotas')} padded>
        <Quotas tenant={tenant} />
      </Panel>
      <Proof tenant={tenant} />
    </>
  );
}

function ProofLine({
  ok,
  what,
  fact,
  at,
}: {
  readonly ok: boolean | null;
  readonly what: string;
  readonly fact: string;
  readonly at: Date | undefined;
}) {
  const mark: ReactNode =
    ok === null ? (
      <span className="text-ink-3">–</span>
    ) : ok ? (
      <CircleCheck className="text-ok" />
    ) : (
      <CircleX className="text-bad" />
    );
  return (
    <div className="grid grid-cols-[16px_minmax(0,1fr)_auto] items-baseline gap-x-2">
      <span className="self-center">{mark}</span>
      <span>{what}</span>
      <span className="num text-12 text-ink-3">{fact}</span>
      {at && (
        <span className="col-start-2 text-12 text-ink-3">
          <When at={at} />
        </span>
      )}
    </div>
  );
}

/** Beside each promise, when it was last true. */
function Proof({ tenant }: { readonly tenant: Tenant }) {
  const t = useTranslations('tenant');
  const locale = useLocale();
  const { smoke, invariants } = tenant.proof;
  return (
    <Panel title={t('proof')} side={t('proofEvery')} padded>
      <div className="grid gap-3">
        <ProofLine
          ok={smoke ? true : null}
          what={t('proofSmoke')}
          fact={
            smoke ? t('proofSmokeFact', { calls: smoke.calls, took: formatDuration(smoke.ms, locale) }) : t('notYet')
          }
          at={smoke?.at}
        />
        <ProofLine
          ok={invariants ? invariants.violated.length === 0 : null}
          what={t('proofInvariants')}
          fact={
            invariants
              ? t('proofInvariantsFact', {
                  held: invariants.rules - invariants.violated.length,
                  rules: invariants.rules,
                })
              : t('notYet')
          }
          at={invariants?.at}
        />
        {invariants?.violated.map((rule) => (
          <p key={rule} className="text-12 text-bad">
            {tenant.manifest.invariants[rule]?.[locale] ?? rule}
          </p>
        ))}
      </div>
    </Panel>
  );
}
