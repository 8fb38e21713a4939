/**
 * How near a tenant is to what its plan gives, quota by quota, and what is told of it: at 80 %, at 95 %, and when something was refused.
 * Pure; the worker measures, the target says what holds.
 */
import { z } from 'zod';

export const QUOTA_NAMES = ['storage', 'rate', 'connections', 'sqlConnections', 'tempFiles', 'cpu', 'memory'] as const;
export const QuotaName = z.enum(QUOTA_NAMES);
export type QuotaName = z.infer<typeof QuotaName>;

export const QUOTA_LEVELS = ['ok', 'warn', 'alert', 'full'] as const;
export const QuotaLevel = z.enum(QUOTA_LEVELS);
export type QuotaLevel = z.infer<typeof QuotaLevel>;

const WARN = 0.8;
const ALERT = 0.95;

/** `enforced`: what is beyond it is refused; `advisory`: it is asked for, and no more. */
export const QuotaHold = z.enum(['enforced', 'advisory']);
export type QuotaHold = z.infer<typeof QuotaHold>;

export const QuotaUse = z.object({
  /** In the unit of the quota; null when it cannot be measured. */
  used: z.number().nullable(),
  max: z.number(),
  level: QuotaLevel,
  /** Calls that were refused for it in the last minutes. */
  refused: z.int(),
  hold: QuotaHold,
});
export type QuotaUse = z.infer<typeof QuotaUse>;

export const SideUse = z.partialRecord(QuotaName, QuotaUse);
export type SideUse = z.infer<typeof SideUse>;

/** Of a hybrid tenant, each side has its own. */
export const QUOTA_SIDES = ['record', 'edge'] as const;
export type QuotaSide = (typeof QUOTA_SIDES)[number];
export const QuotaUses = z.object({ record: SideUse.default({}), edge: SideUse.default({}) });
export type QuotaUses = z.infer<typeof QuotaUses>;

/** What the storage watcher and the sampler wrote of a tenant. */
export const MeasuredUse = z.object({
  storageBytes: z.number().optional(),
  storageLevel: QuotaLevel.optional(),
  /** Of the public side. */
  edgeStorage: z.object({ usedBytes: z.number(), maxBytes: z.number(), level: QuotaLevel }).optional(),
  quotas: QuotaUses.optional(),
});
export type MeasuredUse = z.infer<typeof MeasuredUse>;

const GIB = 2 ** 30;

/** @param refused what was turned away is full, however much is used on average */
export function levelOf(used: number | null, max: number, refused = 0): QuotaLevel {
  if (refused > 0) return 'full';
  if (used === null || max <= 0) return 'ok';
  const share = used / max;
  if (share >= 1) return 'full';
  if (share >= ALERT) return 'alert';
  return share >= WARN ? 'warn' : 'ok';
}

/** A quota whose end is met by waiting for a moment: reached, nothing was refused yet. */
export function softLevelOf(used: number | null, max: number, refused: number): QuotaLevel {
  const level = levelOf(used, max, refused);
  return level === 'full' && refused === 0 ? 'alert' : level;
}

/** Everything that is known of a tenant's quotas, storage among it, in GiB. */
export function quotaUses(usage: MeasuredUse, { storageGib }: { readonly storageGib: number }): QuotaUses {
  const { storageBytes, storageLevel, edgeStorage, quotas = { record: {}, edge: {} } } = usage;
  const storage = (bytes: number, gib: number, level: QuotaLevel): SideUse => ({
    storage: { used: bytes / GIB, max: gib, level, refused: 0, hold: 'enforced' },
  });
  return {
    record: { ...storage(storageBytes ?? 0, storageGib, storageLevel ?? 'ok'), ...quotas.record },
    edge: {
      ...(edgeStorage && storage(edgeStorage.usedBytes, edgeStorage.maxBytes / GIB, edgeStorage.level)),
      ...quotas.edge,
    },
  };
}

export interface QuotaTurn {
  readonly side: QuotaSide;
  readonly quota: QuotaName;
  readonly before: QuotaLevel;
  readonly use: QuotaUse;
}

/** The processors' use comes and goes by the second: it is shown, and no part of a tenant's history. */
const UNTOLD: ReadonlySet<QuotaName> = new Set(['cpu']);

/** Quotas whose level is another one than before. */
export function turnsOf(before: QuotaUses, after: QuotaUses): readonly QuotaTurn[] {
  return QUOTA_SIDES.flatMap((side) =>
    QUOTA_NAMES.flatMap((quota): QuotaTurn[] => {
      const use = after[side][quota];
      const level = before[side][quota]?.level ?? 'ok';
      return use === undefined || UNTOLD.has(quota) || use.level === level ? [] : [{ side, quota, before: level, use }];
    }),
  );
}
