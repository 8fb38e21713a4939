/** A short way to write a KPI of a manifest. */
import type { KpiSpec } from '../../server/domain/manifest.ts';
import { text } from './offering.ts';

/** @param warn from here on it is amber; null for a figure that is neither good nor bad
 * @param crit from here on it is red */
export function kpi(
  name: string,
  en: string,
  zh: string,
  unit: string,
  kind: KpiSpec['kind'],
  direction: KpiSpec['direction'],
  warn: number | null = null,
  crit: number | null = null,
): KpiSpec {
  return { name, title: text(en, zh), unit, kind, direction, warn, crit };
}
