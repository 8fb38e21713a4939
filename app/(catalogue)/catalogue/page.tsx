import { CircleCheck } from 'lucide-react';
import type { Metadata } from 'next';
import { getLocale, getTranslations } from 'next-intl/server';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { load } from '@/app/_portal/list-page.tsx';
import { api, currentActor } from '@/app/_trpc/server.ts';
import { AppLink } from '@/app/_ui/app-link.tsx';
import { StateBadge } from '@/app/_ui/badge.tsx';
import { ButtonLink } from '@/app/_ui/button.tsx';
import { EmptyState } from '@/app/_ui/empty-state.tsx';
import { FilterBar, NoMatch, type FilterDef } from '@/app/_ui/filter-bar.tsx';
import { parseListQuery } from '@/app/_ui/list-query.ts';
import { Money } from '@/app/_ui/money.tsx';
import { Page } from '@/app/_ui/page.tsx';
import { Spine } from '@/app/_ui/spine.tsx';
import { Table, type Column } from '@/app/_ui/table.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';
import { CURRENCIES, Currency } from '@/server/domain/configuration.ts';
import { DeploymentModel, MODELS, OFFERING_LIFECYCLE, OfferingLifecycle } from '@/server/domain/manifest.ts';
import { hasRight } from '@/server/domain/policy.ts';
import type { Locale } from '@/server/domain/text.ts';
import { Proven } from './proven.tsx';

type Row = RouterOutputs['catalogue']['list']['offerings'][number];
type Words = Awaited<ReturnType<typeof getTranslations<'catalogue'>>>;

const LIFECYCLE_TONE = {
  draft: 'off',
  preview: 'run',
  ga: 'ok',
  restricted: 'wait',
  deprecated: 'wait',
  retired: 'off',
} as const;

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('catalogue'))('title') };
}

function offeringColumns(
  t: Words,
  d: (key: `model.${DeploymentModel}` | `offeringState.${OfferingLifecycle}`) => string,
  locale: Locale,
  currency: Currency,
  forOrg: string,
): readonly Column<Row>[] {
  return [
    {
      key: 'offering',
      head: t('offering'),
      className: 'w-[36%]',
      cell: (row) => (
        <span className="flex gap-3 py-1.5">
          <Spine hue={row.hue} height={38} />
          <span className="min-w-0">
            <span className="flex flex-wrap items-center gap-2">
              <span className="text-14 font-semibold">{row.name[locale]}</span>
              <span className="id text-ink-3">{row.version}</span>
              {row.lifecycle !== 'ga' && (
                <StateBadge
                  tone={LIFECYCLE_TONE[row.lifecycle]}
                  word={d(`offeringState.${row.lifecycle}`)}
                  live={false}
                />
              )}
            </span>
            <span className="mt-0.5 block text-ink-2">{row.summary[locale]}</span>
          </span>
        </span>
      ),
    },
    {
      key: 'proof',
      head: t('proof'),
      className: 'w-[28%]',
      cell: (row) => (
        <>
          <div>{row.proof[locale]}</div>
          {row.lastProof && (
            <div className="mt-0.5 flex items-center gap-1.5 text-12 text-ink-3">
              <CircleCheck className="size-[13px] text-ok" />
              <span>
                <Proven at={row.lastProof.at} ms={row.lastProof.ms} />
              </span>
            </div>
          )}
        </>
      ),
    },
    {
      key: 'models',
      head: t('models'),
      cell: (row) =>
        row.models
          .filter((one) => one.available)
          .map((one) => d(`model.${one.model}`))
          .join(', ') || t('later'),
    },
    {
      key: 'price',
      head: t('from', { currency }),
      align: 'end',
      cell: (row) =>
        row.priceFrom[currency] === undefined ? (
          <span className="text-ink-3">{t('noPrice')}</span>
        ) : (
          <Money micro={row.priceFrom[currency]} currency={currency} />
        ),
    },
    {
      key: 'act',
      head: t('configure'),
      headHidden: true,
      className: 'text-right',
      cell: (row) =>
        row.orderable ? (
          <ButtonLink size="sm" className="relative z-10" href={`/catalogue/${row.slug}/configure${forOrg}`}>
            {t('configure')}
          </ButtonLink>
        ) : (
          <AppLink href={`/catalogue/${row.slug}`} className="link relative z-10">
            {t('whatItWillHold')}
          </AppLink>
        ),
    },
  ];
}

export default async function CataloguePage({ searchParams }: PageProps<'/catalogue'>) {
  const [params, locale, t, d, actor] = await Promise.all([
    searchParams,
    getLocale(),
    getTranslations('catalogue'),
    getTranslations('domain'),
    currentActor(),
  ]);
  const query = parseListQuery(params, {
    filters: { lifecycle: OFFERING_LIFECYCLE, model: MODELS, currency: CURRENCIES, for: null },
  });
  const lifecycle = OfferingLifecycle.array().parse(query.filters['lifecycle'] ?? []);
  const model = DeploymentModel.optional().parse(query.filters['model']?.[0]);
  const currency = Currency.catch('CNY').parse(query.filters['currency']?.[0]);
  const answer = await load(
    api.catalogue.list({
      ...(query.q && { q: query.q }),
      ...(lifecycle.length > 0 && { lifecycle }),
      ...(model && { model }),
    }),
  );
  const filters: readonly FilterDef[] = [
    {
      key: 'lifecycle',
      label: t('lifecycle'),
      options: (['ga', 'preview'] as const).map((value) => ({ value, label: d(`offeringState.${value}`) })),
    },
    { key: 'model', label: t('model'), options: MODELS.map((value) => ({ value, label: d(`model.${value}`) })) },
    { key: 'currency', label: t('pricesIn'), options: CURRENCIES.map((value) => ({ value, label: value })) },
  ];
  const customer = query.filters['for']?.[0];
  const forOrg = customer === undefined ? '' : `?for=${customer}`;
  const offerings = answer.ok ? answer.value.offerings : [];
  const ordersItself = actor !== null && hasRight(actor, 'order:place');
  return (
    <Page
      title={t('title')}
      facts={
        <>
          <span>{t('facts', { count: offerings.length })}</span>
          <span className="text-ink-3">{t(ordersItself ? 'factsPrice' : 'factsDesk')}</span>
        </>
      }
      padded={false}
    >
      <FilterBar defs={filters} searchPlaceholder={t('search')} />
      {!answer.ok && (
        <div className="p-4 lg:p-6">
          <FaultState fault={answer.fault} requestId={answer.requestId} />
        </div>
      )}
      {answer.ok &&
        offerings.length === 0 &&
        (query.q || lifecycle.length > 0 || model ? (
          <NoMatch defs={filters} />
        ) : (
          <div className="px-4 lg:px-6">
            <EmptyState title={t('empty')}>{t('emptyBody')}</EmptyState>
          </div>
        ))}
      {offerings.length > 0 && (
        <Table
          caption={t('title')}
          columns={offeringColumns(t, d, locale, currency, forOrg)}
          rows={offerings}
          rowKey={(row) => row.slug}
          rowHref={(row) => `/catalogue/${row.slug}${forOrg}`}
          minWidth={1080}
        />
      )}
    </Page>
  );
}
