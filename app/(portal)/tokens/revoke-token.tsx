'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import type { TokenId } from '@/server/domain/ids.ts';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { Button } from '@/app/_ui/button.tsx';
import { Dialog } from '@/app/_ui/dialog.tsx';

/** Ends a token at once. What still uses it gets 401 from the next request on. */
export function RevokeToken({ tokenId, name }: { readonly tokenId: TokenId; readonly name: string }) {
  const t = useTranslations('tokens');
  const router = useRouter();
  const revoke = useMutation(useTRPC().tokens.revoke.mutationOptions({ onSuccess: () => router.refresh() }));
  const failure = revoke.error ? describeError(revoke.error) : null;
  const confirm = (
    <Button kind="danger" busy={revoke.isPending} busyLabel={t('revoking')} onClick={() => revoke.mutate({ tokenId })}>
      {t('revokeName', { name })}
    </Button>
  );
  return (
    <Dialog
      title={t('revokeTitle', { name })}
      description={t('revokeBody')}
      trigger={<Button size="sm">{t('revoke')}…</Button>}
      footer={confirm}
    >
      {failure && <FaultState fault={failure.fault} requestId={failure.requestId} />}
    </Dialog>
  );
}
