/** The look before the order: the target's own checks, or the components against what it has free. */
import type { Component } from '../../provisioners/kit/offering.ts';
import type { Capacity, ConnectedTarget, TenantGraph } from '../../provisioners/kit/target.ts';
import type { PreflightCheck } from '../domain/preflight.ts';
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
  return { capacity, checks: own ?? checkGrowth([], graph.components, capacity) };
}

/** The look before a change: a tenant that moves is looked at as one that is made, one that stays by what it takes more of. */
export async function preflightChange(
  target: ConnectedTarget,
  before: TenantGraph,
  after: TenantGraph,
): Promise<readonly PreflightCheck[]> {
  if (after.model !== before.model) return (await preflight(target, after)).checks;
  return checkGrowth(before.components, after.components, await target.capacity());
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
