import { useLocale, useTranslations } from 'next-intl';
import { StateBadge } from '@/app/_ui/badge.tsx';
import { Spine } from '@/app/_ui/spine.tsx';
import {
  ORDER_TONE,
  QUOTE_TONE,
  RUN_TONE,
  TENANT_TONE,
  type OrderState,
  type QuoteState,
  type RunState,
  type TenantState,
} from '@/server/domain/lifecycle.ts';
import type { LocalText } from '@/server/domain/text.ts';
import { useReason, type Facts } from './reason.ts';

/** An offering by its spine and name; the version quietly after it. */
export function OfferingCell({
  offering,
}: {
  readonly offering: { readonly name: LocalText; readonly hue: number; readonly version: string };
}) {
  const locale = useLocale();
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <Spine hue={offering.hue} height={12} />
      {offering.name[locale]}
      <span className="id text-ink-3">{offering.version}</span>
    </span>
  );
}

export function TenantStateBadge({
  state,
  tainted = false,
  reason = {},
}: {
  readonly state: TenantState;
  readonly tainted?: boolean;
  readonly reason?: Facts;
}) {
  const t = useTranslations('domain');
  const words = useReason()(reason);
  if (tainted && state === 'active') return <StateBadge tone="wait" word={t('tainted')} reason={words} />;
  return <StateBadge tone={TENANT_TONE[state]} word={t(`tenantState.${state}`)} reason={words} />;
}

export function RunStateBadge({ state }: { readonly state: RunState }) {
  const t = useTranslations('domain');
  return <StateBadge tone={RUN_TONE[state]} word={t(`runState.${state}`)} />;
}

export function OrderStateBadge({ state }: { readonly state: OrderState }) {
  const t = useTranslations('domain');
  return <StateBadge tone={ORDER_TONE[state]} word={t(`orderState.${state}`)} />;
}

export function QuoteStateBadge({ state }: { readonly state: QuoteState }) {
  const t = useTranslations('domain');
  return <StateBadge tone={QUOTE_TONE[state]} word={t(`quoteState.${state}`)} />;
}
