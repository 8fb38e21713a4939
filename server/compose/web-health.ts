/** Whether the web process can do its work, and whether a worker was seen; says nothing that an outsider could use. */
import { inScope, PLATFORM } from '../db/scope.ts';
import { web } from './web.ts';

/** A worker keeps the rows of its targets; older than this, it is away. */
const WORKER_SEEN_MS = 60_000;

export interface Health {
  readonly ok: boolean;
  readonly database: 'ok' | 'unreachable';
  readonly worker: 'ok' | 'not_seen';
}

/** The portal serves without a worker: orders wait, tenants answer. So only the database decides. */
export async function readHealth(): Promise<Health> {
  try {
    const { db, ports } = web();
    const seen = await inScope(db, PLATFORM, (tx) => tx.target.findFirst({ orderBy: { seenAt: 'desc' } }));
    const at = seen?.seenAt.getTime() ?? 0;
    const worker = ports.now().getTime() - at < WORKER_SEEN_MS ? 'ok' : 'not_seen';
    return { ok: true, database: 'ok', worker };
  } catch {
    return { ok: false, database: 'unreachable', worker: 'not_seen' };
  }
}
