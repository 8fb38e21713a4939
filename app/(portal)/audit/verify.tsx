'use client';

import { useMutation } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';
import { useLocale, useTimeZone, useTranslations } from 'next-intl';
import { useClock } from '@/app/_ui/use-clock.ts';
import { createContext, useContext, type ReactNode } from 'react';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { StateBadge } from '@/app/_ui/badge.tsx';
import { Button } from '@/app/_ui/button.tsx';
import { Callout } from '@/app/_ui/callout.tsx';
import { formatDuration, formatWhen } from '@/app/_ui/format-time.ts';
import { formatNumber } from '@/app/_ui/format.ts';
import type { RouterOutputs } from '@/server/api/root.ts';

type Verdict = RouterOutputs['audit']['verify'];
type SealStatus = RouterOutputs['audit']['status'];

interface Verification {
  readonly verdict: Verdict | null;
  readonly at: Date | null;
  readonly busy: boolean;
  readonly error: unknown;
  readonly start: () => void;
}

const REFRESH_MS = 10_000;
const VerifyContext = createContext<Verification | null>(null);

function useVerification(): Verification {
  const found = useContext(VerifyContext);
  if (found === null) throw new Error('outside of VerifyScope');
  return found;
}

/** One check of the chain, which badge, button and result share. */
export function VerifyScope({ children }: { readonly children: ReactNode }) {
  const verify = useMutation(useTRPC().audit.verify.mutationOptions());
  const { data, isPending, error, submittedAt } = verify;
  return (
    <VerifyContext
      value={{
        verdict: data ?? null,
        at: data ? new Date(submittedAt) : null,
        busy: isPending,
        error,
        start: () => verify.mutate({ from: 'start' }),
      }}
    >
      {children}
    </VerifyContext>
  );
}

/** How far the chain is sealed; after a check, what it found and when. */
export function SealBadge({ status }: { readonly status: SealStatus }) {
  const t = useTranslations('audit.seal');
  const locale = useLocale();
  const timeZone = useTimeZone() ?? 'UTC';
  const now = useClock(REFRESH_MS);
  const { verdict, at } = useVerification();
  if (verdict?.broken) {
    return <StateBadge tone="bad" word={t('broken', { seq: formatNumber(Number(verdict.broken.chainSeq)) })} />;
  }
  if (verdict !== null && at !== null) {
    const later = new Date(Math.max(now.getTime(), at.getTime()));
    return <StateBadge tone="ok" word={`${t('verified')} ${formatWhen(at, later, locale, timeZone)}`} />;
  }
  if (status.head === null) return <StateBadge tone="off" word={t('none')} />;
  return status.unsealed === 0 ? (
    <StateBadge tone="ok" word={t('all')} />
  ) : (
    <StateBadge tone="off" word={t('some', { count: status.unsealed })} />
  );
}

export function VerifyButton({ mayVerify }: { readonly mayVerify: boolean }) {
  const t = useTranslations('audit.verify');
  const { busy, start } = useVerification();
  return (
    <Button
      icon={<ShieldCheck />}
      busy={busy}
      busyLabel={t('busy')}
      disabledReason={mayVerify ? undefined : t('needsRight')}
      onClick={start}
    >
      {t('act')}
    </Button>
  );
}

function Broken({ verdict, broken }: { readonly verdict: Verdict; readonly broken: NonNullable<Verdict['broken']> }) {
  const t = useTranslations('audit.verify');
  const shown = formatNumber(verdict.checked);
  return (
    <Callout tone="bad" live title={t('brokenTitle', { seq: formatNumber(Number(broken.chainSeq)) })}>
      <p>{t(`reason.${broken.reason}`)}</p>
      <p>{t('brokenBody', { checked: verdict.checked, shown })}</p>
    </Callout>
  );
}

function Holds({ verdict }: { readonly verdict: Verdict }) {
  const t = useTranslations('audit.verify');
  const locale = useLocale();
  const { checked, toSeq, ms, checkpoints, signaturesValid, signaturesChecked, unsealed } = verdict;
  const head = formatNumber(Number(toSeq));
  return (
    <Callout tone="ok" live title={t('okTitle')}>
      {t('ok', { checked, shown: formatNumber(checked), took: formatDuration(ms, locale), head })}{' '}
      {signaturesChecked ? t('signatures', { valid: signaturesValid, total: checkpoints }) : t('noSignatures')}{' '}
      {unsealed > 0 && t('unsealed', { count: unsealed })}
    </Callout>
  );
}

/** What the check found, in place: counts, or the first broken entry. */
export function VerifyResult() {
  const t = useTranslations('audit.verify');
  const { verdict, error } = useVerification();
  const failure = error ? describeError(error) : null;
  if (verdict === null && !error) return null;
  return (
    <div className="px-4 pt-4 lg:px-6">
      {failure && <FaultState fault={failure.fault} requestId={failure.requestId} />}
      {error !== null && !failure && (
        <Callout tone="bad" live>
          {t('noAnswer')}
        </Callout>
      )}
      {verdict !== null &&
        error === null &&
        (verdict.broken ? <Broken verdict={verdict} broken={verdict.broken} /> : <Holds verdict={verdict} />)}
    </div>
  );
}
