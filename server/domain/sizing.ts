/**
 * Sizing: from business numbers to a plan, by formulas that the page shows beside their results. Pure; runs in the browser. The
 * coefficients are measured floors and planning defaults; each offering brings its own for a transaction (manifest `sizing`).
 */
import type { PlanCode, PlanSpec, SizingSpec } from './manifest.ts';

const SECONDS_PER_DAY = 86_400;
const GIB = 2 ** 30;

export const COEFFICIENTS = {
  /** TPC-B transactions a second of one core. */
  tpcbPerCore: 1_000,
  /** Indexed reads a second of one core. */
  readsPerCore: 9_500,
  /** Commits a second on one row. */
  commitsPerRow: 240,
  targetUtilisation: 0.6,
  /** CPU seconds of one API call. */
  apiCpuSeconds: 0.002,
  /** Time of a transaction in the database, seconds. */
  transactionSeconds: 0.01,
  /** Size of tables and indexes over the bytes kept. */
  bloat: 1.3,
  /** Free room that a plan's storage must leave. */
  storageHeadroom: 1.25,
  /** Cores of the largest primary before the data is split. */
  coresPerShard: 32,
  /** Peak share of the busiest key: an ordinary day. */
  hotShare: 0.01,
} as const;
export type Coefficients = { readonly [K in keyof typeof COEFFICIENTS]: number };

export interface SizingInput {
  readonly transactionsPerDay: number;
  /** Peak of a busy day over a normal day's average. */
  readonly peakFactor: number;
  readonly keepDays: number;
  /** Growth a year (0.3 is 30 %) over `years`. */
  readonly growth?: number;
  readonly years?: number;
  readonly hotShare?: number;
}

export type SizedResource = 'connections' | 'storage' | 'rps' | 'cores';

/** A resource that a plan has too little of. */
export interface Shortage {
  readonly plan: PlanCode;
  readonly resource: SizedResource;
  readonly needed: number;
  readonly quota: number;
  readonly unit: '' | 'GiB' | 'rps' | 'cores';
}

export interface Sizing {
  readonly averagePerSecond: number;
  readonly peakPerSecond: number;
  readonly writeCores: number;
  readonly readCores: number;
  readonly shards: number;
  readonly primaryCores: number;
  readonly replicas: number;
  readonly connections: number;
  readonly requestsPerSecond: number;
  readonly apiProcesses: number;
  readonly dataBytes: number;
  /** Stripes that one hot key needs; above 64 it must be split or queued. */
  readonly hotBuckets: number;
  /** The smallest plan that holds it; null: none does, talk to us. */
  readonly plan: PlanCode | null;
  /** Why each smaller plan does not do. */
  readonly shortages: readonly Shortage[];
  /** When storage alone stands in the way: keep fewer days and a smaller plan does. Null: no such way. */
  readonly remedy: { readonly keepDays: number; readonly plan: PlanCode } | null;
}

/** Size a volume.
 * @param plans ascending; those that the model allows */
export function sizeVolume(
  spec: SizingSpec,
  input: SizingInput,
  plans: readonly Pick<PlanSpec, 'code' | 'quotas'>[],
  coefficients: Coefficients = COEFFICIENTS,
): Sizing {
  const load = computeLoad(spec, input, coefficients);
  const shortagesOf = plans.map((plan) => findShortages(plan, load, coefficients));
  const index = shortagesOf.findIndex((shortages) => shortages.length === 0);
  const before = index === -1 ? shortagesOf : shortagesOf.slice(0, index);
  return {
    ...load,
    plan: plans[index]?.code ?? null,
    shortages: before.flat(),
    remedy: findRemedy(spec, input, plans, before, coefficients),
  };
}

type Load = Omit<Sizing, 'plan' | 'shortages' | 'remedy'>;

function computeLoad(spec: SizingSpec, input: SizingInput, c: Coefficients): Load {
  const growth = (1 + (input.growth ?? 0)) ** (input.years ?? 1);
  const averagePerSecond = (input.transactionsPerDay * growth) / SECONDS_PER_DAY;
  const peakPerSecond = averagePerSecond * input.peakFactor;
  const writeCores = (peakPerSecond * spec.tpcbPerTransaction) / (c.tpcbPerCore * c.targetUtilisation);
  const readCores = (peakPerSecond * spec.readsPerWrite) / (c.readsPerCore * c.targetUtilisation);
  const shards = Math.max(1, Math.ceil(writeCores / c.coresPerShard));
  const primaryCores = Math.max(1, Math.ceil(writeCores / shards));
  const spareCores = shards * primaryCores * c.targetUtilisation - writeCores;
  const requestsPerSecond = peakPerSecond * (1 + spec.readsPerWrite);
  const inFlight = peakPerSecond * c.transactionSeconds;
  const hot = peakPerSecond * (input.hotShare ?? c.hotShare);
  return {
    averagePerSecond,
    peakPerSecond,
    writeCores,
    readCores,
    shards,
    primaryCores,
    replicas: Math.ceil(Math.max(0, readCores - Math.max(0, spareCores)) / primaryCores),
    connections: Math.max(1, Math.min(Math.ceil(1.2 * inFlight), 2 * primaryCores + 1)),
    requestsPerSecond,
    apiProcesses: Math.max(1, Math.ceil((requestsPerSecond * c.apiCpuSeconds) / c.targetUtilisation)),
    dataBytes: input.transactionsPerDay * growth * spec.bytesPerTransaction * input.keepDays * c.bloat,
    hotBuckets: Math.max(1, Math.ceil(hot / (c.commitsPerRow * c.targetUtilisation))),
  };
}

function findShortages(plan: Pick<PlanSpec, 'code' | 'quotas'>, load: Load, c: Coefficients): Shortage[] {
  const { quotas } = plan;
  const rows: Omit<Shortage, 'plan'>[] = [
    { resource: 'connections', needed: load.connections, quota: quotas.apiConnections, unit: '' },
    { resource: 'storage', needed: (load.dataBytes * c.storageHeadroom) / GIB, quota: quotas.storageGib, unit: 'GiB' },
    { resource: 'rps', needed: load.requestsPerSecond, quota: quotas.rps, unit: 'rps' },
    { resource: 'cores', needed: load.writeCores + load.readCores, quota: quotas.cpu, unit: 'cores' },
  ];
  return rows.filter((row) => row.needed > row.quota).map((row) => ({ plan: plan.code, ...row }));
}

/** Months, so that the advice is one that people can act on. */
const REMEDY_STEP_DAYS = 30;

function findRemedy(
  spec: SizingSpec,
  input: SizingInput,
  plans: readonly Pick<PlanSpec, 'code' | 'quotas'>[],
  shortagesOf: readonly (readonly Shortage[])[],
  c: Coefficients,
): Sizing['remedy'] {
  const index = shortagesOf.findIndex((shortages) => shortages.every(({ resource }) => resource === 'storage'));
  const plan = plans[index];
  if (plan === undefined) return null;
  const perDay = computeLoad(spec, { ...input, keepDays: 1 }, c).dataBytes * c.storageHeadroom;
  const keepDays = Math.floor((plan.quotas.storageGib * GIB) / perDay / REMEDY_STEP_DAYS) * REMEDY_STEP_DAYS;
  return keepDays > 0 ? { keepDays, plan: plan.code } : null;
}
