/** Logistics cloud: from the booking to the delivered parcel, and from goods in a warehouse to receipts. The folder is the whole vertical. */
import path from 'node:path';
import { readContent, readCover } from '../../kit/content.ts';
import { defineOffering, text } from '../../kit/offering.ts';
import { apiDescription, edgeApiDescription, invariants, kpis } from './api.ts';
import { bench } from './bench.ts';
import { blueprint } from './blueprint.ts';
import { modules } from './modules.ts';
import { LogisticsParams, parameterFields } from './parameters.ts';
import { pictures } from './pictures.ts';
import { models, plans } from './plans.ts';
import { prices } from './prices.ts';
import { processes, stateMachine } from './processes.ts';
import { smoke } from './smoke.ts';
import { tryIt } from './try-it.ts';

const DAY_S = 86_400;

export default defineOffering({
  slug: 'logistics',
  version: '1.1.0',
  lifecycle: 'ga',
  params: LogisticsParams,
  parameterFields,
  prices,
  blueprint,
  pack: {
    name: 'logistics',
    version: '1.1.0',
    directory: path.join(import.meta.dirname, 'pack'),
    extensions: ['btree_gist', 'ltree'],
  },
  smoke,
  bench,
  housekeeping: [
    { function: 'maintain_partitions', everySeconds: DAY_S, body: {} },
    { function: 'forget_idempotency_keys', everySeconds: DAY_S, body: {} },
    { function: 'purge_expired_personal_data', everySeconds: DAY_S, body: {} },
    { function: 'settle_edge', everySeconds: 5, body: {}, models: ['hybrid'] },
    { function: 'forget_idempotency_keys', everySeconds: DAY_S, body: {}, models: ['hybrid'], side: 'edge' },
  ],
  manifest: {
    hue: 205,
    name: text('Logistics Cloud', '物流云'),
    summary: text(
      'Waybills, routes, EPCIS 2.0 visibility and digital warehouse receipts.',
      '运单、路由、EPCIS 2.0 全程可视与数字仓单。',
    ),
    proof: text(
      'A parcel is booked, loaded on a pallet, moved with it and delivered, and its public page names nobody; with warehouse receipts, one over 60 t of 100 t is pledged and a second one over 60 t is refused.',
      '一个包裹完成下单、装托、随托盘运输与签收，其公开查询页不含任何姓名；启用数字仓单时，100 吨货物中的 60 吨仓单完成质押，再开 60 吨被拒绝。',
    ),
    content: readContent(import.meta.dirname),
    cover: readCover(import.meta.dirname),
    processes,
    stateMachine,
    models,
    plans,
    modules: [...modules],
    api: apiDescription,
    edgeApi: edgeApiDescription,
    kpis,
    invariants,
    tryIt,
    pictures,
    sizing: {
      transaction: text('Parcels', '包裹'),
      transactionsPerDayDefault: 1_000,
      tpcbPerTransaction: 19.2,
      readsPerWrite: 10,
      bytesPerTransaction: 18_000,
      keepDaysDefault: 730,
    },
  },
});
