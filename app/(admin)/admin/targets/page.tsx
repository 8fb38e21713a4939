import type { Metadata } from 'next';
import { getLocale, getTranslations } from 'next-intl/server';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { load } from '@/app/_portal/list-page.tsx';
import { api } from '@/app/_trpc/server.ts';
import { StateBadge } from '@/app/_ui/badge.tsx';
import { EmptyState } from '@/app/_ui/empty-state.tsx';
import { KeyValues } from '@/app/_ui/key-values.tsx';
import { Meter } from '@/app/_ui/meter.tsx';
import { Page } from '@/app/_ui/page.tsx';
import { Panel } from '@/app/_ui/panel.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';

type TargetRow = RouterOutputs['targets']['list']['targets'][number];

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('lists'))('targets.title') };
}

export default async function TargetsPage() {
  const [t, answer] = await Promise.all([getTranslations('lists'), load(api.targets.list())]);
  return (
    <Page title={t('targets.title')} facts={<span>{t('targets.facts')}</span>}>
      {!answer.ok && <FaultState fault={answer.fault} requestId={answer.requestId} />}
      {answer.ok && answer.value.targets.length === 0 && (
        <EmptyState title={t('targets.empty')}>{t('targets.emptyBody')}</EmptyState>
      )}
      {answer.ok && answer.value.targets.map((target) => <TargetPanel key={target.id} target={target} />)}
    </Page>
  );
}

async function TargetPanel({ target }: { readonly target: TargetRow }) {
  const [t, d, locale] = await Promise.all([getTranslations('lists'), getTranslations('domain'), getLocale()]);
  const badge = target.healthy ? (
    <StateBadge tone="ok" word={t('targets.healthy')} />
  ) : (
    <StateBadge tone="bad" word={t('targets.unhealthy')} reason={target.reason} />
  );
  return (
    <Panel title={`${target.name}, ${target.region.name[locale]}`} side={badge} padded>
      <div className="grid gap-6 lg:grid-cols-2">
        <KeyValues
          align="start"
          rows={[
            { label: t('targets.region'), value: <span className="id">{target.region.code}</span> },
            { label: t('targets.models'), value: target.models.map((model) => d(`model.${model}`)).join(', ') },
            { label: t('targets.tenants'), value: <span className="num">{target.tenants}</span> },
            { label: t('targets.seen'), value: <When at={target.seenAt} /> },
          ]}
        />
        <div className="grid content-start gap-3">
          {target.capacity.map((row) => (
            <Meter key={row.resource} label={row.resource} used={row.used} limit={row.total} unit={row.unit} />
          ))}
        </div>
      </div>
    </Panel>
  );
}
