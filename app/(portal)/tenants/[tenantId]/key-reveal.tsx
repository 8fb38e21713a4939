'use client';

import { useMutation } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { Button } from '@/app/_ui/button.tsx';
import { Callout } from '@/app/_ui/callout.tsx';
import { CopyButton } from '@/app/_ui/copy-button.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { Tenant } from './tenant.ts';

/** The API key, once. It stays on the page until one leaves it, and nowhere else. */
export function KeyReveal({ tenant, mayReveal }: { readonly tenant: Tenant; readonly mayReveal: boolean }) {
  const t = useTranslations('tenant.reveal');
  const reveal = useMutation(useTRPC().tenants.revealKey.mutationOptions());
  if (reveal.data) {
    return (
      <Callout tone="wait" live title={t('copyNow')}>
        <p className="flex flex-wrap items-center gap-2">
          <code className="id min-w-0 break-all">{reveal.data.apiKey}</code>
          <CopyButton value={reveal.data.apiKey} what={t('key')} />
        </p>
      </Callout>
    );
  }
  const failure = reveal.error ? describeError(reveal.error) : null;
  if (failure) return <FaultState fault={failure.fault} requestId={failure.requestId} />;
  if (tenant.keyReveal === null) return null;
  const button = (
    <Button
      size="sm"
      icon={<KeyRound />}
      busy={reveal.isPending}
      busyLabel={t('showing')}
      disabledReason={mayReveal ? undefined : t('needsRight')}
      onClick={() => reveal.mutate({ tenantId: tenant.id })}
    >
      {t('show')}
    </Button>
  );
  return (
    <Callout tone="info" action={button}>
      {t('waits')} <When at={tenant.keyReveal.expiresAt} style="absolute" />.
    </Callout>
  );
}
