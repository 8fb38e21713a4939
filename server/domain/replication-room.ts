/** How many hybrid tenants a shared cluster can carry, and how it grows: each takes workers, origins, a slot and a sender of it. */

/** Names of settings; each is changed by a restart only. */
export type ReplicationSettings = Readonly<Record<(typeof REPLICATION_SETTINGS)[number], number>>;

export const REPLICATION_SETTINGS = [
  'max_logical_replication_workers',
  'max_worker_processes',
  'max_active_replication_origins',
  'max_replication_slots',
  'max_wal_senders',
] as const;

/** What an installation starts with. */
export const HYBRID_TENANTS_AT_FIRST = 64;

/**
 * What one cluster is ever grown to. A link is two processes of it, so beyond this more than a thousand would wake up for links alone, and
 * all of them come back at once after every restart.
 */
export const HYBRID_TENANTS_MAX = 512;

/** Beside one of each a tenant: first copies, maintenance, parallel queries. */
const SPARE = { workers: 4, processes: 16, slots: 5 };

/** @param tenants hybrid tenants to carry, ≥ 0 */
export function replicationSettings(tenants: number): ReplicationSettings {
  return {
    max_logical_replication_workers: tenants + SPARE.workers,
    max_worker_processes: tenants + SPARE.processes,
    max_active_replication_origins: Math.max(2, tenants * 2),
    max_replication_slots: tenants + SPARE.slots,
    max_wal_senders: tenants + SPARE.slots,
  };
}

/** Hybrid tenants that a cluster with these settings carries; none below what is spare. */
export function replicationRoom(settings: ReplicationSettings): number {
  return Math.max(
    0,
    Math.min(
      settings.max_logical_replication_workers - SPARE.workers,
      settings.max_worker_processes - SPARE.processes,
      Math.floor(settings.max_active_replication_origins / 2),
      settings.max_replication_slots - SPARE.slots,
      settings.max_wal_senders - SPARE.slots,
    ),
  );
}

/** The room to grow to, so that `needed` fit: twice what there is, so that a restart is rare; null when no cluster is grown as far as that.
 * @param tenants room there is now, ≥ 0 */
export function nextRoom(tenants: number, needed: number): number | null {
  if (needed > HYBRID_TENANTS_MAX) return null;
  return Math.min(HYBRID_TENANTS_MAX, Math.max(tenants * 2, needed));
}

/** Settings for this room; what is larger already stays. */
export function grownSettings(settings: ReplicationSettings, tenants: number): ReplicationSettings {
  const wanted = replicationSettings(tenants);
  const larger = REPLICATION_SETTINGS.map((name) => [name, Math.max(settings[name], wanted[name])] as const);
  return Object.fromEntries(larger) as ReplicationSettings;
}
