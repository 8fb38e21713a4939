'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { FaultState, useFaultWords } from '@/app/_portal/fault-state.tsx';
import { shortHash } from '@/app/_portal/short-hash.ts';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { Button } from '@/app/_ui/button.tsx';
import { ConfirmByName } from '@/app/_ui/confirm-by-name.tsx';
import { Field } from '@/app/_ui/field.tsx';
import { RailPart } from '@/app/_ui/rail.tsx';
import { TextArea } from '@/app/_ui/text-input.tsx';
import { useToast } from '@/app/_ui/toast.tsx';
import type { Approval } from './approval.ts';

/** Approve exactly the plan that is shown, or reject with a reason. */
export function Decide({ approval }: { readonly approval: Approval }) {
  const t = useTranslations('approval');
  const router = useRouter();
  const toast = useToast();
  const words = useFaultWords();
  const trpc = useTRPC();
  const [reason, setReason] = useState('');
  const hash = shortHash(approval.planHash);
  const { id: approvalId, planHash } = approval;
  const approve = useMutation(
    trpc.approvals.approve.mutationOptions({
      onSuccess: ({ runId }) => {
        toast({
          text: t('doneApproved', { hash }),
          ...(runId !== null && { action: { label: t('openRun'), href: `/runs/${runId}` } }),
        });
        router.refresh();
      },
    }),
  );
  const refusal = approval.decideRefusal ? words(approval.decideRefusal).title : undefined;
  const failure = approve.error ? describeError(approve.error) : null;
  return (
    <RailPart foot className="lg:sticky lg:bottom-0 lg:border-t lg:border-b-0">
      {failure && <FaultState fault={failure.fault} requestId={failure.requestId} />}
      {approve.error && !failure && (
        <p role="alert" className="text-12 text-bad">
          {t('noAnswer')}
        </p>
      )}
      {refusal === undefined ? (
        <Field label={t('reasonLabel')}>
          <TextArea
            rows={2}
            value={reason}
            maxLength={1000}
            placeholder={t('reasonHint')}
            onChange={(event) => setReason(event.target.value)}
          />
        </Field>
      ) : (
        <p className="text-12 text-ink-2">{refusal}.</p>
      )}
      <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-2">
        <Button
          kind="primary"
          size="lg"
          busy={approve.isPending || approve.isSuccess}
          busyLabel={t('approving')}
          disabledReason={refusal}
          onClick={() => approve.mutate({ approvalId, planHash, reason })}
        >
          {t('approve', { hash })}
        </Button>
        <Reject approval={approval} reason={reason.trim()} refusal={refusal} />
      </div>
      {refusal === undefined && <p className="text-12 text-ink-3">{t('foot')}</p>}
    </RailPart>
  );
}

function useConsequences(): (approval: Approval, reason: string) => readonly string[] {
  const t = useTranslations('approval');
  return ({ kind, subject }, reason) => {
    const kept = t('rejectReason', { reason });
    if (kind === 'order') return [t('rejectOrder1'), t('rejectOrder2', { tenant: subject.tenantName }), kept];
    const lines = { discount: 'rejectDiscount1', change: 'rejectChange1', run: 'rejectRun1' } as const;
    return [t(lines[kind]), kept];
  };
}

function Reject({
  approval,
  reason,
  refusal,
}: {
  readonly approval: Approval;
  readonly reason: string;
  readonly refusal: string | undefined;
}) {
  const t = useTranslations('approval');
  const router = useRouter();
  const toast = useToast();
  const words = useFaultWords();
  const consequencesOf = useConsequences();
  const reject = useMutation(useTRPC().approvals.reject.mutationOptions());
  const { label } = approval.subject;
  const why = refusal ?? (reason === '' ? t('rejectNeeds', { name: approval.requestedBy.name }) : undefined);
  if (why !== undefined) {
    return (
      <Button kind="danger" size="lg" disabledReason={why}>
        {t('reject')}
      </Button>
    );
  }
  const confirm = async (): Promise<string | void> => {
    try {
      await reject.mutateAsync({ approvalId: approval.id, planHash: approval.planHash, reason });
      toast({ tone: 'info', text: t('doneRejected', { label }) });
      router.refresh();
      return undefined;
    } catch (error) {
      const failure = describeError(error);
      return failure ? `${words(failure.fault).title}. ${words(failure.fault).kept}` : t('noAnswer');
    }
  };
  return (
    <ConfirmByName
      title={t('rejectTitle', { label })}
      consequences={consequencesOf(approval, reason)}
      action={t('rejectAct', { label })}
      busyLabel={t('rejecting')}
      onConfirm={confirm}
      trigger={
        <Button kind="danger" size="lg">
          {t('reject')}
        </Button>
      }
    />
  );
}
