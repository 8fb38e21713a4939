/** The look at the shared cluster before a hybrid tenant is made: a seat is free, can be made, or cannot. */
import type { PreflightCheck } from '../../../../server/domain/preflight.ts';
import type { LocalText } from '../../../../server/domain/text.ts';
import type { Supervisor } from '../../../../server/registry/supervisor.ts';
import type { Cluster, SharedCluster } from '../cluster.ts';
import { isObstacle, planGrowth, roomOf, type Room } from './room.ts';

/** @param supervisor who may restart the cluster; null for nobody */
export async function checkRoomForLink(
  cluster: Cluster | SharedCluster,
  supervisor: Supervisor | null,
): Promise<PreflightCheck> {
  const room = await roomOf(cluster);
  const free = Math.max(0, room.tenants - room.used);
  const low = free - 1 < room.tenants / 5;
  const counted = { asked: 1, free, unit: 'links' } as const;
  const title = { en: 'Links to the edge', zh: '边缘链路' };
  if (!low) return { code: 'links', title, verdict: 'pass', found: stateOf(room), advice: null, ...counted };
  const growth = await planGrowth(supervisor, room);
  if (isObstacle(growth)) {
    const found = joined(stateOf(room), growth.reason);
    return { code: 'links', title, verdict: free < 1 ? 'fail' : 'warn', found, advice: growth.advice, ...counted };
  }
  const { tenants, awayMs } = growth;
  const advice = free < 1 ? restartNow(tenants, awayMs) : restartLater(tenants, awayMs);
  return { code: 'links', title, verdict: 'warn', found: stateOf(room), advice, ...counted };
}

function stateOf({ tenants, used, logical }: Room): LocalText {
  const free = Math.max(0, tenants - used);
  return logical
    ? { en: `${free} of ${tenants} are free in the shared cluster`, zh: `共享集群剩余 ${free} / ${tenants}` }
    : { en: 'The shared cluster does not replicate', zh: '共享集群未启用逻辑复制' };
}

const restartNow = (tenants: number, awayMs: number): LocalText => ({
  en: `The shared cluster will be restarted for a moment (about ${awayMs} ms, as measured at its last start) to make room for ${tenants}. Meanwhile APIs in it answer 503 and say when to ask again.`,
  zh: `将短暂重启共享集群（约 ${awayMs} 毫秒，按上次启动实测）以扩容至 ${tenants} 个。其间位于该集群的 API 返回 503 并给出重试时间。`,
});

const restartLater = (tenants: number, awayMs: number): LocalText => ({
  en: `There is room for this one. An order that finds none will restart the shared cluster for a moment (about ${awayMs} ms) to make room for ${tenants}.`,
  zh: `本租户仍可容纳。此后若无余量，下单时将短暂重启共享集群（约 ${awayMs} 毫秒）以扩容至 ${tenants} 个。`,
});

const joined = (one: LocalText, other: LocalText): LocalText => ({
  en: `${one.en}. ${other.en}`,
  zh: `${one.zh}。${other.zh}`,
});
