import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../domain/ids.ts';
import { faultOf } from '../testing/fault-of.ts';
import { makeServiceWorld, type Caller, type ServiceWorld } from '../testing/service-world.ts';
import { waitFor } from '../testing/wait-for.ts';
import { streamEvents } from './events.ts';
import type { EventView, SubscribeInput } from './views/events.ts';
import type { z } from 'zod';

let world: ServiceWorld;
let customer: Caller;
beforeAll(async () => {
  world = await makeServiceWorld();
  customer = world.as('customer_admin');
});
afterAll(async () => {
  await world.close();
});

/** Read a stream into a list until `stop` is called. */
function follow(
  input: z.input<typeof SubscribeInput>,
  who: 'customer_admin' | 'foreign_admin' | 'auditor' = 'customer_admin',
) {
  const control = new AbortController();
  const seen: EventView[] = [];
  const ctx = { ...world.context(world.actors[who]), actor: world.actors[who] };
  const reading = (async () => {
    for await (const event of streamEvents(ctx, input as never, control.signal)) seen.push(event);
  })();
  return { seen, stop: () => (control.abort(), reading) };
}
const types = (events: readonly EventView[]) => events.map(({ type }) => type);

test('a stream tells what happens as it happens, and goes on where a reader left off', async () => {
  const { previewId } = await world.readyPreview();
  const placed = await customer.orders.place({ previewId, idempotencyKey: newId() });
  const { tenantId } = placed;
  const first = follow({ tenantId, lastEventId: '' });
  await waitFor(() => first.seen.length === 3, { what: 'the order’s events' });
  expect(types(first.seen)).toEqual(['order.placed', 'tenant.state', 'run.queued']);
  await customer.runs.cancel({ runId: placed.runId! });
  await waitFor(() => first.seen.length === 6, { what: 'the events of the cancelling' });
  await first.stop();
  const again = follow({ tenantId, lastEventId: first.seen[2]!.id });
  await waitFor(() => again.seen.length === 3, { what: 'the rest' });
  await again.stop();
  expect(again.seen).toEqual(first.seen.slice(3));
});

test('events of transactions that commit in another order than they began are all told, once', async () => {
  const { previewId } = await world.readyPreview();
  const { tenantId } = await customer.orders.place({ previewId, idempotencyKey: newId() });
  const stream = follow({ tenantId, lastEventId: '' });
  const { orgId } = world.actors.customer_admin;
  const write = (n: number, seconds: number) =>
    world.db.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT set_config('app.scope', 'platform', true)`;
      await tx.event.createMany({
        data: [
          { organisationId: orgId, subjectKind: 'tenant', subjectId: tenantId, tenantId, type: `test.${n}`, data: {} },
        ],
      });
      // Held open by the database, so that it commits behind those that began later.
      await tx.$executeRaw`SELECT pg_sleep(${seconds}::float8)`;
    });
  await Promise.all([write(1, 0.3), write(2, 0.1), write(3, 0)]);
  await waitFor(() => stream.seen.filter(({ type }) => type.startsWith('test.')).length === 3, { what: 'all three' });
  await stream.stop();
  expect(
    types(stream.seen)
      .filter((type) => type.startsWith('test.'))
      .toSorted(),
  ).toEqual(['test.1', 'test.2', 'test.3']);
  expect(new Set(stream.seen.map(({ id }) => id)).size).toBe(stream.seen.length);
});

test('without an object it is the organisation’s stream from now on; others’ events are not in it', async () => {
  const mine = follow({});
  const foreign = follow({}, 'foreign_admin');
  const all = follow({}, 'auditor');
  // Listening begins before the first read, so what is written once a reader has read is told.
  const { previewId } = await world.readyPreview();
  await waitFor(() => mine.seen.some(({ subjectId }) => subjectId === previewId), { what: 'the preview' });
  await waitFor(() => all.seen.some(({ subjectId }) => subjectId === previewId), {
    what: 'the preview, for the auditor',
  });
  await Promise.all([mine.stop(), foreign.stop(), all.stop()]);
  expect(foreign.seen).toEqual([]);
});

test('a person has only so many streams at once, and gets another when one ends', async () => {
  const { previewId } = await world.readyPreview();
  const open = () => follow({ previewId, lastEventId: '' });
  const streams = Array.from({ length: 30 }, open);
  await waitFor(() => streams.every(({ seen }) => seen.length > 0), { what: 'thirty readers' });
  const refused = await open()
    .stop()
    .then(
      () => null,
      (error: unknown) => error,
    );
  expect(refused).toMatchObject({ fault: { code: 'too_many_requests' } });
  await streams.pop()!.stop();
  const next = open();
  await waitFor(() => next.seen.length > 0, { what: 'another reader' });
  await Promise.all([next, ...streams].map(({ stop }) => stop()));
});

test('lists page through an object’s events, and others’ are not found', async () => {
  const { previewId } = await world.readyPreview();
  const { tenantId } = await customer.orders.place({ previewId, idempotencyKey: newId() });
  const list = (after: string) => customer.events.list({ tenantId, after, limit: 2 });
  const first = await waitFor(
    async () => {
      const page = await list('');
      return page.items.length === 2 ? page : null;
    },
    { what: 'two events' },
  );
  const second = await list(first.cursor);
  expect(types([...first.items, ...second.items])).toEqual(['order.placed', 'tenant.state', 'run.queued']);
  expect(await faultOf(world.as('foreign_admin').events.list({ tenantId }))).toEqual({
    code: 'not_found',
    what: 'tenant',
  });
});
