import { useLocale, useTimeZone, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { DeniedState, ErrorState } from '@/app/_ui/error-state.tsx';
import { formatAbsolute } from '@/app/_ui/format-time.ts';
import { formatBp, formatBytes } from '@/app/_ui/format.ts';
import type { Fault, FaultCode } from '@/server/domain/faults.ts';

type Values = Record<string, string | number>;

/** Facts of a fault as words can take them; lists and objects are left out. */
export function factsOf(fault: Fault): Values {
  const facts: Values = {};
  for (const [name, value] of Object.entries(fault)) {
    if (typeof value === 'string' || typeof value === 'number') facts[name] = value;
  }
  return facts;
}

type States = ((key: string) => string) & { has(key: string): boolean };

const STATES_OF = {
  action_refused: 'tenantState',
  order_state: 'orderState',
  quote_state: 'quoteState',
  run_state: 'runState',
  change_state: 'changeState',
} as const satisfies Partial<Record<FaultCode, string>>;

/** Facts as people read them: states by their names, amounts and times with units. */
function useReadableFacts(): (fault: Fault) => Values {
  const d = useTranslations('domain') as unknown as States;
  const locale = useLocale();
  const timeZone = useTimeZone() ?? 'UTC';
  return (fault) => {
    if (fault.code === 'discount_over_limit')
      return { limit: formatBp(fault.limitBp, locale), asked: formatBp(fault.askedBp, locale) };
    if (fault.code === 'quote_expired') return { validUntil: formatAbsolute(new Date(fault.validUntil), timeZone) };
    if (fault.code === 'storage_in_use')
      return { used: formatBytes(fault.usedBytes), limit: formatBytes(fault.limitBytes) };
    if (!('state' in fault)) return {};
    const key = `${STATES_OF[fault.code]}.${fault.state}`;
    const word = d.has(key) ? d(key) : fault.state;
    return { state: locale === 'en' ? word.toLowerCase() : word };
  };
}

/** What happened, that nothing was changed, what to do. `code` decides the words; facts fill them. */
export function useFaultWords(): (fault: Fault) => {
  readonly title: string;
  readonly next: string;
  readonly kept: string;
} {
  const t = useTranslations('faults') as unknown as (key: string, values?: Values) => string;
  const readable = useReadableFacts();
  return (fault) => {
    const facts = { ...factsOf(fault), ...readable(fault) };
    return { title: t(`title.${fault.code}`, facts), next: t(`next.${fault.code}`, facts), kept: t('kept') };
  };
}

/** A fault in its place on the page. */
export function FaultState({
  fault,
  requestId,
  actions,
}: {
  readonly fault: Fault;
  readonly requestId?: string;
  readonly actions?: ReactNode;
}) {
  const words = useFaultWords()(fault);
  if (fault.code === 'right_missing') return <DeniedState title={words.title} right={fault.right} actions={actions} />;
  return (
    <ErrorState title={words.title} code={fault.code} requestId={requestId} actions={actions}>
      {words.kept} {words.next}
    </ErrorState>
  );
}
