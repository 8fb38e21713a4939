import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../domain/ids.ts';
import { faultOf } from '../../testing/fault-of.ts';
import { makeServiceWorld, type ServiceWorld } from '../../testing/service-world.ts';
import { waitFor } from '../../testing/wait-for.ts';

let world: ServiceWorld;
beforeAll(async () => {
  world = await makeServiceWorld();
});
afterAll(async () => {
  await world.close();
});

const DAY_MS = 24 * 3_600_000;

test('what the desk works on and asks about discounts reaches no customer until a quote is sent', async () => {
  const [customer, desk, admin] = [world.as('customer_admin'), world.as('sales_engineer'), world.as('platform_admin')];
  const { previewId, planHash } = await world.readyPreview();
  const validUntil = new Date(Date.now() + DAY_MS);
  const quote = (discountBp: number) =>
    desk.quotes.create({ previewId, discountBp, validUntil, idempotencyKey: newId() });
  const { quoteId } = await quote(5_000);
  const asked = (await admin.approvals.list({})).items.find(({ subject }) => subject.quoteId === quoteId)!;
  await admin.approvals.reject({ approvalId: asked.id, planHash, reason: 'we would lose money on them' });
  const sent = await quote(100);

  const stream = async (who: typeof customer) => {
    const { items } = await who.events.list({ limit: 500 });
    return items.filter(({ subjectKind }) => subjectKind === 'quote' || subjectKind === 'approval');
  };
  await waitFor(async () => (await stream(admin)).length === 5, { what: 'all of it, for the platform' });
  expect(await stream(customer)).toEqual([]);
  for (const id of [quoteId, sent.quoteId]) {
    expect(await faultOf(customer.events.list({ quoteId: id }))).toEqual({ code: 'not_found', what: 'quote' });
  }
  expect((await customer.audit.search({ subjectKind: 'quote' })).items).toEqual([]);
  expect((await admin.audit.search({ subjectKind: 'quote' })).items).toHaveLength(3);

  await desk.quotes.send({ quoteId: sent.quoteId });
  await waitFor(async () => (await stream(customer)).length === 1, { what: 'the quote, for the customer' });
  expect((await stream(customer))[0]).toMatchObject({ subjectId: sent.quoteId, data: { state: 'sent' } });
  expect((await customer.events.list({ quoteId: sent.quoteId })).items).toHaveLength(1);
});
