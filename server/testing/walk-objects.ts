/** One object of every kind of the customer's, and an input for every procedure that names them. For the test that walks the API. */
import { newId } from '../domain/ids.ts';
import { plannedChange, subscribe } from './service-changes.ts';
import { sealSecret } from '../registry/seal.ts';
import { configuration, type ServiceWorld } from './service-world.ts';

export interface WalkObjects {
  readonly organisationId: string;
  readonly userId: string;
  readonly previewId: string;
  readonly planHash: string;
  readonly orderId: string;
  readonly waitingOrderId: string;
  readonly approvalId: string;
  readonly approvalHash: string;
  readonly tenantId: string;
  readonly keyId: string;
  readonly runId: string;
  readonly quoteId: string;
  readonly secret: string;
  /** Sending makes a new link, so the quote behind `secret` is another. */
  readonly quoteToSendId: string;
  readonly tokenId: string;
  readonly auditId: string;
  readonly changeId: string;
  readonly changeHash: string;
}

export async function makeWalkObjects(world: ServiceWorld): Promise<WalkObjects> {
  const customer = world.as('customer_admin');
  const { orgId: organisationId, userId } = world.actors.customer_admin;
  const place = async (change: object) => {
    const { previewId, planHash } = await world.readyPreview(change);
    const order = await customer.orders.place({ previewId, idempotencyKey: newId() });
    return { ...order, planHash };
  };
  const order = await place({});
  await world.sql(`UPDATE "Tenant" SET state = 'active' WHERE id = $1`, [order.tenantId]);
  await world.sql(`UPDATE "Run" SET state = 'succeeded', "finishedAt" = now() WHERE id = $1`, [order.runId]);
  await world.sql(
    `INSERT INTO "Endpoint" (id, "tenantId", name, url, "keyPrefix") VALUES ($1, $2, 'v1', 'http://gateway/t/x/v1', 'ick_live_abcd')`,
    [newId(), order.tenantId],
  );
  await world.sql(
    `INSERT INTO "KeyReveal" (id, "tenantId", "organisationId", sealed, "expiresAt") VALUES ($1, $2, $3, $4, now() + interval '1 day')`,
    [newId(), order.tenantId, organisationId, sealSecret('ick_live_abcd_secret', world.envelopeKey, order.ref)],
  );
  const waiting = await place({ plan: 'L' });
  const [approval] = await world.sql<{ id: string }>(`SELECT id FROM "Approval" WHERE "orderId" = $1`, [
    waiting.orderId,
  ]);
  const quote = await makeSentQuote(world);
  const { quoteId: quoteToSendId } = await makeSentQuote(world);
  const ready = await world.readyPreview();
  const { id: tokenId } = await customer.tokens.create({ name: 'walk', scopes: ['order:read'], expiresInDays: 1 });
  const [entry] = await world.sql<{ id: string }>(`SELECT id FROM "AuditEntry" WHERE "subjectId" = $1`, [
    order.orderId,
  ]);
  const keyId = newId();
  await world.sql(
    `INSERT INTO "TenantKey" (id, "organisationId", "tenantId", name, scopes) VALUES ($1, $2, $3, 'default', '{read,write}')`,
    [keyId, organisationId, order.tenantId],
  );
  await subscribe(world, order.tenantId);
  const change = await plannedChange(world, order.tenantId, { params: { holdMinutes: 30 } });
  return {
    organisationId,
    userId,
    ...ready,
    orderId: order.orderId,
    waitingOrderId: waiting.orderId,
    approvalId: approval!.id,
    approvalHash: waiting.planHash,
    tenantId: order.tenantId,
    keyId,
    runId: order.runId!,
    ...quote,
    quoteToSendId,
    tokenId,
    auditId: entry!.id,
    ...change,
  };
}

/** A quote for the customer, sent. */
export async function makeSentQuote(
  world: ServiceWorld,
  change: { discountBp?: number; name?: string } = {},
): Promise<{ quoteId: string; secret: string }> {
  const desk = world.as('sales_engineer');
  const organisationId = world.actors.customer_admin.orgId;
  const { discountBp = 500, name } = change;
  const input = { configuration: configuration(name === undefined ? {} : { name }), organisationId };
  const { previewId } = await desk.previews.create(input);
  await world.answerPreview(previewId);
  const validUntil = new Date(Date.now() + 7 * 24 * 3_600_000);
  const { quoteId } = await desk.quotes.create({ previewId, discountBp, validUntil, idempotencyKey: newId() });
  const { link } = await desk.quotes.send({ quoteId });
  return { quoteId, secret: link.split('/').at(-1)! };
}

/** An input per procedure. `object`: it names something of the customer's, which others must not find. */
export const WALK_INPUTS: Readonly<
  Record<string, { readonly object: boolean; readonly input: (it: WalkObjects) => unknown }>
> = {
  'account.me': { object: false, input: () => undefined },
  'account.signOutEverywhere': { object: false, input: () => undefined },
  'account.changePassword': { object: false, input: () => ({ current: 'wrong', next: 'a long enough one' }) },
  'approvals.list': { object: false, input: () => ({}) },
  'approvals.byId': { object: true, input: ({ approvalId }) => ({ approvalId }) },
  'approvals.approve': {
    object: true,
    input: ({ approvalId, approvalHash }) => ({ approvalId, planHash: approvalHash }),
  },
  'approvals.reject': {
    object: true,
    input: ({ approvalId, approvalHash }) => ({ approvalId, planHash: approvalHash, reason: 'no' }),
  },
  'audit.search': { object: false, input: () => ({}) },
  'audit.byId': { object: true, input: ({ auditId }) => ({ id: auditId }) },
  'audit.status': { object: false, input: () => undefined },
  'audit.verify': { object: false, input: () => ({}) },
  'audit.export': { object: false, input: () => ({}) },
  'catalogue.list': { object: false, input: () => ({}) },
  'catalogue.bySlug': { object: false, input: () => ({ slug: 'goods' }) },
  'events.subscribe': { object: true, input: ({ runId }) => ({ runId, lastEventId: '' }) },
  'events.list': { object: true, input: ({ tenantId }) => ({ tenantId }) },
  'keys.list': { object: true, input: ({ tenantId }) => ({ tenantId }) },
  'keys.create': {
    object: true,
    input: ({ tenantId }) => ({ tenantId, name: 'till', scopes: ['read'], idempotencyKey: newId() }),
  },
  'keys.rotate': {
    object: true,
    input: ({ tenantId, keyId }) => ({ tenantId, keyId, overlapHours: 1, idempotencyKey: newId() }),
  },
  'keys.revoke': { object: true, input: ({ tenantId, keyId }) => ({ tenantId, keyId, idempotencyKey: newId() }) },
  'orders.place': { object: true, input: ({ previewId }) => ({ previewId, idempotencyKey: newId() }) },
  'orders.cancel': { object: true, input: ({ waitingOrderId }) => ({ orderId: waitingOrderId }) },
  'orders.list': { object: false, input: () => ({}) },
  'orders.byId': { object: true, input: ({ orderId }) => ({ orderId }) },
  'organisations.list': { object: false, input: () => ({}) },
  'people.list': { object: false, input: () => ({}) },
  'people.setDisabled': { object: true, input: ({ userId }) => ({ userId, disabled: false }) },
  'previews.create': {
    object: true,
    input: ({ organisationId }) => ({ configuration: configuration(), organisationId }),
  },
  'previews.byId': { object: true, input: ({ previewId }) => ({ previewId }) },
  'priceBooks.list': { object: false, input: () => undefined },
  'priceBooks.current': { object: false, input: () => undefined },
  'quotes.create': {
    object: true,
    input: ({ previewId }) => ({
      previewId,
      discountBp: 0,
      validUntil: new Date(Date.now() + 60_000),
      idempotencyKey: newId(),
    }),
  },
  'quotes.send': { object: true, input: ({ quoteToSendId }) => ({ quoteId: quoteToSendId }) },
  'quotes.list': { object: false, input: () => ({}) },
  'quotes.byId': { object: true, input: ({ quoteId }) => ({ quoteId }) },
  'quotes.shown': { object: true, input: ({ quoteId }) => ({ quoteId }) },
  'quotes.byLink': { object: true, input: ({ secret }) => ({ secret }) },
  'quotes.accept': { object: true, input: ({ secret }) => ({ secret, typedName: 'Nobody', idempotencyKey: newId() }) },
  'quotes.decline': { object: true, input: ({ secret }) => ({ secret }) },
  'runs.list': { object: false, input: () => ({}) },
  'runs.byId': { object: true, input: ({ runId }) => ({ runId }) },
  'runs.cancel': { object: true, input: ({ runId }) => ({ runId }) },
  'runs.retry': { object: true, input: ({ runId }) => ({ runId, idempotencyKey: newId() }) },
  'targets.list': { object: false, input: () => undefined },
  'tenants.list': { object: false, input: () => ({}) },
  'tenants.byId': { object: true, input: ({ tenantId }) => ({ tenantId }) },
  'tenants.topology': { object: true, input: ({ tenantId }) => ({ tenantId }) },
  'tenants.metrics': { object: true, input: ({ tenantId }) => ({ tenantId }) },
  'tenants.act': { object: true, input: ({ tenantId }) => ({ tenantId, action: 'suspend', idempotencyKey: newId() }) },
  'tenants.planChange': {
    object: true,
    input: ({ tenantId }) => ({ tenantId, wish: { plan: 'S', modules: ['flash'], params: { holdMinutes: 20 } } }),
  },
  'tenants.changeById': { object: true, input: ({ changeId }) => ({ changeId }) },
  'tenants.change': {
    object: true,
    input: ({ changeId, changeHash }) => ({ changeId, planHash: changeHash, idempotencyKey: newId() }),
  },
  'tenants.withdrawChange': { object: true, input: ({ changeId }) => ({ changeId }) },
  'tenants.revealKey': { object: true, input: ({ tenantId }) => ({ tenantId }) },
  'tenants.callApi': { object: true, input: ({ tenantId }) => ({ tenantId, kind: 'view', name: 'orders' }) },
  'tenants.picture': { object: true, input: ({ tenantId }) => ({ tenantId, name: 'order_states' }) },
  'tokens.list': { object: false, input: () => undefined },
  'tokens.create': { object: false, input: () => ({ name: 'x', scopes: ['catalogue:read'], expiresInDays: 1 }) },
  'tokens.revoke': { object: true, input: ({ tokenId }) => ({ tokenId }) },
};
