'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { FaultState, useFaultWords } from '@/app/_portal/fault-state.tsx';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { Badge } from '@/app/_ui/badge.tsx';
import { Callout } from '@/app/_ui/callout.tsx';
import { EmptyState } from '@/app/_ui/empty-state.tsx';
import { Id } from '@/app/_ui/id.tsx';
import { Panel } from '@/app/_ui/panel.tsx';
import { Table, type Column } from '@/app/_ui/table.tsx';
import { When } from '@/app/_ui/when.tsx';
import { CreateKey } from './keys/create-key.tsx';
import { isLastWriter, KEY_TONE, type Key, type KeyList } from './keys/key-list.ts';
import { RevokeKey } from './keys/revoke-key.tsx';
import { RotateKey } from './keys/rotate-key.tsx';
import { ShowKey } from './keys/show-key.tsx';
import type { Tenant } from './tenant.ts';

/** While something is asked for, its end is awaited; else what was used last is refreshed now and then. */
const PENDING_MS = 500;
const REFRESH_MS = 15_000;

interface Props {
  readonly tenant: Tenant;
  readonly mayReveal: boolean;
}

/** Why keys cannot be changed now; nothing when they can. */
function useRefusal(tenant: Tenant): string | undefined {
  const t = useTranslations('keys');
  const words = useFaultWords();
  const action = tenant.actions.find(({ action: name }) => name === 'rekey');
  if (action === undefined) return t('notNow');
  if (action.refusal?.code === 'right_missing') return t('needsRight', { right: action.needs });
  return action.refusal ? words(action.refusal).title : undefined;
}

export function KeysTab({ tenant, mayReveal }: Props) {
  const t = useTranslations('keys');
  const refusal = useRefusal(tenant);
  const list = useQuery(
    useTRPC().keys.list.queryOptions(
      { tenantId: tenant.id },
      { refetchInterval: ({ state }) => ((state.data?.pending.length ?? 0) > 0 ? PENDING_MS : REFRESH_MS) },
    ),
  );
  const failure = list.error ? describeError(list.error) : null;
  const { keys = [], pending = [], parties = false } = list.data ?? {};
  const endpoint = tenant.endpoints[0];
  return (
    <>
      {failure && <FaultState fault={failure.fault} requestId={failure.requestId} />}
      {keys.map((key) => (
        <ShowKey key={`${key.id} ${key.secrets[0]?.generation}`} tenant={tenant} row={key} mayReveal={mayReveal} />
      ))}
      <Ending keys={keys} />
      <output className="grid gap-2">
        {pending.map(({ runId, op, name }) => (
          <Callout key={runId} tone="info">
            {t(`pending.${op}`, { name })}
          </Callout>
        ))}
      </output>
      <Panel
        title={t('title')}
        side={<CreateKey tenant={tenant} parties={parties} refusal={refusal} />}
        {...(keys.length === 0 && { padded: true })}
      >
        {list.isPending ? (
          <p className="text-ink-3">{t('loading')}</p>
        ) : keys.length === 0 ? (
          <EmptyState title={t('empty')}>{t('emptyBody')}</EmptyState>
        ) : (
          <KeyTable tenant={tenant} keys={keys} may={refusal === undefined} />
        )}
      </Panel>
      {endpoint && (
        <p className="flex flex-wrap items-center gap-2 text-ink-2">
          {t('endpoint')} <Id value={endpoint.url} text={endpoint.url} />
        </p>
      )}
      <p className="max-w-prose text-ink-2">{t('note')}</p>
    </>
  );
}

/** Keys that end soon, or have ended. */
function Ending({ keys }: { readonly keys: KeyList['keys'] }) {
  const t = useTranslations('keys');
  const ending = keys.filter(({ state }) => state === 'expiring');
  if (ending.length === 0) return null;
  return <Callout tone="wait">{t('ending', { names: ending.map(({ name }) => name).join(', ') })}</Callout>;
}

function KeyTable({
  tenant,
  keys,
  may,
}: {
  readonly tenant: Tenant;
  readonly keys: KeyList['keys'];
  readonly may: boolean;
}) {
  const t = useTranslations('keys');
  const never = <span className="text-ink-3">{t('never')}</span>;
  const columns: Column<Key>[] = [
    {
      key: 'name',
      head: t('name'),
      cell: ({ name, party }) => (
        <span>
          <span className="font-medium">{name}</span>
          {party !== null && <span className="id ml-2 text-ink-3">{party}</span>}
        </span>
      ),
    },
    {
      key: 'prefix',
      head: t('prefix'),
      cell: ({ secrets }) => (
        <span className="grid">
          {secrets.map(({ generation, prefix, expiresAt }, index) => (
            <span key={generation} className="id">
              {prefix}…
              {index > 0 && expiresAt && (
                <span className="ml-1 text-12 text-ink-3">
                  {t('until')} <When at={expiresAt} style="absolute" />
                </span>
              )}
            </span>
          ))}
        </span>
      ),
    },
    { key: 'scopes', head: t('scopes'), cell: ({ scopes }) => scopes.map((scope) => t(scope)).join(', ') },
    {
      key: 'state',
      head: t('state'),
      cell: ({ state }) => <Badge tone={KEY_TONE[state]}>{t(`states.${state}`)}</Badge>,
    },
    {
      key: 'used',
      head: t('lastUsed'),
      cell: ({ secrets }) => {
        const used = secrets.flatMap(({ lastUsedAt }) => lastUsedAt ?? []).toSorted((a, b) => Number(b) - Number(a))[0];
        return used ? <When at={used} /> : never;
      },
    },
    {
      key: 'expires',
      head: t('ends'),
      cell: ({ secrets: [newest] }) => (newest?.expiresAt ? <When at={newest.expiresAt} style="absolute" /> : never),
    },
    {
      key: 'by',
      head: t('by'),
      cell: ({ createdBy, secrets: [newest] }) => newest?.createdBy?.name ?? createdBy?.name ?? t('withTenant'),
    },
    {
      key: 'act',
      head: t('actions'),
      headHidden: true,
      cell: (row) =>
        may &&
        row.state !== 'revoked' && (
          <span className="flex justify-end gap-2">
            <RotateKey tenant={tenant} row={row} />
            <RevokeKey tenant={tenant} row={row} lastWriter={isLastWriter(keys, row)} />
          </span>
        ),
    },
  ];
  return (
    <Table
      caption={t('title')}
      columns={columns}
      rows={[...keys]}
      rowKey={(row) => row.id}
      bleed={false}
      minWidth={1080}
    />
  );
}
