'use client';

import { useLocale, useTranslations } from 'next-intl';
import { useReason } from '@/app/_portal/reason.ts';
import { ButtonLink } from '@/app/_ui/button.tsx';
import { Callout } from '@/app/_ui/callout.tsx';
import { RUN_TRANSITIONS } from '@/server/domain/lifecycle.ts';
import type { Tenant } from './tenant.ts';

/** Rules that do not hold, of its data or of the wall around it, in the reader's language; '' when it is neither. */
function useBrokenRules(tenant: Tenant): string {
  const locale = useLocale();
  const reason = useReason();
  const rules = tenant.stateReason['rules'];
  if (!Array.isArray(rules)) return '';
  if (tenant.stateReason['code'] === 'isolation_broken') {
    const titles = new Map(tenant.proof.isolation?.facts.map(({ rule, title }) => [rule, title[locale]]));
    return reason({ ...tenant.stateReason, rules: (rules as string[]).map((rule) => titles.get(rule) ?? rule) }) ?? '';
  }
  const words = (rules as { rule: string; violations: number }[]).map(
    ({ rule, violations }) => `${tenant.manifest.invariants[rule]?.[locale] ?? rule} (${violations})`,
  );
  return words.join(locale === 'zh' ? '；' : '; ');
}

/** What is out of the ordinary about the tenant and what to do; nothing when all is well. */
export function StateNotice({ tenant }: { readonly tenant: Tenant }) {
  const t = useTranslations('tenant.notice');
  const reason = useReason()(tenant.stateReason);
  const broken = useBrokenRules(tenant);
  const run = tenant.runs[0];
  const runLink = run && (
    <ButtonLink size="sm" href={`/runs/${run.id}`}>
      {t('openRun')}
    </ButtonLink>
  );
  if (run && RUN_TRANSITIONS[run.state].length > 0)
    return (
      <Callout tone="info" live action={runLink}>
        {t('runUnderWay')}
      </Callout>
    );
  if (tenant.state === 'suspended') return <Callout tone="wait">{t('suspended')}</Callout>;
  if (tenant.state === 'retired') return <Callout tone="info">{t('retired')}</Callout>;
  if (tenant.state === 'failed')
    return (
      <Callout tone="bad" title={t('failed')} action={runLink}>
        {reason}
      </Callout>
    );
  if (tenant.state === 'degraded')
    return (
      <Callout tone="wait" title={t('degraded')}>
        {broken || reason}
      </Callout>
    );
  if (tenant.tainted)
    return (
      <Callout tone="wait" title={t('tainted')} action={runLink}>
        {reason}
      </Callout>
    );
  return null;
}
