/** Room for hybrid tenants in the shared cluster. */
import {
  REPLICATION_SETTINGS,
  replicationRoom,
  type ReplicationSettings,
} from '../../../../server/domain/replication-room.ts';
import type { PreflightCheck } from '../../../../server/domain/preflight.ts';
import type { Cluster } from '../cluster.ts';

export interface Room {
  readonly tenants: number;
  readonly used: number;
  readonly logical: boolean;
}

export async function roomOf({ admin }: Cluster): Promise<Room> {
  const { rows } = await admin.query<{ settings: ReplicationSettings; used: number; logical: boolean }>(
    `SELECT (SELECT jsonb_object_agg(name, setting::int) FROM pg_settings WHERE name = ANY ($1)) AS settings,
            (SELECT count(*)::int FROM pg_database WHERE datname ~ '^t_[a-z0-9]{6}_edge$') AS used,
            current_setting('wal_level') = 'logical' AS logical`,
    [REPLICATION_SETTINGS],
  );
  const found = rows[0];
  if (found === undefined) return { tenants: 0, used: 0, logical: false };
  const { settings, used, logical } = found;
  return { tenants: logical ? replicationRoom(settings) : 0, used, logical };
}

/** Of a hybrid tenant that is about to be made. */
export async function checkRoomForLink(cluster: Cluster): Promise<PreflightCheck> {
  const { tenants, used, logical } = await roomOf(cluster);
  const free = Math.max(0, tenants - used);
  const verdict = free < 1 ? 'fail' : free - 1 < tenants / 5 ? 'warn' : 'pass';
  return {
    code: 'links',
    title: { en: 'Links to the edge', zh: '边缘链路' },
    verdict,
    found: logical
      ? { en: `${free} of ${tenants} are free in the shared cluster`, zh: `共享集群剩余 ${free} / ${tenants}` }
      : { en: 'The shared cluster does not replicate', zh: '共享集群未启用逻辑复制' },
    advice:
      verdict === 'pass'
        ? null
        : {
            en: 'Grow the shared cluster’s replication settings (a restart of a moment), or retire a hybrid tenant here.',
            zh: '请调大共享集群的复制参数（需短暂重启），或下线此处的一个混合租户。',
          },
    asked: 1,
    free,
    unit: 'links',
  };
}
