'use client';

import { useMutation } from '@tanstack/react-query';
import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useFaultWords } from '@/app/_portal/fault-state.tsx';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { Button, ButtonLink } from '@/app/_ui/button.tsx';
import { ConfirmByName } from '@/app/_ui/confirm-by-name.tsx';
import type { Tenant } from './tenant.ts';

interface Props {
  readonly tenant: Tenant;
  readonly mayOperate: boolean;
  readonly stale: boolean;
}

/** Destructive actions stand last. */
const ORDER = ['provision', 'change', 'move', 'rekey', 'resume', 'suspend', 'retire'] as const;
const DESTRUCTIVE: readonly string[] = ['retire'];

type Action = Tenant['actions'][number];

/** The lifecycle's actions as buttons: what may not start now stays visible with its reason. Those that make no sense at all in this state
 * (resume while running) are the one exception, so that the header does not become a list of impossibilities. */
function shown(tenant: Tenant): readonly Action[] {
  if (tenant.state === 'retired') return [];
  const applies = (action: Action): boolean => {
    if (action.action === 'move') return false; // a change of the model, on the page of changes
    if (action.action === 'rekey') return false; // asked for on the tab of keys
    if (action.action === 'provision') return tenant.state === 'failed' || tenant.state === 'ordered';
    if (action.action === 'resume') return tenant.state === 'suspended' || tenant.state === 'resuming';
    if (action.action === 'suspend' || action.action === 'change')
      return tenant.state !== 'suspended' && tenant.state !== 'failed' && tenant.state !== 'ordered';
    return true;
  };
  return tenant.actions.filter(applies).toSorted((a, b) => ORDER.indexOf(a.action) - ORDER.indexOf(b.action));
}

export function TenantActions({ tenant, mayOperate, stale }: Props) {
  const t = useTranslations('tenant');
  const words = useFaultWords();
  const refusalOf = ({ refusal, needs }: Action): string | undefined => {
    if (!mayOperate) return t('needsRight', { right: needs });
    if (stale) return t('staleRefusal');
    return refusal ? words(refusal).title : undefined;
  };
  return shown(tenant).map((action) => (
    <ActionButton key={action.action} tenant={tenant} action={action} refusal={refusalOf(action)} />
  ));
}

type Words = ((key: string, values: { readonly name: string; readonly ref: string }) => string) & {
  has(key: string): boolean;
};

/** The lines of `confirm.<action>`, as many as there are. */
function useConsequences(): (name: Action['action'], tenant: Tenant) => readonly string[] {
  const t = useTranslations('tenant.confirm') as unknown as Words;
  return (name, tenant) =>
    [1, 2, 3, 4]
      .map((line) => `${name}.line${line}`)
      .filter((key) => t.has(key))
      .map((key) => t(key, { name: tenant.name, ref: tenant.ref }));
}

function ActionButton({
  tenant,
  action,
  refusal,
}: {
  readonly tenant: Tenant;
  readonly action: Action;
  readonly refusal: string | undefined;
}) {
  const t = useTranslations('tenant');
  const router = useRouter();
  const words = useFaultWords();
  const consequencesOf = useConsequences();
  const act = useMutation(useTRPC().tenants.act.mutationOptions());
  const name = action.action;
  const kind = DESTRUCTIVE.includes(name) ? 'danger' : 'default';
  if (refusal !== undefined) {
    return (
      <Button kind={kind} disabledReason={refusal}>
        {t(`action.${name}`)}…
      </Button>
    );
  }
  if (name === 'rekey') return null;
  if (name === 'change' || name === 'move') {
    return <ButtonLink href={`/tenants/${tenant.id}/change`}>{t('action.change')}…</ButtonLink>;
  }
  const confirm = async (): Promise<string | void> => {
    try {
      const { runId } = await act.mutateAsync({
        tenantId: tenant.id,
        action: name,
        idempotencyKey: crypto.randomUUID(),
        ...(action.confirmByName && { confirmName: tenant.name }),
      });
      router.push(`/runs/${runId}` as Route);
      return undefined;
    } catch (error) {
      const failure = describeError(error);
      return failure ? `${words(failure.fault).title}. ${words(failure.fault).kept}` : t('noAnswer');
    }
  };
  return (
    <ConfirmByName
      title={t(`confirm.${name}.title`, { name: tenant.name })}
      consequences={consequencesOf(name, tenant)}
      action={t(`confirm.${name}.act`, { name: tenant.name })}
      busyLabel={t('working')}
      onConfirm={confirm}
      {...(action.confirmByName && { name: tenant.name })}
      trigger={<Button kind={kind}>{t(`action.${name}`)}…</Button>}
    />
  );
}
