/** Events for readers: lists, and streams that go on where a reader left off. */
import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import type { Prisma } from '../../prisma/generated/client.ts';
import type { Transaction } from '../db/client.ts';
import { readEvents, type EventFilter as DbFilter, type EventRow } from '../db/events.ts';
import type { EventWake } from '../db/events.ts';
import { seesAllOrganisations, type Actor, type Right } from '../domain/policy.ts';
import type { ServiceContext } from './context.ts';
import { isShownToCustomers } from './quotes/quote-rules.ts';
import { authorize, found, refuse, scopeOf, transact } from './support.ts';
import type { EventFilter, EventList, EventListInput, EventView, SubscribeInput } from './views/events.ts';

const SEQ_MAX = '9223372036854775807';
/** How long an event may stay behind a transaction that still runs before we look again. */
const UNSETTLED_MS = 50;
/** Only a net under the notifications. */
const POLL_MS = 15_000;
/** Streams of one person at once: many tabs, not a script that holds the portal's connections. */
const STREAMS_MAX = 30;
const streamsOf = new Map<string, number>();

export const eventView = ({ cursor, data, ...row }: EventRow): EventView => ({
  ...row,
  id: cursor,
  data: data as Record<string, unknown>,
});

/** Where a subscription goes on after these; the start when there are none. */
export const lastCursor = (events: readonly EventRow[]): string => events.at(-1)?.cursor ?? '';

export async function listEvents(
  ctx: ServiceContext,
  input: z.output<typeof EventListInput>,
): Promise<z.input<typeof EventList>> {
  const filter = await authorizeFilter(ctx, input);
  const { events } = await readEvents(ctx.db, scopeOf(ctx.actor), filter, input.after || null, input.limit);
  const items = events.filter((event) => isFor(ctx.actor, event)).map(eventView);
  return { items, cursor: lastCursor(events) || input.after };
}

/** Every event that concerns the reader, from `lastEventId` on and then as they come, until the signal aborts. */
export async function* streamEvents(
  ctx: ServiceContext,
  input: z.output<typeof SubscribeInput>,
  signal: AbortSignal | undefined,
): AsyncGenerator<EventView> {
  const filter = await authorizeFilter(ctx, input);
  const leave = enterStream(ctx.actor.userId);
  const bell = ringOn(ctx, filter);
  try {
    let cursor = input.lastEventId ?? (await cursorNow(ctx));
    for (;;) {
      if (signal?.aborted) return;
      bell.reset();
      const { events, more } = await readEvents(ctx.db, scopeOf(ctx.actor), filter, cursor || null);
      for (const event of events) if (isFor(ctx.actor, event)) yield eventView(event);
      cursor = lastCursor(events) || cursor;
      if (more && events.length > 0) continue;
      await bell.wait(more ? UNSETTLED_MS : POLL_MS, signal);
    }
  } finally {
    bell.stop();
    leave();
  }
}

/** @returns what to call when the stream ends
 * @throws DomainError `too_many_requests` */
function enterStream(userId: string): () => void {
  const open = streamsOf.get(userId) ?? 0;
  if (open >= STREAMS_MAX) refuse({ code: 'too_many_requests', retryAfterSeconds: 5 });
  streamsOf.set(userId, open + 1);
  return () => {
    const left = (streamsOf.get(userId) ?? 1) - 1;
    if (left > 0) streamsOf.set(userId, left);
    else streamsOf.delete(userId);
  };
}

/** The place in the stream before which nothing can appear any more. */
async function cursorNow(ctx: ServiceContext): Promise<string> {
  const oldest = await transact(ctx, oldestRunning);
  return `${oldest - 1n}-${SEQ_MAX}`;
}

async function oldestRunning(tx: Transaction): Promise<bigint> {
  const rows = await tx.$queryRaw<{ xmin: bigint }[]>`
    SELECT (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint AS xmin`;
  return rows[0]!.xmin;
}

/** The newest events of an object, newest first, and where a subscription goes on so that it misses none. Read it before the object. */
export async function recentEvents(
  tx: Transaction,
  where: Prisma.EventWhereInput,
  limit: number,
): Promise<{ events: EventView[]; cursor: string }> {
  const oldest = await oldestRunning(tx);
  const rows = await tx.event.findMany({
    where: { ...where, txid: { lt: oldest } },
    orderBy: [{ txid: 'desc' }, { seq: 'desc' }],
    take: limit,
  });
  const events = rows.map((row) =>
    eventView({
      cursor: `${row.txid}-${row.seq}`,
      subjectKind: row.subjectKind,
      subjectId: row.subjectId,
      tenantId: row.tenantId,
      type: row.type,
      data: row.data,
      at: row.at,
    }),
  );
  return { events, cursor: `${oldest - 1n}-${SEQ_MAX}` };
}

/** Quotes that the desk still works on, and what it asks its own side about discounts, are no customer's to read. */
function isFor(actor: Actor, { subjectKind, data }: Pick<EventRow, 'subjectKind' | 'data'>): boolean {
  if (seesAllOrganisations(actor)) return true;
  const { state, kind } = data as { readonly state?: unknown; readonly kind?: unknown };
  if (subjectKind === 'quote') return isShownToCustomers(state);
  return !(subjectKind === 'approval' && kind === 'discount');
}

/** By which right an object's events are read, and how its owner is found. */
const SUBJECTS = {
  tenantId: {
    kind: 'tenant',
    right: 'tenant:read',
    find: (tx, id) => tx.tenant.findUnique({ where: { id }, select: OWNER }),
  },
  runId: { kind: 'run', right: 'run:read', find: (tx, id) => tx.run.findUnique({ where: { id }, select: OWNER }) },
  orderId: {
    kind: 'order',
    right: 'order:read',
    find: (tx, id) => tx.order.findUnique({ where: { id }, select: OWNER }),
  },
  previewId: {
    kind: 'preview',
    right: 'preview:create',
    find: (tx, id) => tx.planPreview.findUnique({ where: { id }, select: OWNER }),
  },
  quoteId: {
    kind: 'quote',
    right: 'quote:read',
    find: (tx, id) => tx.quote.findUnique({ where: { id }, select: { ...OWNER, state: true } }),
  },
} as const satisfies Record<keyof EventFilter, Subject>;
const OWNER = { organisationId: true } as const;

interface Subject {
  readonly kind: 'tenant' | 'run' | 'order' | 'preview' | 'quote';
  readonly right: Right;
  /** `state` where it decides who may read. */
  readonly find: (tx: Transaction, id: string) => Promise<{ organisationId: string; state?: string } | null>;
}

async function authorizeFilter(ctx: ServiceContext, input: EventFilter): Promise<DbFilter> {
  for (const key of Object.keys(SUBJECTS) as (keyof EventFilter)[]) {
    const id = input[key];
    if (id === undefined) continue;
    const { kind, right, find }: Subject = SUBJECTS[key];
    authorize(ctx.actor, right);
    const subject = found(ctx.actor, kind, await transact(ctx, async (tx) => find(tx, id)));
    const isOurs = seesAllOrganisations(ctx.actor) || kind !== 'quote' || isShownToCustomers(subject.state);
    if (!isOurs) refuse({ code: 'not_found', what: kind });
    return kind === 'tenant' ? { by: 'tenant', id } : { by: 'subject', kind, id };
  }
  authorize(ctx.actor, 'run:read');
  return seesAllOrganisations(ctx.actor) ? { by: 'all' } : { by: 'organisation', id: ctx.actor.orgId };
}

function concerns(filter: DbFilter, wake: EventWake): boolean {
  if (filter.by === 'all') return true;
  if (filter.by === 'organisation') return wake.org === filter.id;
  return filter.by === 'tenant' ? wake.tenant === filter.id : wake.id === filter.id;
}

/** A bell that rings when something was appended that the filter lets through. */
function ringOn(ctx: ServiceContext, filter: DbFilter) {
  let rung = new AbortController();
  const stop = ctx.ports.events.subscribe((wake) => {
    if (wake === null || concerns(filter, wake)) rung.abort();
  });
  return {
    stop,
    /** Before reading, so that what is appended while we read rings again. */
    reset() {
      rung = new AbortController();
    },
    async wait(ms: number, signal: AbortSignal | undefined) {
      const either = signal === undefined ? rung.signal : AbortSignal.any([rung.signal, signal]);
      await delay(ms, undefined, { signal: either }).catch(() => undefined);
    },
  };
}
