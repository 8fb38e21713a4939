import type { Metadata } from 'next';
import { getNow, getTranslations } from 'next-intl/server';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { load } from '@/app/_portal/list-page.tsx';
import { api } from '@/app/_trpc/server.ts';
import { Badge } from '@/app/_ui/badge.tsx';
import { EmptyState } from '@/app/_ui/empty-state.tsx';
import { Page } from '@/app/_ui/page.tsx';
import { Table, type Column } from '@/app/_ui/table.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';
import { CreateToken } from './create-token.tsx';
import { RevokeToken } from './revoke-token.tsx';

type Row = RouterOutputs['tokens']['list']['tokens'][number];

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('tokens'))('title') };
}

export default async function TokensPage() {
  const [t, answer] = await Promise.all([
    getTranslations('tokens'),
    load(Promise.all([api.tokens.list(), api.account.me()])),
  ]);
  if (!answer.ok) {
    return (
      <Page title={t('title')}>
        <FaultState fault={answer.fault} requestId={answer.requestId} />
      </Page>
    );
  }
  const [{ tokens }, me] = answer.value;
  const now = await getNow();
  const columns: Column<Row>[] = [
    { key: 'name', head: t('name'), cell: (row) => <span className="font-medium">{row.name}</span> },
    { key: 'prefix', head: t('prefix'), cell: (row) => <span className="id">{row.prefix}…</span> },
    {
      key: 'scopes',
      head: t('scopes'),
      cell: (row) => <span title={row.scopes.join(', ')}>{t('rights', { count: row.scopes.length })}</span>,
    },
    {
      key: 'state',
      head: t('state'),
      cell: (row) => (
        <TokenState row={row} now={now} words={{ active: t('active'), revoked: t('revoked'), expired: t('expired') }} />
      ),
    },
    {
      key: 'used',
      head: t('lastUsed'),
      cell: (row) => (row.lastUsedAt ? <When at={row.lastUsedAt} /> : <span className="text-ink-3">{t('never')}</span>),
    },
    { key: 'expires', head: t('expires'), cell: (row) => <When at={row.expiresAt} style="absolute" /> },
    {
      key: 'act',
      head: t('revoke'),
      headHidden: true,
      cell: (row) => row.revokedAt === null && <RevokeToken tokenId={row.id} name={row.name} />,
    },
  ];
  return (
    <Page
      title={t('title')}
      facts={<span>{t('facts')}</span>}
      actions={<CreateToken rights={me.rights} />}
      padded={false}
    >
      {tokens.length === 0 ? (
        <div className="p-4 lg:p-6">
          <EmptyState title={t('empty')} command="npm run tenant -- list --token ict_…">
            {t('emptyBody')}
          </EmptyState>
        </div>
      ) : (
        <div className="pt-4">
          <Table caption={t('title')} columns={columns} rows={tokens} rowKey={(row) => row.id} minWidth={1080} />
        </div>
      )}
    </Page>
  );
}

function TokenState({
  row,
  now,
  words,
}: {
  readonly row: Row;
  readonly now: Date;
  readonly words: { readonly active: string; readonly revoked: string; readonly expired: string };
}) {
  if (row.revokedAt !== null) return <Badge tone="off">{words.revoked}</Badge>;
  return row.expiresAt < now ? <Badge tone="off">{words.expired}</Badge> : <Badge tone="ok">{words.active}</Badge>;
}
