'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { Button } from '@/app/_ui/button.tsx';
import { Dialog } from '@/app/_ui/dialog.tsx';
import { Field } from '@/app/_ui/field.tsx';
import { NumberInput } from '@/app/_ui/number-input.tsx';
import { OVERLAP_HOURS_MAX } from '@/server/domain/keys.ts';
import type { Tenant } from '../tenant.ts';
import type { Key } from './key-list.ts';

const DEFAULT_OVERLAP_HOURS = 24;

/** Replaces a key's secret; the old one goes on for as long as is chosen. */
export function RotateKey({ tenant, row }: { readonly tenant: Tenant; readonly row: Key }) {
  const t = useTranslations('keys');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [hours, setHours] = useState<number | null>(DEFAULT_OVERLAP_HOURS);
  const rotate = useMutation(
    trpc.keys.rotate.mutationOptions({
      onSuccess: async () => {
        setOpen(false);
        await queries.invalidateQueries({ queryKey: trpc.keys.list.queryKey({ tenantId: tenant.id }) });
      },
    }),
  );
  const failure = rotate.error ? describeError(rotate.error) : null;
  const fits = hours !== null && hours >= 0 && hours <= OVERLAP_HOURS_MAX;
  const submit = (): void =>
    rotate.mutate({
      tenantId: tenant.id,
      keyId: row.id,
      overlapHours: hours ?? DEFAULT_OVERLAP_HOURS,
      idempotencyKey: crypto.randomUUID(),
    });
  return (
    <Dialog
      title={t('rotateTitle', { name: row.name })}
      description={t('rotateBody')}
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        if (!next) rotate.reset();
      }}
      trigger={<Button size="sm">{t('rotate')}…</Button>}
      footer={
        <Button
          kind="primary"
          busy={rotate.isPending}
          busyLabel={t('asking')}
          disabledReason={fits ? undefined : t('needOverlap')}
          onClick={submit}
        >
          {t('rotateName', { name: row.name })}
        </Button>
      }
    >
      <div className="grid gap-4">
        {failure && <FaultState fault={failure.fault} requestId={failure.requestId} />}
        <Field label={t('overlap')} unit={t('hoursUnit')} help={hours === 0 ? t('overlapNone') : t('overlapHelp')}>
          <NumberInput value={hours} onValueChange={setHours} min={0} max={OVERLAP_HOURS_MAX} />
        </Field>
      </div>
    </Dialog>
  );
}
