/** Orders, tenants and runs as rows, for tests of the worker. */
import type { Database, Transaction } from '../db/client.ts';
import { PLATFORM, inScope } from '../db/scope.ts';
import type { DeploymentModel, Manifest, Quotas } from '../domain/manifest.ts';
import { newId, newTenantRef, type OrganisationId, type RunId, type TenantId, type UserId } from '../domain/ids.ts';
import type { ActionName } from '../domain/lifecycle.ts';
import { toManifest } from '../../provisioners/kit/offering.ts';
import { toJson } from '../worker/run-record.ts';
import { NOTES_QUOTAS } from './notes-offering.ts';
import { waitFor } from './postgres.ts';
import type { WorkerWorld } from './worker-world.ts';

/** What placing an order needs of a world. */
export type Desk = Pick<WorkerWorld, 'db' | 'sender'>;

export interface Shop {
  readonly offering: string;
  readonly model: DeploymentModel;
  readonly params: Readonly<Record<string, string | number | boolean>>;
  readonly quotas: Quotas;
  readonly organisationId: OrganisationId;
  readonly userId: UserId;
  readonly offeringVersionId: string;
  readonly priceBookId: string;
  readonly targetId: string;
}

export interface Ordered {
  readonly tenantId: TenantId;
  readonly ref: string;
  readonly orderId: string;
  readonly previewId: string;
  readonly runId: RunId;
}

/** An organisation with a person, and the catalogue with `notes` in it. */
export async function openShop(world: WorkerWorld, model: DeploymentModel = 'public'): Promise<Shop> {
  const [offeringVersionId, priceBookId] = [newId(), newId()];
  const manifest = toJson(toManifest(world.notes.definition));
  return inScope(world.db, PLATFORM, async (tx) => {
    const { organisationId, userId } = await makePeople(tx);
    const version = { slug: 'notes', version: '1.0.0', ordinal: 1, lifecycle: 'ga', manifest, sha256: 'x' } as const;
    await tx.offeringVersion.createMany({ data: { id: offeringVersionId, ...version } });
    const book = {
      version: 'test',
      ordinal: 1,
      sha256: 'x',
      upliftBp: {},
      termBp: {},
      tax: {},
      validFrom: new Date(0),
    };
    await tx.priceBook.createMany({ data: { id: priceBookId, ...book } });
    const target = await tx.target.findFirstOrThrow({ select: { id: true } });
    const what = { offering: 'notes', model, params: { greeting: 'hi' }, quotas: NOTES_QUOTAS };
    return { ...what, organisationId, userId, offeringVersionId, priceBookId, targetId: target.id };
  });
}

/** An organisation with a person, before the catalogue that a worker published. */
export async function openPublishedShop(db: Database, offering: string, params: Shop['params']): Promise<Shop> {
  return inScope(db, PLATFORM, async (tx) => {
    const { organisationId, userId } = await makePeople(tx);
    const version = await tx.offeringVersion.findFirstOrThrow({
      where: { slug: offering },
      orderBy: { ordinal: 'desc' },
    });
    const { plans } = version.manifest as unknown as Manifest;
    const { quotas } = plans.find(({ code }) => code === 'S')!;
    const book = await tx.priceBook.findFirstOrThrow({ orderBy: { ordinal: 'desc' }, select: { id: true } });
    const target = await tx.target.findFirstOrThrow({ select: { id: true } });
    const what = { offering, model: 'public', params, quotas, offeringVersionId: version.id } as const;
    return { ...what, organisationId, userId, priceBookId: book.id, targetId: target.id };
  });
}

async function makePeople(tx: Transaction) {
  const organisationId = newId<OrganisationId>();
  const userId = newId<UserId>();
  const slug = `org-${organisationId}`;
  await tx.organisation.createMany({ data: { id: organisationId, slug, name: 'Acme', kind: 'customer' } });
  await tx.user.createMany({ data: { id: userId, email: `${userId}@acme.test`, name: 'Ada', passwordHash: 'none' } });
  await tx.membership.createMany({ data: { id: newId(), organisationId, userId, role: 'customer_admin' } });
  return { organisationId, userId };
}

const configurationOf = ({ offering, model, params }: Shop, name: string) => ({
  offering,
  model,
  plan: 'S',
  name,
  modules: [],
  params,
  currency: 'CNY',
  termMonths: 1,
  volume: null,
});

/** A preview that the worker is asked to compute. */
export async function askPreview(world: Desk, shop: Shop, name = `notes-${newTenantRef().slice(2)}`) {
  const preview = {
    id: newId(),
    organisationId: shop.organisationId,
    requestedById: shop.userId,
    offeringVersionId: shop.offeringVersionId,
    priceBookId: shop.priceBookId,
    targetId: shop.targetId,
    reservedTenantId: newId<TenantId>(),
    reservedRef: newTenantRef(),
    configuration: configurationOf(shop, name),
    expiresAt: new Date(Date.now() + 3_600_000),
  };
  await inScope(world.db, PLATFORM, async (tx) => {
    await tx.planPreview.createMany({ data: preview });
    await world.sender.send(tx, 'preview', { previewId: preview.id });
  });
  return { ...preview, name };
}

/** The preview's row once it was answered. */
export async function previewAnswer(world: Desk, previewId: string) {
  return waitFor(
    () =>
      inScope(world.db, PLATFORM, async (tx) => {
        const row = await tx.planPreview.findUniqueOrThrow({ where: { id: previewId } });
        return row.state === 'queued' ? null : row;
      }),
    { what: 'the preview', everyMs: 5 },
  );
}

/** An accepted order with its tenant and the queued run of `provision`.
 * @param change what is otherwise than usual */
export async function placeOrder(
  world: Desk,
  shop: Shop,
  change: {
    readonly approvedHash?: string | null;
    /** An order that waits for its approval has none. */
    readonly withoutRun?: boolean;
    /** Called when the preview is there, before the run is queued. */
    readonly beforeRun?: (tenant: { readonly ref: string }) => Promise<void>;
  } = {},
): Promise<Ordered> {
  const preview = await askPreview(world, shop);
  const { planHash } = await previewAnswer(world, preview.id);
  const [orderId, runId, tenantId] = [newId(), newId<RunId>(), preview.reservedTenantId];
  const { organisationId, offeringVersionId, priceBookId, targetId } = shop;
  await change.beforeRun?.({ ref: preview.reservedRef });
  await inScope(world.db, PLATFORM, async (tx) => {
    await tx.planPreview.updateMany({ where: { id: preview.id }, data: { state: 'consumed' } });
    await tx.tenant.createMany({
      data: {
        id: tenantId,
        ref: preview.reservedRef,
        organisationId,
        targetId,
        offeringVersionId,
        name: preview.name,
        model: shop.model,
        planCode: 'S',
        modules: [],
        params: toJson(shop.params),
        quotas: toJson(shop.quotas),
      },
    });
    await tx.order.createMany({
      data: {
        id: orderId,
        number: `O-${orderId}`,
        organisationId,
        placedById: shop.userId,
        offeringVersionId,
        priceBookId,
        previewId: preview.id,
        tenantId,
        configuration: preview.configuration,
        price: {},
        currency: 'CNY',
        monthlyMicro: 100_000_000n,
        planHash: planHash ?? '',
        state: 'accepted',
      },
    });
    const approvedHash = change.approvedHash === undefined ? planHash : change.approvedHash;
    if (!change.withoutRun)
      await queueRow(world, tx, shop, { runId, tenantId, orderId, action: 'provision', approvedHash });
  });
  return { tenantId, ref: preview.reservedRef, orderId, previewId: preview.id, runId };
}

/** Asks for another action on a tenant. */
export async function queueAction(
  world: Desk,
  shop: Shop,
  ordered: Pick<Ordered, 'tenantId' | 'orderId'>,
  action: ActionName,
): Promise<RunId> {
  const runId = newId<RunId>();
  await inScope(world.db, PLATFORM, (tx) =>
    queueRow(world, tx, shop, {
      runId,
      tenantId: ordered.tenantId,
      orderId: action === 'provision' ? ordered.orderId : null,
      action,
      approvedHash: null,
    }),
  );
  return runId;
}

/** A queued run as the service writes it, and its job. */
export async function queueRow(
  world: Desk,
  tx: Transaction,
  shop: Shop,
  run: {
    runId: RunId;
    tenantId: string;
    orderId: string | null;
    action: ActionName;
    approvedHash: string | null;
    params?: ReturnType<typeof toJson>;
  },
): Promise<void> {
  const { runId, ...rest } = run;
  const number = 1 + (await tx.run.count({ where: { tenantId: run.tenantId } }));
  const { organisationId, userId: requestedById } = shop;
  await tx.run.createMany({ data: { id: runId, number, organisationId, requestedById, requestId: newId(), ...rest } });
  await world.sender.send(tx, 'run', { runId, tenantId: run.tenantId });
}

/** Everything the platform says of a run, once it is over or waits for somebody. */
export async function runOutcome(world: Desk, runId: string, timeoutMs = 20_000) {
  return waitFor(
    () =>
      inScope(world.db, PLATFORM, async (tx) => {
        const row = await tx.run.findUniqueOrThrow({
          where: { id: runId },
          include: { steps: { orderBy: { position: 'asc' } }, tenant: true, order: true },
        });
        return ['queued', 'planning', 'running'].includes(row.state) ? null : row;
      }),
    { what: `the end of run ${runId}`, everyMs: 10, timeoutMs },
  );
}
