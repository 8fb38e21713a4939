'use client';

import { useMutation } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Right } from '@/server/domain/policy.ts';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { Button } from '@/app/_ui/button.tsx';
import { Callout } from '@/app/_ui/callout.tsx';
import { Checkbox } from '@/app/_ui/checkbox.tsx';
import { CopyButton } from '@/app/_ui/copy-button.tsx';
import { Dialog } from '@/app/_ui/dialog.tsx';
import { Field } from '@/app/_ui/field.tsx';
import { NumberInput } from '@/app/_ui/number-input.tsx';
import { TextInput } from '@/app/_ui/text-input.tsx';

const DEFAULT_DAYS = 90;

/** Makes a token with a part of one's own rights and shows it once. */
export function CreateToken({ rights }: { readonly rights: readonly Right[] }) {
  const t = useTranslations('tokens');
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [days, setDays] = useState<number | null>(DEFAULT_DAYS);
  const [scopes, setScopes] = useState<readonly Right[]>(rights.filter((right) => right.endsWith(':read')));
  const create = useMutation(useTRPC().tokens.create.mutationOptions({ onSuccess: () => router.refresh() }));
  const change = (next: boolean): void => {
    setOpen(next);
    if (!next) {
      create.reset();
      setName('');
    }
  };
  const missing =
    name.trim() === ''
      ? t('needName')
      : scopes.length === 0
        ? t('needScope')
        : days === null
          ? t('needDays')
          : undefined;
  const submit = (): void =>
    create.mutate({ name: name.trim(), scopes: [...scopes], expiresInDays: days ?? DEFAULT_DAYS });
  const failure = create.error ? describeError(create.error) : null;
  const footer = create.data ? (
    <Button kind="primary" onClick={() => change(false)}>
      {t('done')}
    </Button>
  ) : (
    <Button kind="primary" busy={create.isPending} busyLabel={t('creating')} disabledReason={missing} onClick={submit}>
      {t('create')}
    </Button>
  );
  return (
    <Dialog
      title={t('createTitle')}
      description={t('createBody')}
      open={open}
      onOpenChange={change}
      footer={footer}
      width="wide"
      trigger={<Button icon={<Plus />}>{t('new')}</Button>}
    >
      {create.data ? (
        <Callout tone="wait">
          <p>{t('copyNow')}</p>
          <p className="mt-2 flex items-center gap-2">
            <code className="id min-w-0 break-all">{create.data.token}</code>
            <CopyButton value={create.data.token} what={t('token')} />
          </p>
        </Callout>
      ) : (
        <div className="grid gap-4">
          {failure && <FaultState fault={failure.fault} requestId={failure.requestId} />}
          <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_160px]">
            <Field label={t('name')} help={t('nameHelp')}>
              <TextInput value={name} maxLength={80} onChange={(event) => setName(event.target.value)} />
            </Field>
            <Field label={t('days')} unit={t('daysUnit')}>
              <NumberInput value={days} onValueChange={setDays} min={1} max={365} />
            </Field>
          </div>
          <fieldset>
            <legend className="mb-1 text-12 text-ink-2">{t('scopes')}</legend>
            <div className="grid gap-x-4 sm:grid-cols-2">
              {rights.map((right) => (
                <Checkbox
                  key={right}
                  label={<span className="id">{right}</span>}
                  checked={scopes.includes(right)}
                  onCheckedChange={(on) =>
                    setScopes((all) => (on ? [...all, right] : all.filter((other) => other !== right)))
                  }
                />
              ))}
            </div>
          </fieldset>
        </div>
      )}
    </Dialog>
  );
}
