/** What a change of a running tenant may be: the tenant's shape, the wish checked against its pinned offering, both priced. */
import { orderApprovalRule, type ApprovalRule } from '../../domain/commercial.ts';
import type { Transaction } from '../../db/client.ts';
import { isMove, moveFault, parameterFault, sameShape, Shape, type Wish } from '../../domain/change.ts';
import { Configuration } from '../../domain/configuration.ts';
import { DomainError } from '../../domain/faults.ts';
import type { ActionName } from '../../domain/lifecycle.ts';
import type { DeploymentModel, Manifest } from '../../domain/manifest.ts';
import { Priced, type PriceBookData } from '../../domain/pricing.ts';
import { residencyFault, residencyOf } from '../../domain/residency.ts';
import { checkChange } from '../check-configuration.ts';
import type { ServiceContext } from '../context.ts';
import { priceOf } from '../previews/read-preview.ts';
import { findCurrentBook, readBook } from '../price-books.ts';
import { refuse, toJson } from '../support.ts';

export interface TenantShape {
  readonly model: DeploymentModel;
  readonly planCode: string;
  readonly modules: readonly string[];
  readonly params: unknown;
  readonly quotas: unknown;
}

/** What a tenant is now, as a change compares it. */
export const shapeOf = ({ model, planCode: plan, modules, params, quotas }: TenantShape): Shape =>
  Shape.parse({ model, plan, modules: [...modules], params, quotas });

/** The shape that a wish leads to, defaults filled in. Of a plan that stays the quotas stay as they were pinned.
 * @throws DomainError naming the first thing that stands against it */
export function shapeAfter(manifest: Manifest, before: Shape, wish: Wish, now: DeploymentModel): Shape {
  const model = wish.model ?? now;
  const refused = moveFault(now, model);
  if (refused) refuse(refused);
  const { plan, modules, params } = checkChange(manifest, { ...wish, model }, before);
  const fault = parameterFault(manifest.parameters.fields, before.params, params);
  if (fault) refuse(fault);
  const quotas = plan.code === before.plan ? before.quotas : plan.quotas;
  const after = { model, plan: plan.code, modules: modules.map(({ code }) => code), params, quotas };
  if (sameShape(before, after)) refuse({ code: 'change_empty' });
  return after;
}

/** A tenant stays where it is; where its records must stay may be asked for only as far as that is so.
 * @throws DomainError `residency_unmet` */
export async function assertStays(
  tx: Transaction,
  tenant: Pick<TenantShape, 'model'> & { readonly targetId: string },
  after: Shape,
): Promise<void> {
  const residency = residencyOf(after.model ?? tenant.model, after.params);
  const where = { where: { id: tenant.targetId }, select: { region: { select: { territories: true } } } };
  const { region } = await tx.target.findUniqueOrThrow(where);
  const fault = residencyFault(residency, region.territories);
  if (fault) refuse(fault);
}

export interface Pricing {
  readonly bookId: string;
  readonly beforeMicro: bigint;
  readonly price: Priced;
}

/** The order's book, term and discount hold on; only what that book does not know is priced by the current one.
 * @throws DomainError `no_price` */
export async function priceChange(
  ctx: ServiceContext,
  tx: Transaction,
  request: { readonly tenantId: string; readonly manifest: Manifest; readonly after: Shape },
): Promise<Pricing> {
  const { tenantId, manifest, after } = request;
  const subscription = await tx.subscription.findFirst({
    where: { tenantId, endedAt: null },
    include: { order: { select: { configuration: true, price: true } } },
  });
  if (!subscription) return refuse({ code: 'not_found', what: 'subscription' });
  const { order, priceBookId, monthlyMicro: beforeMicro } = subscription;
  const ordered = Configuration.parse(order.configuration);
  const model = after.model ?? ordered.model;
  const configuration = { ...ordered, model, plan: after.plan, modules: after.modules, params: after.params };
  const { discountBp } = Priced.pick({ discountBp: true }).catch({ discountBp: 0 }).parse(order.price);
  const price = (book: PriceBookData) => priceOf(book, manifest, configuration, discountBp);
  try {
    return { bookId: priceBookId, beforeMicro, price: price(await readBook(tx, priceBookId)) };
  } catch (error) {
    if (!(error instanceof DomainError && error.fault.code === 'no_price')) throw error;
    const current = await findCurrentBook(tx, ctx.ports.now());
    if (!current || current.id === priceBookId) throw error;
    return { bookId: current.id, beforeMicro, price: price(current) };
  }
}

/** The action that applies a change. */
export const actionOfChange = (before: Pick<Shape, 'model'>, after: Pick<Wish, 'model'>): ActionName =>
  isMove(before, after) ? 'move' : 'change';

/** The rule that makes a change wait, as an order's would; what costs no more than before waits for nobody. */
export function changeApprovalRule(price: Priced, beforeMicro: bigint): ApprovalRule | null {
  return price.subtotalMicro > beforeMicro ? orderApprovalRule(price) : null;
}

/** The facts of a rule for a JSON column. */
export const ruleFacts = (rule: ApprovalRule | null) => rule && toJson(rule);
