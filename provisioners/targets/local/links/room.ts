/** Room for hybrid tenants in the shared cluster: how much there is, who has a seat, and what stands against making more. */
import type { LocalText } from '../../../../server/domain/text.ts';
import {
  grownSettings,
  HYBRID_TENANTS_MAX,
  nextRoom,
  REPLICATION_SETTINGS,
  replicationRoom,
  type ReplicationSettings,
} from '../../../../server/domain/replication-room.ts';
import type { Supervisor } from '../../../../server/registry/supervisor.ts';
import type { Cluster, SharedCluster } from '../cluster.ts';
import { readMemory, readProcessLimit } from '../machine.ts';

export interface Room {
  readonly tenants: number;
  readonly used: number;
  /** Tenants that have a seat, by ref. */
  readonly taken: readonly string[];
  readonly logical: boolean;
  readonly settings: ReplicationSettings;
  /** Names the life that the cluster has now. */
  readonly postmasterPid: number;
}

/** A seat is taken before anything of the link is made, so that two orders never count on the same one. */
export async function roomOf(cluster: Cluster | SharedCluster): Promise<Room> {
  const { rows } = await cluster.admin.query<
    Pick<Room, 'logical' | 'settings' | 'postmasterPid'> & { edges: string[] }
  >(
    `SELECT (SELECT jsonb_object_agg(name, setting::int) FROM pg_settings WHERE name = ANY ($1)) AS settings,
            ARRAY (SELECT left(datname, 8)::text FROM pg_database WHERE datname ~ '^t_[a-z0-9]{6}_edge$') AS edges,
            current_setting('wal_level') = 'logical' AS logical,
            split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS "postmasterPid"`,
    [REPLICATION_SETTINGS],
  );
  const [found] = rows;
  if (found === undefined) throw new Error('the shared cluster does not say how it is set');
  const { edges, ...facts } = found;
  const seats = 'registry' in cluster ? await listSeats(cluster) : [];
  const taken = [...new Set([...edges, ...seats])];
  return { ...facts, taken, used: taken.length, tenants: facts.logical ? replicationRoom(facts.settings) : 0 };
}

async function listSeats({ registry }: SharedCluster): Promise<string[]> {
  const { rows } = await registry.query<{ ref: string }>('SELECT ref FROM link_seat');
  return rows.map(({ ref }) => ref);
}

/** What a cluster would be grown to, and what that costs. */
export interface Growth {
  readonly tenants: number;
  readonly settings: ReplicationSettings;
  /** How long the cluster was away when it was last started, ms. */
  readonly awayMs: number;
}

/** Why it is not grown here, and what a person can do. */
export interface Obstacle {
  readonly reason: LocalText;
  readonly advice: LocalText;
}

/** Shared memory that room for one tenant takes, MiB: measured 104.5 for 1,024 (PostgreSQL 18, 400 connections). */
const SHARED_MIB = 0.11;
/** The two processes of one link, MiB. */
const LINK_MIB = 16;

/** Whether the cluster can be grown by one more tenant, and to what. */
export async function planGrowth(supervisor: Supervisor | null, room: Room): Promise<Growth | Obstacle> {
  const run = (await supervisor?.sharedCluster()) ?? null;
  if (run?.postmasterPid !== room.postmasterPid || !room.logical) return notOurs(room);
  if (run.setAside !== null) return failedBefore(run.setAside);
  const tenants = nextRoom(room.tenants, room.used + 1);
  if (tenants === null) return atTheCeiling();
  const memoryMib = Math.ceil((tenants - room.tenants) * SHARED_MIB + LINK_MIB);
  const freeMib = (await readMemory())?.availableMib ?? memoryMib;
  if (memoryMib > freeMib) return tooLittleMemory(tenants, memoryMib, freeMib);
  const settings = grownSettings(room.settings, tenants);
  const processes = settings.max_worker_processes + settings.max_wal_senders;
  const processesMax = (await readProcessLimit(room.postmasterPid)) ?? processes;
  if (processes > processesMax) return tooFewProcesses(tenants, processes, processesMax);
  return { tenants, settings, awayMs: run.awayMs };
}

export const isObstacle = (plan: Growth | Obstacle): plan is Obstacle => 'reason' in plan;

/** Exactly what to raise, where a person has to do it. */
function notOurs(room: Room): Obstacle {
  const tenants = nextRoom(room.tenants, room.used + 1) ?? HYBRID_TENANTS_MAX;
  const wanted = grownSettings(room.settings, tenants);
  const short = REPLICATION_SETTINGS.filter((name) => wanted[name] > room.settings[name]);
  const list = [...(room.logical ? [] : ['wal_level = logical']), ...short.map((name) => `${name} = ${wanted[name]}`)];
  return {
    reason: text('This installation does not run that cluster', '该集群不由本安装运行'),
    advice: text(
      `Set ${list.join(', ')} there (ALTER SYSTEM) and restart it: that is room for ${tenants} hybrid tenants.`,
      `请在该集群上设置 ${list.join('、')}（ALTER SYSTEM）并重启，即可容纳 ${tenants} 个混合租户。`,
    ),
  };
}

const failedBefore = (line: string): Obstacle => ({
  reason: text(
    `It did not start with more room and goes on as before: ${line}`,
    `集群无法以更大容量启动，已按原配置运行：${line}`,
  ),
  advice: text(
    'Look into pg-tenants/postgres.log in the data folder; after the next start of the installation it is tried again.',
    '请查看数据目录中的 pg-tenants/postgres.log；本安装下次启动后会再次尝试。',
  ),
});

const atTheCeiling = (): Obstacle => ({
  reason: text(
    `One cluster carries ${HYBRID_TENANTS_MAX} hybrid tenants and no more: each link is two processes of it`,
    `单个集群最多容纳 ${HYBRID_TENANTS_MAX} 个混合租户：每条链路占用两个进程`,
  ),
  advice: text(
    'Retire a hybrid tenant here, or set up another machine as a target.',
    '请下线此处的一个混合租户，或将另一台机器设为目标环境。',
  ),
});

const tooLittleMemory = (tenants: number, asked: number, free: number): Obstacle => ({
  reason: text(
    `Room for ${tenants} takes ${asked} MiB more, ${free} MiB are free`,
    `扩容至 ${tenants} 需再占用 ${asked} MiB，可用 ${free} MiB`,
  ),
  advice: text('Free some memory, or choose a machine with more.', '请释放内存，或选择内存更大的机器。'),
});

const tooFewProcesses = (tenants: number, asked: number, allowed: number): Obstacle => ({
  reason: text(
    `Room for ${tenants} is ${asked} processes, the cluster’s account may run ${allowed}`,
    `扩容至 ${tenants} 需要 ${asked} 个进程，集群账户最多可运行 ${allowed} 个`,
  ),
  advice: text(
    `Raise the limit of processes (ulimit -u) to ${asked} or more and start the installation again.`,
    `请将进程数上限（ulimit -u）提高到 ${asked} 以上，然后重新启动本安装。`,
  ),
});

const text = (en: string, zh: string): LocalText => ({ en, zh });
