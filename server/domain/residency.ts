/**
 * Where record data must stay. A parameter that the private and the hybrid model bring to every offering: the record of such a tenant is
 * pinned to a region inside the territory; what is published at an edge may be anywhere, because no person is named there. Pure.
 */
import { z } from 'zod';
import type { Fault } from './faults.ts';
import type { DeploymentModel } from './manifest.ts';
import type { LocalText } from './text.ts';

const EU = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');

/** Territories with one law for where records may lie. Others can be added; a region's code begins with one of them. */
const TERRITORIES = {
  CN: { en: 'mainland China', zh: '中国大陆' },
  HK: { en: 'Hong Kong', zh: '中国香港' },
  EU: { en: 'the European Union', zh: '欧盟' },
  UK: { en: 'the United Kingdom', zh: '英国' },
  CH: { en: 'Switzerland', zh: '瑞士' },
  US: { en: 'the United States', zh: '美国' },
  SG: { en: 'Singapore', zh: '新加坡' },
  JP: { en: 'Japan', zh: '日本' },
} as const satisfies Record<string, LocalText>;
export type Territory = keyof typeof TERRITORIES;

const ANY = 'any';
export const Residency = z.enum([ANY, ...(Object.keys(TERRITORIES) as Territory[])]);
export type Residency = z.infer<typeof Residency>;

const isTerritory = (code: string): code is Territory => code in TERRITORIES;

/** The territories that a region lies in, by the first part of its code: `cn-east` in CN, `de-frankfurt` in EU; none for a code that says nothing. */
export function territoriesOf(regionCode: string): readonly Territory[] {
  const first = (regionCode.split('-')[0] ?? '').toUpperCase();
  return [first, ...(EU.includes(first) ? ['EU'] : [])].filter(isTerritory);
}

/** Where the record of a tenant must stay. A public tenant's data are wherever the target is; a version from before there was a choice has none. */
export function residencyOf(model: DeploymentModel, params: unknown): Residency {
  if (model === 'public') return ANY;
  return z.object({ residency: Residency }).safeParse(params).data?.residency ?? ANY;
}

/** The same of both sides: what a hybrid tenant publishes at its edge may be in any region. `edge` is null where there is none. */
export function residencyOfSides(
  model: DeploymentModel,
  params: unknown,
): { readonly record: Residency; readonly edge: Residency | null } {
  return { record: residencyOf(model, params), edge: model === 'hybrid' ? ANY : null };
}

/** Whether data there stay where they must. */
export function satisfies(residency: Residency, territories: readonly string[]): boolean {
  return residency === ANY || territories.includes(residency);
}

/** Why data cannot be there, as a fault; null when they can.
 * @param territories of all that could be chosen, or of the one place that it is about */
export function residencyFault(residency: Residency, territories: readonly string[]): Fault | null {
  return satisfies(residency, territories)
    ? null
    : { code: 'residency_unmet', residency, territories: [...new Set(territories)] };
}

/** A territory in words; the code of one that is not known here. */
export function territoryWords(code: string): LocalText {
  if (code === ANY) return { en: 'any region', zh: '任意地域' };
  return isTerritory(code) ? TERRITORIES[code] : { en: code, zh: code };
}

/** Several territories in words; one that says nothing for none. */
export function territoriesWords(codes: readonly string[]): LocalText {
  if (codes.length === 0) return { en: 'no territory that it names', zh: '未声明的辖区' };
  const words = codes.map(territoryWords);
  return { en: words.map(({ en }) => en).join(', '), zh: words.map(({ zh }) => zh).join('、') };
}
