/** What replication asks of a server's configuration. Pure. */
import type { LinkComponent } from '../../../kit/offering.ts';

/** Of a hybrid tenant's own instance, beside what its plan says. A few of each: two ways out, one in, first copies. */
export function linkSettings({ keepWalMib, idleSlotMinutes }: LinkComponent): Readonly<Record<string, string>> {
  return {
    wal_level: 'logical',
    max_wal_senders: '8',
    max_replication_slots: '8',
    max_active_replication_origins: '8',
    max_logical_replication_workers: '6',
    max_sync_workers_per_subscription: '1',
    max_worker_processes: '14',
    wal_retrieve_retry_interval: '1s', // a link is back a second after its other end
    // What the way into the DMZ applies is committed without waiting for the disk, and goes on from there only once it is on it. The
    // writer sleeps while nothing is written.
    wal_writer_delay: '10ms',
    // An edge that is away for good holds the log no longer than this; then its tables are copied anew.
    max_slot_wal_keep_size: `${keepWalMib}MB`,
    idle_replication_slot_timeout: `${idleSlotMinutes}min`,
  };
}
