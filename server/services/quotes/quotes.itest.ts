import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../domain/ids.ts';
import { faultOf } from '../../testing/fault-of.ts';
import { goodsOffering } from '../../testing/goods-offering.ts';
import { configuration, makeServiceWorld, type Caller, type ServiceWorld } from '../../testing/service-world.ts';
import { makeSentQuote } from '../../testing/walk-objects.ts';
import { publishOfferings } from '../publish-offerings.ts';

let world: ServiceWorld;
let customer: Caller;
let desk: Caller;
beforeAll(async () => {
  world = await makeServiceWorld();
  customer = world.as('customer_admin');
  desk = world.as('sales_engineer');
});
afterAll(async () => {
  await world.close();
});

const accept = (secret: string, more: object = {}) =>
  customer.quotes.accept({ secret, typedName: 'chen  YU', idempotencyKey: newId(), ...more });

test('the customer sees the same price and plan, and accepting is the order, whatever prices are today', async () => {
  const { quoteId, secret } = await makeSentQuote(world, { discountBp: 700, name: 'quoted-shop' });
  const sent = await desk.quotes.byId({ quoteId });
  const seen = await customer.quotes.byLink({ secret });
  expect(seen).toMatchObject({
    number: sent.number,
    planHash: sent.planHash,
    acceptRefusal: null,
    acceptName: 'Chen Yu',
  });
  expect(seen.price).toEqual(sent.price);
  expect(seen.price.subtotalMicro).toBe(371_070_000n); // 399 × 0.93
  expect(seen).not.toHaveProperty('discountLimitBp');
  const { manifest, prices } = goodsOffering();
  await publishOfferings(world.db, [
    { manifest, prices: prices.map((row) => ({ ...row, month: { CNY: '9', USD: '9', EUR: '9' } })) },
  ]);
  await world.sql(
    `UPDATE "PlanPreview" SET "createdAt" = now() - interval '3 days' WHERE id IN (SELECT "previewId" FROM "Quote" WHERE id = $1)`,
    [quoteId],
  );
  expect(await faultOf(accept(secret, { typedName: 'Somebody Else' }))).toEqual({
    code: 'confirmation_mismatch',
    expected: 'Chen Yu',
  });
  const idempotencyKey = newId();
  const placed = await accept(secret, { idempotencyKey });
  expect(await accept(secret, { idempotencyKey })).toEqual(placed);
  const order = await customer.orders.byId({ orderId: placed.orderId });
  expect(order).toMatchObject({
    state: 'accepted',
    monthlyMicro: 371_070_000n,
    planHash: seen.planHash,
    quote: { number: sent.number },
  });
  expect(await faultOf(accept(secret))).toMatchObject({ code: 'quote_state', asked: 'accept', state: 'accepted' });
});

test('a discount over the limit waits for an approval before it can be sent', async () => {
  const { previewId } = await desk.previews.create({
    configuration: configuration(),
    organisationId: world.actors.customer_admin.orgId,
  });
  const planHash = await world.answerPreview(previewId);
  const validUntil = new Date(Date.now() + 86_400_000);
  const { quoteId, state } = await desk.quotes.create({
    previewId,
    discountBp: 1_500,
    validUntil,
    idempotencyKey: newId(),
  });
  expect(state).toBe('awaiting_approval');
  expect(await faultOf(desk.quotes.send({ quoteId }))).toMatchObject({ code: 'quote_state', asked: 'send' });
  expect((await customer.quotes.list({})).items.map(({ id }) => id)).not.toContain(quoteId);
  const admin = world.as('platform_admin');
  const { items } = await admin.approvals.list({ kind: ['discount'], state: ['pending'] });
  expect(items[0]).toMatchObject({
    rule: { code: 'discount_over_limit', askedBp: 1_500, limitBp: 1_000 },
    requestedBy: { name: 'Sun Yue' },
  });
  await admin.approvals.approve({ approvalId: items[0]!.id, planHash });
  expect((await desk.quotes.send({ quoteId })).link).toMatch(/^http:\/\/localhost:3000\/quotes\/view\/[\w-]{32}$/);
});

describe('a quote', () => {
  test('that is sent again has a new link, and the old one stops', async () => {
    const { quoteId, secret } = await makeSentQuote(world);
    await desk.quotes.send({ quoteId });
    expect(await faultOf(customer.quotes.byLink({ secret }))).toMatchObject({ code: 'not_found' });
  });

  test('past its date cannot be accepted, also before the housekeeping says so', async () => {
    const { quoteId, secret } = await makeSentQuote(world);
    await world.sql(`UPDATE "Quote" SET "validUntil" = now() - interval '1 second' WHERE id = $1`, [quoteId]);
    expect((await customer.quotes.byLink({ secret })).acceptRefusal).toMatchObject({ code: 'quote_expired' });
    expect(await faultOf(accept(secret))).toMatchObject({ code: 'quote_expired' });
  });

  test('that was declined stays so', async () => {
    const { secret } = await makeSentQuote(world);
    expect(await customer.quotes.decline({ secret, reason: 'too dear' })).toEqual({ state: 'declined' });
    expect(await faultOf(accept(secret))).toMatchObject({ code: 'quote_state', state: 'declined' });
  });

  test('is valid for half a year at most, and not for yesterday', async () => {
    const { previewId } = await desk.previews.create({
      configuration: configuration(),
      organisationId: world.actors.customer_admin.orgId,
    });
    await world.answerPreview(previewId);
    for (const days of [-1, 200]) {
      const validUntil = new Date(Date.now() + days * 86_400_000);
      const call = desk.quotes.create({ previewId, discountBp: 0, validUntil, idempotencyKey: newId() });
      expect(await faultOf(call)).toMatchObject({ code: 'invalid_input', issues: [{ path: 'validUntil' }] });
    }
  });
});
