'use client';

import { useLocale, useTranslations } from 'next-intl';
import { formatAmount, formatNumber } from '@/app/_ui/format.ts';
import type { Kpi } from '@/app/_ui/kpi-strip.tsx';
import type { KpiSpec } from '@/server/domain/manifest.ts';
import type { Tenant } from './tenant.ts';

const POINTS = 40;
const LIMIT_DIGITS = 4;
const MINOR_TO_MICRO = 10_000n;

function formatKpi(spec: KpiSpec, value: number): string {
  if (spec.kind === 'money') return formatAmount(BigInt(Math.round(value)) * MINOR_TO_MICRO);
  const digits = Math.abs(value) < 1 ? 2 : 1; // a small rate is not none
  return formatNumber(value, { maxDigits: spec.kind === 'count' ? 0 : digits });
}

/** A threshold as it was set: rounded like a reading, 99.99 would be 100. */
const formatLimit = (spec: KpiSpec, limit: number): string =>
  spec.kind === 'money' ? formatKpi(spec, limit) : formatNumber(limit, { maxDigits: LIMIT_DIGITS });

/** Units of ratios as people say them: a bare count has none, `1/min` is a minute. */
export const unitWords = (unit: string): string => (unit === '1' ? '' : unit.replace(/^1\//, '/'));

/** `warn` above for what should be low, below for what should be high. */
function isPast(spec: KpiSpec, limit: number | null, value: number): boolean {
  if (limit === null) return false;
  return spec.direction === 'up' ? value < limit : value > limit;
}

/** The offering's indicators as the strip shows them: number, line, threshold in words. */
export function useKpis(tenant: Tenant): readonly Kpi[] {
  const t = useTranslations('ui.kpi');
  const locale = useLocale();
  const currency = tenant.subscription?.currency ?? 'CNY';
  return tenant.kpis.map(({ spec, points }) => {
    const last = points.at(-1)?.value;
    const tone =
      last === undefined
        ? 'ink'
        : isPast(spec, spec.crit, last)
          ? 'bad'
          : isPast(spec, spec.warn, last)
            ? 'wait'
            : 'ink';
    const [limit, word] = tone === 'bad' ? [spec.crit, 'crit' as const] : [spec.warn, 'warn' as const];
    const note =
      limit === null
        ? undefined
        : t(`${word}${spec.direction === 'up' ? 'Below' : 'Above'}`, { value: formatLimit(spec, limit) });
    return {
      key: spec.name,
      label: spec.title[locale],
      value: last === undefined ? '–' : formatKpi(spec, last),
      ...(last !== undefined && { unit: spec.kind === 'money' ? currency : unitWords(spec.unit) }),
      ...(note !== undefined && { note }),
      series: points.slice(-POINTS).map((point) => point.value),
      tone,
    };
  });
}
