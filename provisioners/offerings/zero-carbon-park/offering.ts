/** Zero-carbon park: from the first reading to a retired certificate. The folder is the whole vertical; nothing outside names it. */
import path from 'node:path';
import { z } from 'zod';
import { readContent, readCover } from '../../kit/content.ts';
import { deploymentModels } from '../../kit/models.ts';
import { api, database, defineOffering, text } from '../../kit/offering.ts';
import { standardPlans } from '../../kit/plans.ts';
import { monthly } from '../../kit/price.ts';
import { bench } from './bench.ts';
import { invariants, kpis } from './measures.ts';
import * as pack from './pack/api.ts';
import { parameterFields, ParkParams } from './parameters.ts';
import { pictures } from './pictures.ts';
import { processes } from './processes.ts';
import { smoke } from './smoke.ts';
import { tryIt } from './try-it.ts';

/** Any function may meet a key that was used for another request, or a value it cannot take. */
const OF_EVERY_FUNCTION = ['ICZ03', 'ICZ09'];

export default defineOffering({
  slug: 'zero-carbon-park',
  version: '1.0.0',
  lifecycle: 'ga',
  params: ParkParams,
  parameterFields,
  prices: [
    monthly('zero-carbon-park.plan.S', 199, 29, 27),
    monthly('zero-carbon-park.plan.M', 999, 145, 135),
    monthly('zero-carbon-park.plan.L', 3_999, 579, 539),
  ],
  blueprint: ({ params: { sample_data: sampleData, ...params }, plan: { quotas } }) => [
    database('metering', {
      pack: 'zero-carbon-park',
      modules: [],
      params,
      storageGib: quotas.storageGib,
      apiConnections: quotas.apiConnections,
      sqlConnections: quotas.sqlConnections,
      tempFileMib: quotas.tempFileMib,
      seed: sampleData === 'demo' ? 'seed_demo' : null,
    }),
    api('v1', {
      of: 'metering',
      rps: quotas.rps,
      burst: quotas.burst,
      connections: quotas.apiConnections,
      storageGib: quotas.storageGib,
    }),
  ],
  pack: {
    name: 'zero-carbon-park',
    version: '1.0.0',
    directory: path.join(import.meta.dirname, 'pack'),
    extensions: ['btree_gist'],
  },
  smoke,
  bench,
  housekeeping: [{ function: 'forget_idempotency_keys', everySeconds: 86_400, body: {} }],
  manifest: {
    hue: 150,
    name: text('Zero-carbon Park', '零碳园区'),
    summary: text(
      'Meters, emission factors and certificates of a park in one account: what it used, what that emitted, what is still missing to zero.',
      '园区的计量、排放因子与绿证统一核算：用了多少能、排了多少碳、距零碳还差多少。',
    ),
    proof: text(
      'A day is metered and its emissions come out to the gram; a certificate is retired once, and not a watt-hour more than was consumed.',
      '计量一天用能，排放精确到克；绿证只能核销一次，且不超过实际用电一瓦时。',
    ),
    content: readContent(import.meta.dirname),
    cover: readCover(import.meta.dirname),
    processes,
    stateMachine: null,
    models: deploymentModels(
      ['public', 'private'],
      text(
        'Readings stay in your private instance; the balance by month goes to a public edge.',
        '读数留在私有实例，月度平衡发布到公有边缘。',
      ),
    ),
    plans: standardPlans('zero-carbon-park', []),
    modules: [],
    api: {
      functions: Object.entries(pack.functions).map(([name, { body, errors, ...facts }]) => ({
        name,
        ...facts,
        body: z.toJSONSchema(body, { io: 'input', target: 'draft-2020-12' }),
        errors: [...errors, ...OF_EVERY_FUNCTION],
      })),
      views: Object.entries(pack.views).map(([name, { key, ...facts }]) => ({ name, ...facts, key: [...key] })),
      errors: pack.errors,
    },
    kpis,
    invariants,
    tryIt,
    pictures,
    sizing: {
      transaction: text('Readings', '读数'),
      transactionsPerDayDefault: 10_000,
      tpcbPerTransaction: 0.1,
      readsPerWrite: 0.2,
      bytesPerTransaction: 160,
      keepDaysDefault: 1_095,
    },
  },
});
