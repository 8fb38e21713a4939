import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { OfferingCell, TenantStateBadge } from '@/app/_portal/cells.tsx';
import { ListPage, load } from '@/app/_portal/list-page.tsx';
import { api, currentActor } from '@/app/_trpc/server.ts';
import { ButtonLink } from '@/app/_ui/button.tsx';
import { EmptyState } from '@/app/_ui/empty-state.tsx';
import { formatBytes } from '@/app/_ui/format.ts';
import { Id } from '@/app/_ui/id.tsx';
import { parseListQuery } from '@/app/_ui/list-query.ts';
import { Meter } from '@/app/_ui/meter.tsx';
import type { Column } from '@/app/_ui/table.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';
import { TENANT_STATES, TenantState as TenantStateSchema } from '@/server/domain/lifecycle.ts';
import { DeploymentModel, MODELS } from '@/server/domain/manifest.ts';
import { seesAllOrganisations } from '@/server/domain/policy.ts';

type Row = RouterOutputs['tenants']['list']['items'][number];
const GIB = 1024 ** 3;

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('lists'))('tenants.title') };
}

export default async function TenantsPage({ searchParams }: PageProps<'/tenants'>) {
  const [params, actor, t, d] = await Promise.all([
    searchParams,
    currentActor(),
    getTranslations('lists'),
    getTranslations('domain'),
  ]);
  const query = parseListQuery(params, { filters: { state: TENANT_STATES, model: MODELS } });
  const state = TenantStateSchema.array().parse(query.filters['state'] ?? []);
  const model = DeploymentModel.optional().parse(query.filters['model']?.[0]);
  const page = await load(
    api.tenants.list({
      cursor: query.after,
      ...(query.q && { q: query.q }),
      ...(state.length > 0 && { state }),
      ...(model && { model }),
    }),
  );
  const wide = actor !== null && seesAllOrganisations(actor);
  const columns: Column<Row>[] = [
    { key: 'name', head: t('tenants.name'), cell: (row) => <span className="font-medium">{row.name}</span> },
    {
      key: 'state',
      head: t('state'),
      cell: (row) => <TenantStateBadge state={row.state} tainted={row.tainted} reason={row.stateReason} />,
    },
    { key: 'offering', head: t('offering'), cell: (row) => <OfferingCell offering={row.offering} /> },
    ...(wide ? [{ key: 'org', head: t('organisation'), cell: (row: Row) => row.organisation.name }] : []),
    { key: 'plan', head: t('tenants.plan'), cell: (row) => `${row.plan}, ${d(`model.${row.model}`)}` },
    { key: 'ref', head: t('tenants.ref'), cell: (row) => <Id value={row.ref} copy={false} /> },
    {
      key: 'storage',
      head: t('tenants.storage'),
      className: 'w-40',
      cell: (row) => <Storage row={row} words={t('tenants.storageUsed')} />,
    },
    {
      key: 'proof',
      head: t('tenants.proof'),
      cell: (row) =>
        row.proof.smoke ? (
          <When at={row.proof.smoke.at} />
        ) : (
          <span className="text-ink-3">{t('tenants.unproved')}</span>
        ),
    },
  ];
  return (
    <ListPage
      title={t('tenants.title')}
      actions={wide ? undefined : <ButtonLink href="/catalogue">{t('tenants.order')}</ButtonLink>}
      path="/tenants"
      query={query}
      page={page}
      searchPlaceholder={t('tenants.search')}
      filters={[
        {
          key: 'state',
          label: t('state'),
          options: TENANT_STATES.map((value) => ({ value, label: d(`tenantState.${value}`) })),
        },
        {
          key: 'model',
          label: t('tenants.model'),
          options: MODELS.map((value) => ({ value, label: d(`model.${value}`) })),
        },
      ]}
      table={{
        caption: t('tenants.title'),
        columns,
        rowKey: (row) => row.id,
        rowHref: (row) => `/tenants/${row.id}`,
        minWidth: 1080,
      }}
      empty={
        <EmptyState
          title={t('tenants.empty')}
          actions={
            wide ? undefined : (
              <ButtonLink kind="primary" href="/catalogue">
                {t('tenants.order')}
              </ButtonLink>
            )
          }
          {...(!wide && { command: 'npm run order -- --offering ecommerce --model public --plan S --name shop1' })}
        >
          {t('tenants.emptyBody')}
        </EmptyState>
      }
    />
  );
}

function Storage({ row, words }: { readonly row: Row; readonly words: string }) {
  const { storageBytes } = row.usage;
  if (storageBytes === undefined) return <span className="text-ink-3">–</span>;
  const text = `${formatBytes(storageBytes)} / ${row.quotas.storageGib} GiB`;
  return <Meter label={words} used={storageBytes / GIB} limit={row.quotas.storageGib} unit="GiB" text={text} />;
}
