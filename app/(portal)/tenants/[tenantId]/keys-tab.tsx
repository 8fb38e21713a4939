'use client';

import { useTranslations } from 'next-intl';
import { EmptyState } from '@/app/_ui/empty-state.tsx';
import { Id } from '@/app/_ui/id.tsx';
import { Panel } from '@/app/_ui/panel.tsx';
import { Table, type Column } from '@/app/_ui/table.tsx';
import { KeyReveal } from './key-reveal.tsx';
import type { Tenant } from './tenant.ts';

type Endpoint = Tenant['endpoints'][number];

function endpointColumns(
  words: Record<'name' | 'prefix' | 'endpoint' | 'scopes' | 'both', string>,
): readonly Column<Endpoint>[] {
  return [
    { key: 'name', head: words.name, cell: (row) => <span className="font-medium">{row.name}</span> },
    { key: 'prefix', head: words.prefix, cell: (row) => <span className="id">{row.keyPrefix}…</span> },
    { key: 'scopes', head: words.scopes, cell: () => words.both },
    { key: 'endpoint', head: words.endpoint, cell: (row) => <Id value={row.url} text={row.url} /> },
  ];
}

export function KeysTab({ tenant, mayReveal }: { readonly tenant: Tenant; readonly mayReveal: boolean }) {
  const t = useTranslations('tenant');
  const columns = endpointColumns({
    name: t('keys.name'),
    prefix: t('keys.prefix'),
    endpoint: t('facts.endpoint'),
    scopes: t('keys.scopes'),
    both: t('keys.readWrite'),
  });
  return (
    <>
      {tenant.keyReveal !== null && <KeyReveal tenant={tenant} mayReveal={mayReveal} />}
      {tenant.endpoints.length === 0 ? (
        <EmptyState title={t('keys.empty')}>{t('keys.emptyBody')}</EmptyState>
      ) : (
        <Panel title={t('tab.keys')}>
          <Table
            caption={t('tab.keys')}
            columns={columns}
            rows={tenant.endpoints}
            rowKey={(row) => row.name}
            bleed={false}
            minWidth={600}
          />
        </Panel>
      )}
      <p className="max-w-prose text-ink-2">{t('keys.note')}</p>
    </>
  );
}
