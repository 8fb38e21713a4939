/** How a subscription is doing, as its two ends see it. */
import type { Queryable } from '../../../../server/registry/schema.ts';

export interface SlotState {
  readonly active: boolean;
  /** The publisher has thrown away changes that the subscriber had not got: all must be copied anew. */
  readonly lost: boolean;
  /** Changes that have not been confirmed, bytes of WAL. */
  readonly behindBytes: number;
}

/** Null when the publisher has no such slot. */
export async function slotState(publisher: Queryable, slot: string): Promise<SlotState | null> {
  const { rows } = await publisher.query<SlotState>(
    `SELECT active, coalesce(wal_status = 'lost', false) OR invalidation_reason IS NOT NULL AS lost,
            coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0)::float8 AS "behindBytes"
     FROM pg_replication_slots WHERE slot_name = $1`,
    [slot],
  );
  return rows[0] ?? null;
}

export interface SubscriptionState {
  readonly enabled: boolean;
  /** An apply worker runs. */
  readonly working: boolean;
  /** Tables whose first copy is not done yet. */
  readonly copying: number;
  /** Changes that could not be applied, and rows that were not as expected, since it was made. */
  readonly applyErrors: number;
  readonly conflicts: number;
}

/** Null when there is no such subscription in this database. */
export async function subscriptionState(
  subscriber: Queryable,
  subscription: string,
): Promise<SubscriptionState | null> {
  const { rows } = await subscriber.query<SubscriptionState>(
    `SELECT s.subenabled AS enabled,
            EXISTS (SELECT FROM pg_stat_subscription w WHERE w.subid = s.oid AND w.worker_type = 'apply' AND w.pid IS NOT NULL) AS working,
            (SELECT count(*)::int FROM pg_subscription_rel r WHERE r.srsubid = s.oid AND r.srsubstate NOT IN ('r', 's')) AS copying,
            coalesce(t.apply_error_count + t.sync_error_count, 0)::int AS "applyErrors",
            coalesce(t.confl_insert_exists + t.confl_update_origin_differs + t.confl_update_exists + t.confl_update_missing
              + t.confl_delete_origin_differs + t.confl_delete_missing + t.confl_multiple_unique_conflicts, 0)::int AS conflicts
     FROM pg_subscription s LEFT JOIN pg_stat_subscription_stats t ON t.subid = s.oid
     WHERE s.subname = $1 AND s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [subscription],
  );
  return rows[0] ?? null;
}
