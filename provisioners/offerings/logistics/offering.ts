/** Logistics cloud, as a preview: what it will hold and cost. It cannot be ordered yet. */
import { readContent, readCover } from '../../kit/content.ts';
import { deploymentModels } from '../../kit/models.ts';
import { defineOffering, text } from '../../kit/offering.ts';
import { standardPlans } from '../../kit/plans.ts';
import { invariants, kpis } from './measures.ts';
import { modules } from './modules.ts';
import { LogisticsParams, parameterFields } from './parameters.ts';
import { prices } from './prices.ts';
import { processes, stateMachine } from './processes.ts';

export default defineOffering({
  slug: 'logistics',
  version: '0.1.0',
  lifecycle: 'preview',
  params: LogisticsParams,
  parameterFields,
  prices,
  blueprint: null,
  pack: null,
  smoke: [],
  manifest: {
    hue: 205,
    name: text('Logistics Cloud', '物流云'),
    summary: text(
      'Waybills, routes, EPCIS 2.0 visibility and digital warehouse receipts.',
      '运单、路由、EPCIS 2.0 全程可视与数字仓单。',
    ),
    proof: text(
      'A parcel is booked, loaded, shipped and delivered; a receipt of 60 t is pledged, and a second one over the same goods is refused.',
      '一个包裹完成下单、装载、运输与签收；60 吨仓单完成质押，同一货物重复开单被拒绝。',
    ),
    content: readContent(import.meta.dirname),
    cover: readCover(import.meta.dirname),
    processes,
    stateMachine,
    models: deploymentModels(
      [],
      text(
        'Parties, consignees, contracts and receipts stay in your private instance. The edge answers public tracking, takes scans and booking requests, also while the two sides are apart.',
        '参与方、收件人、合同与仓单留在私有实例；边缘提供公开查询，接收扫描与预约，两侧断开期间照常工作。',
      ),
    ),
    plans: standardPlans('logistics', modules),
    modules: [...modules],
    api: null,
    kpis,
    invariants,
    tryIt: [],
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
