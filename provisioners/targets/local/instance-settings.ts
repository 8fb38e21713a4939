/** What a plan means for a server of its own: postgresql.conf. Pure. */
import type { Quotas } from '../../../server/domain/manifest.ts';

/** Connections beside the plan's, for the platform's own work: making it, watching it, moving it. */
const SPARE_CONNECTIONS = 8;
const RESERVED_CONNECTIONS = 3;

interface Size {
  /** Up to this CPU quota. */
  readonly cpu: number;
  readonly sharedBuffersMib: number;
  /** All that the server may come to use; advisory where the system keeps no group of processes in bounds. */
  readonly memoryMib: number;
  readonly maxWalMib: number;
  /** How long garbage may lie. The worker that looks for it costs more than an idle server does otherwise. */
  readonly autovacuumNaptime: string;
  readonly parallelWorkers: number;
}

const SIZES: readonly Size[] = [
  { cpu: 0.25, sharedBuffersMib: 8, memoryMib: 256, maxWalMib: 128, autovacuumNaptime: '10min', parallelWorkers: 0 },
  { cpu: 0.5, sharedBuffersMib: 128, memoryMib: 1_024, maxWalMib: 512, autovacuumNaptime: '5min', parallelWorkers: 0 },
  { cpu: 1, sharedBuffersMib: 512, memoryMib: 2_048, maxWalMib: 2_048, autovacuumNaptime: '2min', parallelWorkers: 1 },
];
const LARGEST: Size = {
  cpu: 4,
  sharedBuffersMib: 8_192,
  memoryMib: 32_768,
  maxWalMib: 16_384,
  autovacuumNaptime: '1min',
  parallelWorkers: 4,
};

export function sizeOf(quotas: Pick<Quotas, 'cpu'>): Size {
  return SIZES.find(({ cpu }) => quotas.cpu <= cpu) ?? LARGEST;
}

/** Memory is taken page by page as it is used, so a large cache costs an idle server nothing; processes that wake up do. */
export function instanceSettings(quotas: Quotas): Readonly<Record<string, string>> {
  const size = sizeOf(quotas);
  const connections = quotas.apiConnections + quotas.sqlConnections + SPARE_CONNECTIONS + RESERVED_CONNECTIONS;
  return {
    max_connections: String(connections),
    superuser_reserved_connections: String(RESERVED_CONNECTIONS),
    shared_buffers: `${size.sharedBuffersMib}MB`,
    effective_cache_size: `${size.memoryMib}MB`,
    huge_pages: 'off',
    io_method: 'sync', // no helper processes
    jit: 'off',
    temp_file_limit: `${quotas.tempFileMib}MB`,
    max_worker_processes: '8',
    max_parallel_workers: String(size.parallelWorkers * 2),
    max_parallel_workers_per_gather: String(size.parallelWorkers),
    wal_level: 'replica',
    max_wal_senders: '0', // nobody copies it; a hybrid tenant's is set up otherwise
    max_replication_slots: '0',
    max_logical_replication_workers: '0',
    max_wal_size: `${size.maxWalMib}MB`,
    min_wal_size: '16MB',
    checkpoint_timeout: '5min',
    wal_writer_delay: '10s', // commits write for themselves
    bgwriter_delay: '10s',
    autovacuum_naptime: size.autovacuumNaptime,
    autovacuum_max_workers: '1',
    autovacuum_worker_slots: '2',
    track_io_timing: 'off',
  };
}
