'use client';

import { useMutation } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';
import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useFaultWords } from '@/app/_portal/fault-state.tsx';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { Button, ButtonLink } from '@/app/_ui/button.tsx';
import { ConfirmByName } from '@/app/_ui/confirm-by-name.tsx';
import { useToast } from '@/app/_ui/toast.tsx';
import { isOver, type Run, type RunRights } from './run.ts';

type Props = RunRights & { readonly run: Run; readonly stale: boolean };

/** Why a button is off, in words; undefined when it may be pressed. */
function useRefusals({ run, mayCancel, mayRetry, stale }: Props) {
  const t = useTranslations('run');
  const words = useFaultWords();
  const of = (fault: Run['cancelRefusal'], may: boolean, right: string): string | undefined => {
    if (!may) return t('needsRight', { right });
    return fault ? words(fault).title : undefined;
  };
  return {
    cancel: stale ? t('staleRefusal') : of(run.cancelRefusal, mayCancel, 'run:cancel'),
    retry: of(run.retryRefusal, mayRetry, 'run:retry'),
  };
}

/** Cancel what is under way, run again what failed; the words say what follows. */
export function RunActions(props: Props) {
  const { run } = props;
  const t = useTranslations('run');
  const router = useRouter();
  const toast = useToast();
  const trpc = useTRPC();
  const faultWords = useFaultWords();
  const refusals = useRefusals(props);
  const cancel = useMutation(trpc.runs.cancel.mutationOptions());
  const retry = useMutation(
    trpc.runs.retry.mutationOptions({
      onSuccess: ({ runId }) => router.push(`/runs/${runId}` as Route),
      onError: (error) => {
        const failure = describeError(error);
        toast({ tone: 'bad', text: failure ? faultWords(failure.fault).title : t('noAnswer') });
      },
    }),
  );
  const confirmCancel = async (): Promise<string | void> => {
    try {
      await cancel.mutateAsync({ runId: run.id });
      return undefined;
    } catch (error) {
      const failure = describeError(error);
      return failure ? faultWords(failure.fault).title : t('noAnswer');
    }
  };
  if (isOver(run)) {
    return (
      <>
        <ButtonLink href={`/tenants/${run.tenant.id}`}>{t('openTenant')}</ButtonLink>
        {run.state !== 'succeeded' && (
          <Button
            kind="primary"
            icon={<RotateCcw />}
            busy={retry.isPending}
            busyLabel={t('retrying')}
            disabledReason={refusals.retry}
            onClick={() => retry.mutate({ runId: run.id, idempotencyKey: crypto.randomUUID() })}
          >
            {t('retry')}
          </Button>
        )}
      </>
    );
  }
  const built = run.resources.filter((resource) => resource.state === 'done').length;
  const label = run.action === 'provision' && built > 0 ? t('cancelRemove', { count: built }) : t('cancel');
  if (refusals.cancel !== undefined) {
    return (
      <Button kind="danger" disabledReason={refusals.cancel}>
        {label}…
      </Button>
    );
  }
  return (
    <ConfirmByName
      title={t('cancelTitle', { tenant: run.tenant.name })}
      consequences={
        run.action === 'provision'
          ? [t('cancelCreate1'), t('cancelCreate2'), t('cancelCreate3')]
          : [t('cancelChange1'), t('cancelChange2')]
      }
      action={label}
      busyLabel={t('cancelling')}
      onConfirm={confirmCancel}
      trigger={<Button kind="danger">{label}…</Button>}
    />
  );
}
