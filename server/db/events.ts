/**
 * Events: appended in the transaction of the change they tell of. A notification is a wake-up only; readers read rows by cursor.
 *
 * A sequence number is drawn before its transaction commits, so "greater than the last I saw" can skip a row that commits late. Readers
 * therefore go by (txid, seq) and stop below the oldest transaction still running: what they have passed can no longer change.
 */
import { Client } from 'pg';
import type { Prisma } from '../../prisma/generated/client.ts';
import type { Database, Transaction } from './client.ts';
import { inScope, type Scope } from './scope.ts';

export interface NewEvent {
  readonly organisationId: string;
  readonly subjectKind: 'tenant' | 'run' | 'order' | 'preview' | 'quote' | 'approval' | 'target';
  readonly subjectId: string;
  readonly tenantId: string | null;
  readonly type: string;
  readonly data: Prisma.InputJsonObject;
}

/** Appends one event. Never put a secret into `data`: events reach browsers. */
export async function appendEvent(tx: Transaction, event: NewEvent): Promise<void> {
  await tx.event.createMany({ data: [event] });
}

/** Appends several, in order. */
export async function appendEvents(tx: Transaction, events: readonly NewEvent[]): Promise<void> {
  if (events.length > 0) await tx.event.createMany({ data: [...events] });
}

export interface EventRow {
  /** `txid-seq`; the place in the stream, good as an SSE id. */
  readonly cursor: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly tenantId: string | null;
  readonly type: string;
  readonly data: Prisma.JsonValue;
  readonly at: Date;
}

export type EventFilter =
  | { readonly by: 'subject'; readonly kind: NewEvent['subjectKind']; readonly id: string }
  | { readonly by: 'tenant'; readonly id: string }
  | { readonly by: 'organisation'; readonly id: string }
  | { readonly by: 'all' };

export interface EventPage {
  readonly events: readonly EventRow[];
  /** True when committed events wait behind a transaction that still runs: ask again in a moment. */
  readonly more: boolean;
}

interface RawEvent {
  txid: bigint;
  seq: bigint;
  subjectKind: string;
  subjectId: string;
  tenantId: string | null;
  type: string;
  data: Prisma.JsonValue;
  at: Date;
  settled: boolean;
}

/** Events after `cursor` (all when null), oldest first. */
export async function readEvents(
  db: Database,
  scope: Scope,
  filter: EventFilter,
  cursor: string | null,
  limit = 500,
): Promise<EventPage> {
  const [txid, seq] = parseCursor(cursor);
  const rows = await inScope(db, scope, async (tx) =>
    tx.$queryRawUnsafe<RawEvent[]>(
      `SELECT txid, seq, "subjectKind", "subjectId", "tenantId", type, data, at, txid < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint AS settled
         FROM "Event" WHERE ${CONDITION[filter.by]} AND (txid, seq) > ($3::bigint, $4::bigint) ORDER BY txid, seq LIMIT $5::int`,
      'id' in filter ? filter.id : null,
      filter.by === 'subject' ? filter.kind : null,
      txid,
      seq,
      limit,
    ),
  );
  const firstUnsettled = rows.findIndex((row) => !row.settled);
  const settled = firstUnsettled === -1 ? rows : rows.slice(0, firstUnsettled);
  return { events: settled.map(toRow), more: firstUnsettled !== -1 || rows.length === limit };
}

const CONDITION = {
  subject: `"subjectId" = $1::uuid AND "subjectKind" = $2::text`,
  tenant: `"tenantId" = $1::uuid AND $2::text IS NULL`,
  organisation: `"organisationId" = $1::uuid AND $2::text IS NULL`,
  all: `$1::uuid IS NULL AND $2::text IS NULL`,
} as const satisfies Record<EventFilter['by'], string>;

const toRow = ({ txid, seq, settled: _settled, ...row }: RawEvent): EventRow => ({ cursor: `${txid}-${seq}`, ...row });

function parseCursor(cursor: string | null): [bigint, bigint] {
  const match = /^(\d{1,19})-(\d{1,19})$/.exec(cursor ?? '');
  return match ? [BigInt(match[1]!), BigInt(match[2]!)] : [0n, 0n];
}

/** Whom a notification concerns, as the database's trigger says it. */
export interface EventWake {
  readonly kind: string;
  readonly id: string;
  readonly tenant: string | null;
  readonly org: string;
}

export interface EventListener {
  /** Calls back for every event that commits, and with null whenever listening (re)starts: then read anew, since what
   * committed before was not told. */
  subscribe(onWake: (wake: EventWake | null) => void): () => void;
  close(): Promise<void>;
}

/** One LISTEN connection for the whole process, made at the first subscription, made anew when it breaks. */
export function listenEvents(url: string): EventListener {
  const subscribers = new Set<(wake: EventWake | null) => void>();
  let client: Client | null = null;
  let closed = false;
  let retry: NodeJS.Timeout | null = null;

  const tell = (wake: EventWake | null) => {
    for (const subscriber of subscribers) subscriber(wake);
  };
  const reconnect = () => {
    client = null;
    if (closed || retry || subscribers.size === 0) return;
    retry = setTimeout(() => {
      retry = null;
      void connect();
    }, 500);
  };
  const connect = async () => {
    if (client || closed) return;
    const next = new Client({ connectionString: url, keepAlive: true, application_name: 'industry-cloud-events' });
    client = next;
    next.on('notification', ({ payload }) => tell(JSON.parse(payload ?? 'null') as EventWake));
    next.on('error', () => reconnect());
    next.on('end', () => client === next && reconnect());
    try {
      await next.connect();
      await next.query('LISTEN event');
      tell(null);
    } catch {
      next.end().catch(() => undefined);
      reconnect();
    }
  };

  return {
    subscribe(onWake) {
      subscribers.add(onWake);
      void connect();
      return () => subscribers.delete(onWake);
    },
    async close() {
      closed = true;
      if (retry) clearTimeout(retry);
      await client?.end();
    },
  };
}
