/** The look before the order: the target's own checks, or the components against what it has free. */
import type { Component } from '../../provisioners/kit/offering.ts';
import type { Capacity, ConnectedTarget, TenantGraph } from '../../provisioners/kit/target.ts';
import type { PreflightCheck } from '../domain/preflight.ts';
import { satisfies, territoriesWords, territoryWords } from '../domain/residency.ts';
import type { LocalText } from '../domain/text.ts';
import { asks } from './capacity.ts';

/** Share of a resource beyond which somebody should know. */
const WARN_FROM = 0.8;

const TITLES: Readonly<Record<string, LocalText>> = {
  connections: { en: 'Connections', zh: '连接数' },
  databases: { en: 'Databases', zh: '数据库数' },
  disk: { en: 'Disk', zh: '磁盘' },
  links: { en: 'Links to the edge', zh: '边缘链路' },
};

export async function preflight(
  target: ConnectedTarget,
  graph: TenantGraph,
): Promise<{ readonly checks: readonly PreflightCheck[]; readonly capacity: readonly Capacity[] }> {
  const [capacity, own] = await Promise.all([target.capacity(), target.preflight?.(graph)]);
  const checks = own ?? checkGrowth([], graph.components, capacity);
  return { capacity, checks: [...checks, ...checkResidency(graph, target)] };
}

/** Whether the record may lie where it would be; nothing of a public tenant, which promises no place. */
function checkResidency(
  { model, region: code, residency = 'any' }: TenantGraph,
  { regions }: Pick<ConnectedTarget, 'regions'>,
): readonly PreflightCheck[] {
  if (model === 'public') return [];
  const region = regions.find((one) => one.code === code);
  const territories = [...(region?.territories ?? [])];
  const [wanted, there] = [territoryWords(residency), territoriesWords(territories)];
  const verdict = satisfies(residency, territories) ? 'pass' : 'fail';
  const name = region?.name ?? { en: code, zh: code };
  const advice = {
    en: `Choose ${there.en} or any, or a target in ${wanted.en}.`,
    zh: `请改选${there.zh}或“any”，或选用位于${wanted.zh}的目标环境。`,
  };
  const check = {
    code: 'residency',
    title: { en: 'Where records stay', zh: '数据驻留' },
    verdict,
    found: {
      en: `Records: ${wanted.en}. ${name.en} lies in ${there.en}${model === 'hybrid' ? '; edge: any region' : ''}`,
      zh: `主数据：${wanted.zh}。${name.zh}位于${there.zh}${model === 'hybrid' ? '；边缘：任意地域' : ''}`,
    },
    advice: verdict === 'pass' ? null : advice,
    asked: 1,
    free: verdict === 'pass' ? 1 : 0,
    unit: 'regions',
  } as const;
  return [{ ...check, residency: { residency, territories } }];
}

/** The look before a change: a tenant that moves is looked at as one that is made, one that stays by what it takes more of. */
export async function preflightChange(
  target: ConnectedTarget,
  before: TenantGraph,
  after: TenantGraph,
): Promise<readonly PreflightCheck[]> {
  if (after.model !== before.model) return (await preflight(target, after)).checks;
  const moved = after.residency === before.residency ? [] : checkResidency(after, target);
  return [...checkGrowth(before.components, after.components, await target.capacity()), ...moved];
}

/** Each resource of which the second asks more than the first. */
export function checkGrowth(
  before: readonly Component[],
  after: readonly Component[],
  capacity: readonly Capacity[],
): readonly PreflightCheck[] {
  return capacity.flatMap((counted) => {
    const more = asks(after, counted.resource) - asks(before, counted.resource);
    return more > 0 ? [judgeRoom(more, counted)] : [];
  });
}

/** One resource that the target counts. */
export const checkRoom = (components: readonly Component[], counted: Capacity): PreflightCheck =>
  judgeRoom(asks(components, counted.resource), counted);

function judgeRoom(asked: number, { resource, used, total, unit }: Capacity): PreflightCheck {
  const free = Math.max(0, Math.floor((total - used) * 10) / 10);
  const verdict = asked > free ? 'fail' : used + asked > total * WARN_FROM ? 'warn' : 'pass';
  return {
    code: resource,
    title: TITLES[resource] ?? { en: resource, zh: resource },
    verdict,
    found: { en: `${asked} ${unit} asked, ${free} free`, zh: `需要 ${asked} ${unit}，可用 ${free}` },
    advice: verdict === 'pass' ? null : ADVICE[verdict],
    asked,
    free,
    unit,
  };
}

const ADVICE = {
  fail: {
    en: 'Choose a smaller plan or another target, or retire a tenant here.',
    zh: '请选择更小的规格或其他目标环境，或下线此处的一个租户。',
  },
  warn: {
    en: 'There is room for this tenant; plan for more before the next.',
    zh: '本租户仍可容纳；请在下一个租户之前扩容。',
  },
} as const;
