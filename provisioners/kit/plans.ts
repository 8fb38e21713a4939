/**
 * Plans that all offerings share: the same quotas, backups and support under the same letters, so that S means S everywhere. An offering
 * says what its plans include and cost.
 */
import type { PlanSpec, Quotas } from '../../server/domain/manifest.ts';
import { text } from './offering.ts';

type PlanCode = PlanSpec['code'];

export const QUOTAS = {
  S: {
    apiConnections: 5,
    sqlConnections: 0,
    storageGib: 1,
    rps: 20,
    burst: 40,
    tempFileMib: 64,
    cpu: 0.25,
    replicas: 0,
  },
  M: {
    apiConnections: 15,
    sqlConnections: 2,
    storageGib: 10,
    rps: 100,
    burst: 200,
    tempFileMib: 512,
    cpu: 0.5,
    replicas: 0,
  },
  L: {
    apiConnections: 40,
    sqlConnections: 5,
    storageGib: 50,
    rps: 300,
    burst: 600,
    tempFileMib: 4_096,
    cpu: 1,
    replicas: 1,
  },
  XL: {
    apiConnections: 200,
    sqlConnections: 20,
    storageGib: 500,
    rps: 3_000,
    burst: 6_000,
    tempFileMib: 32_768,
    cpu: 4,
    replicas: 2,
  },
} as const satisfies Record<PlanCode, Quotas>;

const BACKUP = {
  S: text('Daily, kept 7 days', '每天一次，保留 7 天'),
  M: text('Every 6 hours, kept 14 days', '每 6 小时一次，保留 14 天'),
  L: text('Continuous, at most 5 min of data lost, kept 35 days', '持续归档，最多丢失 5 分钟数据，保留 35 天'),
  XL: text('Continuous, kept 35 days', '持续归档，保留 35 天'),
} as const;

const SUPPORT = {
  S: text('Next working day; back within 24 h', '次工作日响应，24 小时内恢复'),
  M: text('Working hours; back within 8 h', '工作时间响应，8 小时内恢复'),
  L: text('Day and night; back within 1 h', '全天候响应，1 小时内恢复'),
  XL: text('Day and night; back within 15 min', '全天候响应，15 分钟内恢复'),
} as const;

/** A hybrid S edge would be too small for a replication slot and two APIs. */
const MODELS = {
  S: ['public', 'private'],
  M: ['public', 'private', 'hybrid'],
  L: ['public', 'private', 'hybrid'],
  XL: ['public', 'private', 'hybrid'],
} as const satisfies Record<PlanCode, PlanSpec['models']>;

/** S, M, L and XL of an offering; XL is by quote only.
 * @param includedIn plans that include each module, to count them */
export function standardPlans(
  slug: string,
  modules: readonly { readonly includedIn: readonly PlanCode[] }[],
): PlanSpec[] {
  return (Object.keys(QUOTAS) as PlanCode[]).map((code) => ({
    code,
    sku: `${slug}.plan.${code}`,
    models: [...MODELS[code]],
    orderable: code !== 'XL',
    quotas: QUOTAS[code],
    backup: BACKUP[code],
    support: SUPPORT[code],
    modulesIncluded: modules.filter(({ includedIn }) => includedIn.includes(code)).length,
  }));
}
