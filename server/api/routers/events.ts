import { tracked } from '@trpc/server';
import { listEvents, streamEvents } from '../../services/events.ts';
import { EventList, EventListInput, SubscribeInput } from '../../services/views/events.ts';
import { procedure, router } from '../trpc.ts';

export const eventsRouter = router({
  list: procedure
    .input(EventListInput)
    .output(EventList)
    .query(({ ctx, input }) => listEvents(ctx, input)),
  /** Server-sent events. Ids are places in the stream, so a browser that reconnects goes on where it was. */
  subscribe: procedure.input(SubscribeInput).subscription(async function* ({ ctx, input, signal }) {
    for await (const event of streamEvents(ctx, input, signal)) yield tracked(event.id, event);
  }),
});
