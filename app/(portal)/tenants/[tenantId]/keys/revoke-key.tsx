'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useFaultWords } from '@/app/_portal/fault-state.tsx';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { Button } from '@/app/_ui/button.tsx';
import { ConfirmByName } from '@/app/_ui/confirm-by-name.tsx';
import type { Tenant } from '../tenant.ts';
import type { Key } from './key-list.ts';

/** Ends a key. Whoever uses it is refused as soon as the run has applied it. */
export function RevokeKey({
  tenant,
  row,
  lastWriter,
}: {
  readonly tenant: Tenant;
  readonly row: Key;
  readonly lastWriter: boolean;
}) {
  const t = useTranslations('keys');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const words = useFaultWords();
  const revoke = useMutation(trpc.keys.revoke.mutationOptions());
  const confirm = async (): Promise<string | void> => {
    try {
      await revoke.mutateAsync({ tenantId: tenant.id, keyId: row.id, idempotencyKey: crypto.randomUUID() });
      await queries.invalidateQueries({ queryKey: trpc.keys.list.queryKey({ tenantId: tenant.id }) });
      return undefined;
    } catch (error) {
      const failure = describeError(error);
      return failure ? `${words(failure.fault).title}. ${words(failure.fault).kept}` : t('noAnswer');
    }
  };
  return (
    <ConfirmByName
      title={t('revokeTitle', { name: row.name })}
      consequences={[t('revokeAtOnce'), t('revokeForGood'), ...(lastWriter ? [t('revokeLastWriter')] : [])]}
      action={t('revokeName', { name: row.name })}
      busyLabel={t('asking')}
      onConfirm={confirm}
      trigger={
        <Button size="sm" kind="danger">
          {t('revoke')}…
        </Button>
      }
    />
  );
}
