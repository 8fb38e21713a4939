/** Zero-carbon park: from the first reading to a retired certificate. The folder is the whole vertical; nothing outside names it. */
import path from 'node:path';
import { readContent, readCover } from '../../kit/content.ts';
import { deploymentModels } from '../../kit/models.ts';
import { defineOffering, text } from '../../kit/offering.ts';
import { standardPlans } from '../../kit/plans.ts';
import { monthly } from '../../kit/price.ts';
import { apiDescription, edgeApiDescription } from './api.ts';
import { bench } from './bench.ts';
import { blueprint } from './blueprint.ts';
import { invariants, kpis } from './measures.ts';
import { parameterFields, ParkParams } from './parameters.ts';
import { pictures } from './pictures.ts';
import { processes } from './processes.ts';
import { smoke } from './smoke.ts';
import { tryIt } from './try-it.ts';

export default defineOffering({
  slug: 'zero-carbon-park',
  version: '1.2.0',
  lifecycle: 'ga',
  params: ParkParams,
  parameterFields,
  prices: [
    monthly('zero-carbon-park.plan.S', 199, 29, 27),
    monthly('zero-carbon-park.plan.M', 999, 145, 135),
    monthly('zero-carbon-park.plan.L', 3_999, 579, 539),
  ],
  blueprint,
  pack: {
    name: 'zero-carbon-park',
    version: '1.2.0',
    directory: path.join(import.meta.dirname, 'pack'),
    extensions: ['btree_gist'],
  },
  smoke,
  bench,
  housekeeping: [
    { function: 'forget_idempotency_keys', everySeconds: 86_400, body: {} },
    { function: 'settle_edge', everySeconds: 5, body: {}, models: ['hybrid'] },
    { function: 'forget_settled_batches', everySeconds: 30, body: {}, models: ['hybrid'], side: 'edge' },
    { function: 'forget_idempotency_keys', everySeconds: 86_400, body: {}, models: ['hybrid'], side: 'edge' },
  ],
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
      ['public', 'private', 'hybrid'],
      text(
        'Meters, readings and consumption stay in your private instance. Proofs of certificates and daily emissions go to the edge, where meters keep sending.',
        '计量表、读数与用能留在私有实例；绿证公开证明与每日排放发布到边缘，计量表照常提交读数。',
      ),
    ),
    plans: standardPlans('zero-carbon-park', []),
    modules: [],
    api: apiDescription,
    edgeApi: edgeApiDescription,
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
