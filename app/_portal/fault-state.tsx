import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { ErrorState } from '@/app/_ui/error-state.tsx';
import type { Fault } from '@/server/domain/faults.ts';

type Values = Record<string, string | number>;

/** Facts of a fault as words can take them; lists and objects are left out. */
export function factsOf(fault: Fault): Values {
  const entries = Object.entries(fault).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  return Object.fromEntries(entries) as Values;
}

/** What happened, that nothing was changed, what to do. `code` decides the words; facts fill them. */
export function useFaultWords(): (fault: Fault) => {
  readonly title: string;
  readonly next: string;
  readonly kept: string;
} {
  const t = useTranslations('faults') as unknown as (key: string, values?: Values) => string;
  return (fault) => {
    const facts = factsOf(fault);
    const percents =
      fault.code === 'discount_over_limit'
        ? { limit: `${fault.limitBp / 100} %`, asked: `${fault.askedBp / 100} %` }
        : {};
    return {
      title: t(`title.${fault.code}`, facts),
      next: t(`next.${fault.code}`, { ...facts, ...percents }),
      kept: t('kept'),
    };
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
  return (
    <ErrorState title={words.title} code={fault.code} requestId={requestId} actions={actions}>
      {words.kept} {words.next}
    </ErrorState>
  );
}
