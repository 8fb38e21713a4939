import { getLocale, getTranslations } from 'next-intl/server';
import Markdown from 'react-markdown';
import { Badge } from '@/app/_ui/badge.tsx';
import { Money } from '@/app/_ui/money.tsx';
import { Panel } from '@/app/_ui/panel.tsx';
import { Table, type Column } from '@/app/_ui/table.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';
import type { ApiFunction, ApiView, Manifest, ModuleSpec, PlanSpec } from '@/server/domain/manifest.ts';
import type { Locale } from '@/server/domain/text.ts';
import { StandardPanel } from './standard-panel.tsx';
import { StateMachine } from './state-machine.tsx';

type Offering = RouterOutputs['catalogue']['bySlug'];
type Words = Awaited<ReturnType<typeof getTranslations<'catalogue'>>>;
export const OFFERING_TABS = ['processes', 'plans', 'modules', 'api', 'versions'] as const;
export type OfferingTabKey = (typeof OFFERING_TABS)[number];

interface Part {
  readonly offering: Offering;
  readonly t: Words;
  readonly locale: Locale;
}

function Processes({ offering: { manifest }, t, locale }: Part) {
  const columns: Column<Manifest['processes'][number]>[] = [
    {
      key: 'name',
      head: t('process'),
      className: 'w-44',
      cell: (row) => <span className="font-medium">{row.name[locale]}</span>,
    },
    { key: 'what', head: t('whatItDoes'), cell: (row) => row.what[locale] },
    { key: 'standard', head: t('standard'), cell: (row) => <span className="text-ink-2">{row.standard}</span> },
  ];
  return (
    <>
      <Panel padded>
        <div className="prose-body max-w-prose">
          <Markdown>{manifest.content[locale]}</Markdown>
        </div>
      </Panel>
      <Panel title={t('tab.processes')}>
        <Table
          caption={t('tab.processes')}
          columns={columns}
          rows={manifest.processes}
          rowKey={(row) => row.code}
          bleed={false}
          minWidth={600}
        />
      </Panel>
      {manifest.stateMachine && (
        <Panel title={manifest.stateMachine.title[locale]} padded>
          <StateMachine machine={manifest.stateMachine} locale={locale} to={t('leadsTo')} end={t('endState')} />
        </Panel>
      )}
    </>
  );
}

const planPrice = (offering: Offering, sku: string) =>
  offering.priceBook?.rows.find((row) => row.sku === sku && row.currency === 'CNY' && row.model === null)?.micro;

function Plans({ offering, t, locale }: Part) {
  const { plans, models } = offering.manifest;
  const rows: readonly (readonly [string, (plan: PlanSpec) => string])[] = [
    [t('plan.storage'), ({ quotas }) => `${quotas.storageGib} GiB`],
    [t('plan.rate'), ({ quotas }) => `${quotas.rps}, ${quotas.burst} rps`],
    [t('plan.connections'), ({ quotas }) => `${quotas.apiConnections}, ${quotas.sqlConnections}`],
    [t('plan.temp'), ({ quotas }) => `${quotas.tempFileMib} MiB`],
    [t('plan.backup'), (plan) => plan.backup[locale]],
    [t('plan.replicas'), ({ quotas }) => String(quotas.replicas)],
    [
      t('plan.modules'),
      (plan) => (plan.modulesIncluded === 0 ? t('plan.core') : t('plan.corePlus', { count: plan.modulesIncluded })),
    ],
    [t('plan.support'), (plan) => plan.support[locale]],
  ];
  const columns: Column<(typeof rows)[number]>[] = [
    { key: 'quota', head: t('plan.quota'), cell: ([label]) => label },
    ...plans.map((plan): Column<(typeof rows)[number]> => {
      const price = planPrice(offering, plan.sku);
      return {
        key: plan.code,
        head: (
          <>
            {plan.code}{' '}
            {price === undefined ? (
              <span className="font-normal">{t('plan.byQuote')}</span>
            ) : (
              <span className="font-normal">
                <Money micro={price} currency="CNY" />
              </span>
            )}
          </>
        ),
        cell: ([, of]) => <span className="num">{of(plan)}</span>,
      };
    }),
  ];
  return (
    <>
      <Panel title={t('tab.plans')} side={t('plan.note')}>
        <Table
          caption={t('tab.plans')}
          columns={columns}
          rows={rows}
          rowKey={([label]) => label}
          bleed={false}
          minWidth={760}
        />
      </Panel>
      <Panel title={t('models')}>
        <Table
          caption={t('models')}
          columns={modelColumns(t, locale)}
          rows={models}
          rowKey={(row) => row.model}
          bleed={false}
          minWidth={600}
        />
      </Panel>
    </>
  );
}

function modelColumns(t: Words, locale: Locale): readonly Column<Manifest['models'][number]>[] {
  return [
    {
      key: 'model',
      head: t('model'),
      cell: (row) => <span className="font-medium">{t(`modelName.${row.model}`)}</span>,
    },
    { key: 'what', head: t('promise'), cell: (row) => row.what[locale] },
    {
      key: 'open',
      head: t('availability'),
      cell: (row) =>
        row.available ? (
          <Badge tone="ok">{t('open')}</Badge>
        ) : (
          <span className="text-ink-3">{row.notYet?.[locale]}</span>
        ),
    },
  ];
}

function Modules({ offering, t, locale }: Part) {
  const columns: Column<ModuleSpec>[] = [
    { key: 'name', head: t('module'), cell: (row) => <span className="font-medium">{row.name[locale]}</span> },
    { key: 'code', head: t('code'), cell: (row) => <span className="id text-ink-3">{row.code}</span> },
    { key: 'effect', head: t('effect'), cell: (row) => row.effect[locale] },
    { key: 'in', head: t('includedIn'), cell: (row) => row.includedIn.join(', ') || '–' },
    {
      key: 'price',
      head: t('moduleFrom'),
      align: 'end',
      cell: (row) => {
        const micro = planPrice(offering, row.sku);
        return micro === undefined ? '–' : <Money micro={micro} currency="CNY" />;
      },
    },
    {
      key: 'open',
      head: t('availability'),
      cell: (row) =>
        row.selectable ? (
          <Badge tone="ok">{t('selectable')}</Badge>
        ) : (
          <span className="text-ink-3">{row.notYet?.[locale] ?? t('later')}</span>
        ),
    },
  ];
  return (
    <Panel title={t('tab.modules')}>
      <Table
        caption={t('tab.modules')}
        columns={columns}
        rows={offering.manifest.modules}
        rowKey={(row) => row.code}
        bleed={false}
        minWidth={760}
      />
    </Panel>
  );
}

function Api({ offering, t, locale }: Part) {
  const { api } = offering.manifest;
  if (api === null) return null;
  const functions: Column<ApiFunction>[] = [
    { key: 'name', head: t('call'), cell: (row) => <span className="id">POST /{row.name}</span> },
    { key: 'what', head: t('whatItDoes'), cell: (row) => row.summary[locale] },
    { key: 'module', head: t('module'), cell: (row) => row.module ?? t('plan.core') },
    { key: 'errors', head: t('errors'), cell: (row) => <span className="id text-ink-3">{row.errors.join(' ')}</span> },
  ];
  const views: Column<ApiView>[] = [
    { key: 'name', head: t('call'), cell: (row) => <span className="id">GET /{row.name}</span> },
    { key: 'what', head: t('whatItDoes'), cell: (row) => row.summary[locale] },
    { key: 'key', head: t('pagedBy'), cell: (row) => <span className="id text-ink-3">{row.key.join(', ')}</span> },
  ];
  return (
    <>
      {api.standards?.map((standard) => (
        <StandardPanel key={standard.code} standard={standard} locale={locale} />
      ))}
      <Panel title={t('functions')} side={t('apiNote')}>
        <Table
          caption={t('functions')}
          columns={functions}
          rows={api.functions}
          rowKey={(row) => row.name}
          bleed={false}
          minWidth={760}
          height="audit"
        />
      </Panel>
      <Panel title={t('views')}>
        <Table
          caption={t('views')}
          columns={views}
          rows={api.views}
          rowKey={(row) => row.name}
          bleed={false}
          minWidth={600}
          height="audit"
        />
      </Panel>
    </>
  );
}

function Versions({ offering, t }: Part) {
  const columns: Column<Offering['versions'][number]>[] = [
    { key: 'version', head: t('version'), cell: (row) => <span className="id">{row.version}</span> },
    { key: 'state', head: t('lifecycle'), cell: (row) => t(`lifecycleName.${row.lifecycle}`) },
    { key: 'at', head: t('published'), cell: (row) => <When at={row.publishedAt} style="absolute" /> },
  ];
  return (
    <Panel title={t('tab.versions')}>
      <Table
        caption={t('tab.versions')}
        columns={columns}
        rows={offering.versions}
        rowKey={(row) => row.version}
        bleed={false}
        minWidth={480}
      />
    </Panel>
  );
}

const PARTS = {
  processes: Processes,
  plans: Plans,
  modules: Modules,
  api: Api,
  versions: Versions,
} as const satisfies Record<OfferingTabKey, unknown>;

export async function OfferingTab({ offering, tab }: { readonly offering: Offering; readonly tab: OfferingTabKey }) {
  const [t, locale] = await Promise.all([getTranslations('catalogue'), getLocale()]);
  const PartOf = PARTS[tab];
  return <PartOf offering={offering} t={t} locale={locale} />;
}
