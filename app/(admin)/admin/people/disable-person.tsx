'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import type { UserId } from '@/server/domain/ids.ts';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { Button } from '@/app/_ui/button.tsx';
import { Dialog } from '@/app/_ui/dialog.tsx';

interface DisablePersonProps {
  readonly userId: UserId;
  readonly name: string;
  readonly disabled: boolean;
  /** Why it may not be pressed; null when it may. */
  readonly refusal: 'right' | 'self' | null;
}

/** Ends a person's access at once, or gives it back; says what follows before it does. */
export function DisablePerson({ userId, name, disabled, refusal }: DisablePersonProps) {
  const t = useTranslations('lists.people');
  const router = useRouter();
  const change = useMutation(useTRPC().people.setDisabled.mutationOptions({ onSuccess: () => router.refresh() }));
  const word = disabled ? t('enable') : t('disable');
  if (refusal !== null) {
    return (
      <Button size="sm" disabledReason={t(`refused.${refusal}`)}>
        {word}
      </Button>
    );
  }
  const failure = change.error ? describeError(change.error) : null;
  const confirm = (
    <Button
      kind={disabled ? 'primary' : 'danger'}
      busy={change.isPending}
      busyLabel={t('working')}
      onClick={() => change.mutate({ userId, disabled: !disabled })}
    >
      {disabled ? t('enableName', { name }) : t('disableName', { name })}
    </Button>
  );
  return (
    <Dialog
      title={disabled ? t('enableTitle', { name }) : t('disableTitle', { name })}
      description={disabled ? t('enableBody') : t('disableBody')}
      trigger={<Button size="sm">{word}…</Button>}
      footer={confirm}
    >
      {failure && <FaultState fault={failure.fault} requestId={failure.requestId} />}
    </Dialog>
  );
}
