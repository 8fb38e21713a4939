import { z } from 'zod';
import { OrderId, PreviewId, QuoteId, RunId, TenantId } from '../../domain/ids.ts';
import { Facts } from './common.ts';

const PLACE_MAX = 2n ** 63n - 1n;

/** An event's place in the stream: `txid-seq`. Empty string: before the first. */
export const EventCursor = z
  .string()
  .regex(/^(\d{1,19}-\d{1,19})?$/)
  .refine((cursor) => cursor === '' || cursor.split('-').every((part) => BigInt(part) <= PLACE_MAX), {
    message: 'is no place in the stream',
  });

export const EventView = z.object({
  id: EventCursor,
  at: z.date(),
  /** `run.step.done`, `tenant.active`, … */
  type: z.string(),
  subjectKind: z.string(),
  subjectId: z.string(),
  tenantId: z.string().nullable(),
  data: Facts,
});
export type EventView = z.infer<typeof EventView>;

/** Whose events: at most one object; none: everything the reader may see. */
export const EventFilter = z.object({
  tenantId: TenantId.optional(),
  runId: RunId.optional(),
  orderId: OrderId.optional(),
  previewId: PreviewId.optional(),
  quoteId: QuoteId.optional(),
});
export type EventFilter = z.infer<typeof EventFilter>;
const atMostOne = (filter: EventFilter): boolean =>
  [filter.tenantId, filter.runId, filter.orderId, filter.previewId, filter.quoteId].filter((id) => id !== undefined)
    .length <= 1;

/** `lastEventId`: where to go on; the browser's own takes precedence on a reconnect. Left out: from now on. */
export const SubscribeInput = EventFilter.extend({ lastEventId: EventCursor.nullish() }).refine(atMostOne, {
  message: 'name one object at most',
});
export const EventListInput = EventFilter.extend({
  after: EventCursor.default(''),
  limit: z.int().min(1).max(500).default(200),
}).refine(atMostOne, { message: 'name one object at most' });
export const EventList = z.object({ items: z.array(EventView), cursor: EventCursor });
