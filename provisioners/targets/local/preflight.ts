/** The look before a server of one's own is made: who runs it, where it listens, what it takes of this machine. */
import { statfs } from 'node:fs/promises';
import type { PreflightCheck } from '../../../server/domain/preflight.ts';
import type { LocalText } from '../../../server/domain/text.ts';
import { instancesFolder, KeeperAway, type BoundsOffer, type InstanceFacts } from '../../../server/registry/keeper.ts';
import type { Supervisor } from '../../../server/registry/supervisor.ts';
import type { TenantGraph } from '../../kit/target.ts';
import type { SharedCluster } from './cluster.ts';
import { sizeOf } from './instance-settings.ts';
import type { Instances } from './instances.ts';
import { readMemory, type MachineMemory } from './machine.ts';
import { checkRoomForLink } from './links/check-room.ts';

const GIB = 2 ** 30;
/** As the keeper chooses them (server/keeper). */
const PORTS = 15_000;
const VERSION_MIN = 180_000;
/** Of a connection at work, MiB. */
const PER_CONNECTION_MIB = 6;
/** Of the server's own processes, MiB. */
const OVERHEAD_MIB = 64;
/** What a disk must keep beside what a plan promises, GiB: write-ahead log, temporary files. */
const SPARE_DISK_GIB = 1;

interface Surroundings {
  readonly cluster: SharedCluster;
  readonly instances: Instances;
  readonly supervisor: Supervisor | null;
  readonly dataDir: string | null;
}

/** @returns null for a tenant without a server of its own */
export async function preflightInstance(
  { cluster, instances, supervisor, dataDir }: Surroundings,
  graph: TenantGraph,
): Promise<readonly PreflightCheck[] | null> {
  if (graph.model === 'public') return null;
  const running = await askKeeper(instances);
  const others = (running ?? []).filter(({ name }) => name !== graph.ref);
  return [
    keeperCheck(running !== null),
    portsCheck(others.length),
    memoryCheck(graph, others, await readMemory()),
    ...(dataDir === null ? [] : [await diskCheck(graph, instancesFolder(dataDir), dataDir)]),
    await versionCheck(cluster),
    connectionsCheck(graph),
    boundsCheck(graph, await askOffer(instances)),
    ...(graph.model === 'hybrid' ? [await checkRoomForLink(cluster, supervisor)] : []),
  ];
}

async function askKeeper(instances: Instances): Promise<readonly InstanceFacts[] | null> {
  if (instances.keeper === null) return null;
  try {
    return await instances.list();
  } catch (error) {
    if (error instanceof KeeperAway) return null;
    throw error;
  }
}

async function askOffer(instances: Instances): Promise<BoundsOffer | null> {
  try {
    return (await instances.keeper?.offer()) ?? null;
  } catch (error) {
    if (error instanceof KeeperAway) return null;
    throw error;
  }
}

/** Whether the kernel will hold the server to its plan. Where it does not, the plan still says what the server asks for. */
function boundsCheck({ quotas }: TenantGraph, offer: BoundsOffer | null): PreflightCheck {
  const mib = sizeOf(quotas).memoryMib;
  const enforced = offer?.cpu === 'enforced' && offer.memory === 'enforced';
  const of = (hold: string | undefined) =>
    hold === 'enforced' ? text('enforced', '强制') : text('advisory', '建议值');
  const [cpu, memory] = [of(offer?.cpu), of(offer?.memory)];
  return check('bounds', text('Processors and memory', '处理器与内存'), enforced ? 'pass' : 'warn', {
    found: text(
      `${quotas.cpu} CPU ${cpu.en}, ${mib} MiB ${memory.en}`,
      `${quotas.cpu} 核（${cpu.zh}），${mib} MiB（${memory.zh}）`,
    ),
    advice: text(
      'Run the installation where control groups (version 2) are handed down to it, or accept that a busy neighbour is felt.',
      '请在已委派控制组（v2）的环境中运行本安装，否则繁忙的邻居可能产生影响。',
    ),
    asked: quotas.cpu,
    free: enforced ? quotas.cpu : 0,
    unit: 'CPU',
  });
}

function keeperCheck(answers: boolean): PreflightCheck {
  return check('keeper', text('Keeper of servers', '服务器守护进程'), answers ? 'pass' : 'fail', {
    found: answers ? text('It answers', '运行正常') : text('It does not answer', '没有响应'),
    advice: text(
      'Look into logs/keeper.log in the data folder, or start the installation again.',
      '请查看数据目录中的 logs/keeper.log，或重新启动本安装。',
    ),
    asked: 1,
    free: answers ? 1 : 0,
    unit: 'process',
  });
}

function portsCheck(taken: number): PreflightCheck {
  const free = PORTS - taken;
  return check('ports', text('Ports', '端口'), verdictOf(1, free, PORTS), {
    found: text(`${free} of ${PORTS} are left for servers`, `可供服务器使用的端口剩余 ${free} / ${PORTS}`),
    advice: text('Retire private tenants that nobody uses.', '请下线不再使用的私有租户。'),
    asked: 1,
    free,
    unit: 'ports',
  });
}

/** What the server takes at its fullest must be there now; that all servers at their fullest fit is worth knowing. */
function memoryCheck(
  { quotas }: TenantGraph,
  others: readonly InstanceFacts[],
  memory: MachineMemory | null,
): PreflightCheck {
  const asked = needMib(sizeOf(quotas).sharedBuffersMib, quotas.apiConnections + quotas.sqlConnections);
  const title = text('Memory', '内存');
  if (memory === null) {
    const found = text('This system does not say how much is free', '系统未提供可用内存信息');
    const advice = text(`See to it that ${asked} MiB are free.`, `请确认有 ${asked} MiB 可用内存。`);
    return check('memory', title, 'warn', { found, advice, asked, free: 0, unit: 'MiB' });
  }
  const promised = others.reduce((all, { settings }) => all + promisedMib(settings), asked);
  const { availableMib: free, totalMib: total } = memory;
  const verdict = asked > free ? 'fail' : promised > total ? 'warn' : 'pass';
  return check('memory', title, verdict, {
    found: text(
      `${asked} MiB at its fullest, ${free} MiB free; all servers together at most ${promised} of ${total} MiB`,
      `峰值 ${asked} MiB，可用 ${free} MiB；全部服务器合计至多 ${promised} / ${total} MiB`,
    ),
    advice: text('Choose a smaller plan, or a machine with more memory.', '请选择更小的规格，或内存更大的机器。'),
    asked,
    free,
    unit: 'MiB',
  });
}

async function diskCheck(graph: TenantGraph, folder: string, dataDir: string): Promise<PreflightCheck> {
  const asked =
    SPARE_DISK_GIB + graph.components.reduce((all, part) => all + (part.kind === 'database' ? part.storageGib : 0), 0);
  const { bavail, blocks, bsize } = await statfs(folder).catch(() => statfs(dataDir));
  const free = Math.floor((bavail * bsize) / GIB);
  return check('disk', text('Disk', '磁盘'), verdictOf(asked, free, (blocks * bsize) / GIB), {
    found: text(`${asked} GiB asked, ${free} GiB free`, `需要 ${asked} GiB，可用 ${free} GiB`),
    advice: text('Free some space, or choose a plan with less storage.', '请释放磁盘空间，或选择存储更小的规格。'),
    asked,
    free,
    unit: 'GiB',
  });
}

/** Servers of tenants run the same program as the shared cluster. */
async function versionCheck(cluster: SharedCluster): Promise<PreflightCheck> {
  const { rows } = await cluster.admin.query<{ number: number; name: string }>(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name`,
  );
  const { number = 0, name = '' } = rows[0] ?? {};
  return check('version', text('PostgreSQL', 'PostgreSQL'), number >= VERSION_MIN ? 'pass' : 'fail', {
    found: text(`Version ${name}`, `版本 ${name}`),
    advice: text('Install the packages of this project again.', '请重新安装本项目的依赖包。'),
    asked: VERSION_MIN / 10_000,
    free: Math.floor(number / 10_000),
    unit: 'version',
  });
}

function connectionsCheck({ quotas }: TenantGraph): PreflightCheck {
  const asked = quotas.apiConnections + quotas.sqlConnections;
  return check('connections', text('Connections', '连接数'), 'pass', {
    found: text(`${asked}, shared with nobody`, `${asked}，独享`),
    advice: null,
    asked,
    free: asked,
    unit: 'connections',
  });
}

const needMib = (sharedBuffersMib: number, connections: number): number =>
  sharedBuffersMib + connections * PER_CONNECTION_MIB + OVERHEAD_MIB;

function promisedMib(settings: Readonly<Record<string, string>>): number {
  const buffers = Number.parseInt(settings['shared_buffers'] ?? '128', 10);
  return needMib(buffers, Number(settings['max_connections'] ?? 100));
}

/** The last fifth of anything is worth a word. */
const verdictOf = (asked: number, free: number, total: number): PreflightCheck['verdict'] =>
  asked > free ? 'fail' : free - asked < total / 5 ? 'warn' : 'pass';

type Words = Omit<PreflightCheck, 'code' | 'title' | 'verdict'>;

function check(code: string, title: LocalText, verdict: PreflightCheck['verdict'], words: Words): PreflightCheck {
  return { code, title, verdict, ...words, advice: verdict === 'pass' ? null : words.advice };
}

const text = (en: string, zh: string): LocalText => ({ en, zh });
