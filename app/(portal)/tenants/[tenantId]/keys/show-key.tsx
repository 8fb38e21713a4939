'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { Button } from '@/app/_ui/button.tsx';
import { Callout } from '@/app/_ui/callout.tsx';
import { CopyButton } from '@/app/_ui/copy-button.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { Tenant } from '../tenant.ts';
import type { Key } from './key-list.ts';

/** A secret that waits to be shown: once, here, and nowhere else. It stays until one leaves the page. */
export function ShowKey({
  tenant,
  row,
  mayReveal,
}: {
  readonly tenant: Tenant;
  readonly row: Key;
  readonly mayReveal: boolean;
}) {
  const t = useTranslations('keys');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const until = row.secrets.find(({ revealUntil }) => revealUntil !== null)?.revealUntil ?? null;
  const reveal = useMutation(
    trpc.tenants.revealKey.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: trpc.keys.list.queryKey({ tenantId: tenant.id }) }),
    }),
  );
  if (reveal.data) {
    return (
      <Callout tone="wait" live title={t('copyNow', { name: row.name })}>
        <p className="flex flex-wrap items-center gap-2">
          <code className="id min-w-0 break-all">{reveal.data.apiKey}</code>
          <CopyButton value={reveal.data.apiKey} what={t('key')} />
        </p>
      </Callout>
    );
  }
  const failure = reveal.error ? describeError(reveal.error) : null;
  if (failure) return <FaultState fault={failure.fault} requestId={failure.requestId} />;
  if (until === null || row.state === 'revoked') return null;
  const button = (
    <Button
      size="sm"
      icon={<KeyRound />}
      busy={reveal.isPending}
      busyLabel={t('showing')}
      disabledReason={mayReveal ? undefined : t('needsReveal')}
      onClick={() => reveal.mutate({ tenantId: tenant.id, keyId: row.id })}
    >
      {t('show', { name: row.name })}
    </Button>
  );
  return (
    <Callout tone="info" action={button}>
      {t('waits', { name: row.name })} <When at={until} style="absolute" />.
    </Callout>
  );
}
