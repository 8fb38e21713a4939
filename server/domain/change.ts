/**
 * Changes of a running tenant: what may be otherwise, what the offering says may not, and what would be lost. Pure: the worker brings what
 * the tenant holds, the manifest brings the rules.
 */
import { z } from 'zod';
import type { Fault } from './faults.ts';
import { DeploymentModel, PlanCode, Quotas, type ParameterSpec } from './manifest.ts';

/** What of a tenant can be changed: as a person asks for it. */
export const Wish = z.strictObject({
  /** Left out: the one it has. Another one moves the tenant. */
  model: DeploymentModel.optional(),
  plan: PlanCode,
  modules: z.array(z.string().max(60)).max(40),
  /** By the offering's parameter schema; checked by the service against the manifest. */
  params: z.record(z.string().max(60), z.unknown()),
});
export type Wish = z.infer<typeof Wish>;

/** A wish with the quotas that come with it: what a tenant is, or is to become. */
export const Shape = Wish.extend({ quotas: Quotas });
export type Shape = z.infer<typeof Shape>;

/** Parameters of a run that changes a tenant: frozen when it is queued. */
export const ChangeParams = z.object({ changeId: z.uuid(), before: Shape, after: Shape });
export type ChangeParams = z.infer<typeof ChangeParams>;

/** What a tenant holds, as far as a change could lose it. */
export interface Holdings {
  /** Null when it could not be measured. */
  readonly storageBytes: number | null;
  /** Sessions open now of people who read with SQL. */
  readonly sqlSessions: number;
  /** By module that would go: rows that would go with it; null when the module cannot be taken out at all. */
  readonly moduleRows: Readonly<Record<string, number | null>>;
}

/** Limits that a change leads to, as far as what a tenant holds can be too much for them. */
export interface Bounds {
  readonly storageGib: number;
  readonly sqlConnections: number;
}

const GIB = 2 ** 30;

/** Whether two parameter values, or lists of module codes, are the same. Lists of codes are sets. */
export function sameShape(a: Wish, b: Wish): boolean {
  return !isMove(a, b) && a.plan === b.plan && sameSet(a.modules, b.modules) && sameJson(a.params, b.params);
}

/** Whether a change leads to another deployment model, so that the tenant's rows must move. */
export function isMove(before: Pick<Wish, 'model'>, after: Pick<Wish, 'model'>): boolean {
  return before.model !== undefined && after.model !== undefined && before.model !== after.model;
}

/** Models that a running tenant can move to. The way back would mix what was promised to be apart. */
const MOVES: Readonly<Record<DeploymentModel, readonly DeploymentModel[]>> = {
  public: ['private'],
  private: [],
  hybrid: [],
};

/** Why a tenant cannot move so, as a fault; null when it can, or does not. */
export function moveFault(from: DeploymentModel, to: DeploymentModel): Fault | null {
  return from === to || MOVES[from].includes(to) ? null : { code: 'move_refused', from, to };
}

/** The first parameter that may not be changed this way in a running tenant, as a fault; null when all may.
 * @param fields the manifest's; a parameter without a rule may be changed freely */
export function parameterFault(
  fields: readonly ParameterSpec[],
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Fault | null {
  for (const { name, change: rule = 'free' } of fields) {
    const [from, to] = [before[name], after[name]];
    if (rule === 'free' || sameJson(from, to)) continue;
    if (rule === 'grow' && isGrowth(from, to)) continue;
    return { code: 'parameter_kept', name, rule, from: words(from), to: words(to) };
  }
  return null;
}

/** The first thing that would be lost, as a fault; null when nothing would. */
export function lossFault(holdings: Holdings, bounds: Bounds): Fault | null {
  for (const [module, rows] of Object.entries(holdings.moduleRows)) {
    if (rows === null || rows > 0) return { code: 'module_in_use', module, rows };
  }
  const limitBytes = bounds.storageGib * GIB;
  if (holdings.storageBytes !== null && holdings.storageBytes > limitBytes) {
    return { code: 'storage_in_use', usedBytes: holdings.storageBytes, limitBytes };
  }
  if (holdings.sqlSessions > bounds.sqlConnections) {
    return { code: 'connections_in_use', used: holdings.sqlSessions, limit: bounds.sqlConnections };
  }
  return null;
}

/** A number that is not smaller, or a list that lost nothing: its first member, which is the default, stays first. */
function isGrowth(from: unknown, to: unknown): boolean {
  if (typeof from === 'number' && typeof to === 'number') return to >= from;
  return Array.isArray(from) && Array.isArray(to) && from[0] === to[0] && from.every((member) => to.includes(member));
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  new Set(a).size === new Set(b).size && a.every((code) => b.includes(code));

/** Equality of plain JSON; the order of keys does not matter. */
function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  if (isRecord(a) && isRecord(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => sameJson(a[key], b[key]));
  }
  return a === b;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const words = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value));
