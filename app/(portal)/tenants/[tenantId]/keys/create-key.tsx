'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { Button } from '@/app/_ui/button.tsx';
import { Checkbox } from '@/app/_ui/checkbox.tsx';
import { Dialog } from '@/app/_ui/dialog.tsx';
import { Field } from '@/app/_ui/field.tsx';
import { NumberInput } from '@/app/_ui/number-input.tsx';
import { TextInput } from '@/app/_ui/text-input.tsx';
import { KEY_DAYS_MAX, KeyName, Party } from '@/server/domain/keys.ts';
import type { Tenant } from '../tenant.ts';

const DEFAULT_DAYS = 365;

interface Draft {
  readonly name: string;
  readonly read: boolean;
  readonly write: boolean;
  readonly party: string;
  readonly expires: boolean;
  readonly days: number | null;
}
const EMPTY: Draft = { name: '', read: true, write: false, party: '', expires: true, days: DEFAULT_DAYS };

/** Asks for a new key. The run that makes it takes about a second; then the key waits to be shown. */
export function CreateKey({
  tenant,
  parties,
  refusal,
}: {
  readonly tenant: Tenant;
  readonly parties: boolean;
  readonly refusal: string | undefined;
}) {
  const t = useTranslations('keys');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const create = useMutation(
    trpc.keys.create.mutationOptions({
      onSuccess: async () => {
        setOpen(false);
        setDraft(EMPTY);
        await queries.invalidateQueries({ queryKey: trpc.keys.list.queryKey({ tenantId: tenant.id }) });
      },
    }),
  );
  const change = (part: Partial<Draft>): void => setDraft((now) => ({ ...now, ...part }));
  const { name, read, write, party, expires, days } = draft;
  const missing = !KeyName.safeParse(name).success
    ? t('needName')
    : !read && !write
      ? t('needScope')
      : party !== '' && !Party.safeParse(party).success
        ? t('needParty')
        : expires && days === null
          ? t('needDays')
          : undefined;
  const submit = (): void =>
    create.mutate({
      tenantId: tenant.id,
      name,
      scopes: [...(read ? (['read'] as const) : []), ...(write ? (['write'] as const) : [])],
      party: party === '' ? null : party,
      expiresInDays: expires ? days : null,
      idempotencyKey: crypto.randomUUID(),
    });
  const failure = create.error ? describeError(create.error) : null;
  if (refusal !== undefined) {
    return (
      <Button size="sm" icon={<Plus />} disabledReason={refusal}>
        {t('new')}
      </Button>
    );
  }
  return (
    <Dialog
      title={t('createTitle')}
      description={t('createBody')}
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        if (!next) create.reset();
      }}
      trigger={
        <Button size="sm" icon={<Plus />}>
          {t('new')}
        </Button>
      }
      footer={
        <Button
          kind="primary"
          busy={create.isPending}
          busyLabel={t('asking')}
          disabledReason={missing}
          onClick={submit}
        >
          {t('create')}
        </Button>
      }
    >
      <div className="grid gap-4">
        {failure && <FaultState fault={failure.fault} requestId={failure.requestId} />}
        <Field label={t('name')} help={t('nameHelp')}>
          <TextInput value={name} maxLength={40} onChange={(event) => change({ name: event.target.value })} />
        </Field>
        <fieldset>
          <legend className="mb-1 text-12 text-ink-2">{t('scopes')}</legend>
          <Checkbox label={t('read')} checked={read} onCheckedChange={(on) => change({ read: on })} />
          <Checkbox label={t('write')} checked={write} onCheckedChange={(on) => change({ write: on })} />
        </fieldset>
        {parties && <PartyField tenant={tenant} value={party} onChange={(value) => change({ party: value })} />}
        <div>
          <Checkbox label={t('expires')} checked={expires} onCheckedChange={(on) => change({ expires: on })} />
          {expires && (
            <Field label={t('days')} unit={t('daysUnit')}>
              <NumberInput value={days} onValueChange={(value) => change({ days: value })} min={1} max={KEY_DAYS_MAX} />
            </Field>
          )}
        </div>
      </div>
    </Dialog>
  );
}

/** Of whom the key is, in the words of the offering. */
function PartyField({
  tenant,
  value,
  onChange,
}: {
  readonly tenant: Tenant;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const t = useTranslations('keys');
  const locale = useLocale();
  const { party } = tenant.manifest;
  if (party === undefined) return null;
  return (
    <Field label={t('partyOf', { party: party.name[locale] })} help={party.help[locale]}>
      <TextInput
        value={value}
        maxLength={200}
        placeholder={party.example}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
