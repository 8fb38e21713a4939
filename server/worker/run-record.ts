/** A run as the worker holds it: its row with what the steps need to know of tenant, offering and target. */
import type { Prisma } from '../../prisma/generated/client.ts';
import type { Transaction } from '../db/client.ts';
import type { NewEvent } from '../db/events.ts';
import { ChangeParams, type Shape } from '../domain/change.ts';
import { DomainError, type Fault } from '../domain/faults.ts';
import { applyKeyChange, FIRST_KEYS, KeyParams, type KeySpec } from '../domain/keys.ts';
import { LIFECYCLE, ActionName, type Action } from '../domain/lifecycle.ts';
import type { Manifest, PlanCode, Quotas } from '../domain/manifest.ts';
import type { Hold } from './holder.ts';
import type { TenantSpec } from './graph.ts';

/** Of a tenant, all that its program is built from. */
export const WITH_PROGRAM = {
  offeringVersion: { select: { manifest: true } },
  target: true,
  keys: { include: { versions: { orderBy: { generation: 'asc' } } }, orderBy: { id: 'asc' } },
} as const satisfies Prisma.TenantInclude;

const WITH_ALL = {
  tenant: { include: WITH_PROGRAM },
  order: true,
  steps: { orderBy: { position: 'asc' } },
} as const satisfies Prisma.RunInclude;

export type RunRow = Prisma.RunGetPayload<{ include: typeof WITH_ALL }>;

export interface HeldRun {
  readonly row: RunRow;
  readonly hold: Hold;
  readonly action: Action;
  readonly actionName: ActionName;
  /** What the tenant is to be: as its row says, or as the change of this run does. */
  readonly spec: TenantSpec;
  /** What the tenant was when this run was taken. */
  readonly specBefore: TenantSpec;
  /** Aborts when a person cancels the run, the worker must hand it over, or it was fenced out; the reason says which. */
  readonly signal: AbortSignal;
  readonly abort: (reason: Error) => void;
}

export async function loadRun(tx: Transaction, runId: string): Promise<RunRow | null> {
  return tx.run.findUnique({ where: { id: runId }, include: WITH_ALL });
}

export function actionOf(row: { readonly action: string }): { name: ActionName; action: Action } {
  const name = ActionName.parse(row.action);
  return { name, action: LIFECYCLE[name] };
}

/** The tenant of a run, as its program is built from. */
export function specOf(tenant: RunRow['tenant']): TenantSpec {
  return {
    ref: tenant.ref,
    name: tenant.name,
    manifest: tenant.offeringVersion.manifest as unknown as Manifest, // validated when it was published
    model: tenant.model,
    planCode: tenant.planCode as PlanCode,
    quotas: tenant.quotas as unknown as Quotas,
    modules: tenant.modules,
    params: tenant.params,
    keys: keysOf(tenant.keys),
    target: tenant.target.name,
    region: tenant.target.regionCode,
  };
}

/** The keys that a tenant is to have; of one that never had any, the one that it is made with. */
export function keysOf(rows: RunRow['tenant']['keys']): readonly KeySpec[] {
  if (rows.length === 0) return FIRST_KEYS;
  return rows
    .filter(({ revokedAt }) => revokedAt === null)
    .map(({ name, scopes, party, lifetimeDays, versions }) => ({
      name,
      scopes: scopes as KeySpec['scopes'],
      party,
      lifetimeDays,
      versions: versions.map(({ generation, expiresAt }) => ({
        generation,
        expiresAt: expiresAt?.toISOString() ?? null,
      })),
    }));
}

/** A tenant in another shape. */
export function reshape(spec: TenantSpec, { model = spec.model, plan, modules, params, quotas }: Shape): TenantSpec {
  const moved = model === spec.model ? {} : { movedFrom: spec.model };
  return { ...spec, ...moved, model, planCode: plan, modules, params, quotas };
}

/** The change that a run applies.
 * @throws ZodError when it applies none */
export const changeOf = (row: { readonly params: Prisma.JsonValue }): ChangeParams => ChangeParams.parse(row.params);

/** What a run makes of its tenant: another shape where it applies a change. */
export function wantedSpec(row: RunRow): TenantSpec {
  const change = ChangeParams.safeParse(row.params);
  if (change.success) return reshape(specOf(row.tenant), change.data.after);
  const spec = specOf(row.tenant);
  const rekeyed = KeyParams.safeParse(row.params);
  return rekeyed.success ? { ...spec, keys: applyKeyChange(spec.keys ?? FIRST_KEYS, rekeyed.data.key) } : spec;
}

/** Why the change of a key that a run is to make can no longer be; null when it can, or there is none. */
export function keyFault(row: RunRow): Fault | null {
  try {
    wantedSpec(row);
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error.fault;
    throw error;
  }
}

/** An event of a run, for the streams of run, tenant and organisation. */
export function runEvent(
  run: { readonly id: string; readonly organisationId: string; readonly tenantId: string },
  type: string,
  data: object,
): NewEvent {
  return {
    organisationId: run.organisationId,
    subjectKind: 'run',
    subjectId: run.id,
    tenantId: run.tenantId,
    type,
    data: toJson({ runId: run.id, ...data }),
  };
}

export function tenantEvent(
  tenant: { readonly id: string; readonly organisationId: string },
  type: string,
  data: object,
): NewEvent {
  return {
    organisationId: tenant.organisationId,
    subjectKind: 'tenant',
    subjectId: tenant.id,
    tenantId: tenant.id,
    type,
    data: toJson(data),
  };
}

export function orderEvent(
  order: { readonly id: string; readonly organisationId: string; readonly tenantId: string },
  data: { readonly state: string; readonly waitsFor: object },
): NewEvent {
  return {
    organisationId: order.organisationId,
    subjectKind: 'order',
    subjectId: order.id,
    tenantId: order.tenantId,
    type: 'order.state',
    data: toJson(data),
  };
}

/** Plain JSON of a value: dates become ISO text, bigints text, absent members go. */
export function toJson(value: object): Prisma.InputJsonObject {
  return JSON.parse(
    JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? String(member) : member)),
  ) as Prisma.InputJsonObject;
}
