/** Optional parts of the logistics cloud. Included in a plan means installed with it; the others have a price of their own. */
import type { ModuleSpec, PlanSpec } from '../../../server/domain/manifest.ts';
import type { LocalText } from '../../../server/domain/text.ts';
import { upcomingModule } from '../../kit/modules.ts';
import { text } from '../../kit/offering.ts';

const listed = (code: string, name: LocalText, effect: LocalText, ...includedIn: PlanSpec['code'][]): ModuleSpec =>
  upcomingModule('logistics', code, name, effect, includedIn);

/** One that can be chosen. */
const offered = (...of: Parameters<typeof listed>): ModuleSpec => ({
  ...listed(...of),
  selectable: true,
  notYet: null,
});

export const modules: readonly ModuleSpec[] = [
  offered(
    'wms',
    text('Warehouse management', '仓储管理'),
    text(
      'Bins, put-away and picking tasks, waves that reserve before anybody walks, counts.',
      '库位、上架与拣选任务、先预留后拣选的波次、盘点。',
    ),
    'M',
    'L',
    'XL',
  ),
  listed(
    'last-mile',
    text('Last mile', '末端配送'),
    text(
      'Delivery stations, the courier’s scans, proof of delivery with a signature.',
      '配送站、快递员扫描、电子签收。',
    ),
    'M',
    'L',
    'XL',
  ),
  offered(
    'warehouse-receipts',
    text('Warehouse receipts', '数字仓单'),
    text(
      'Electronic receipts for bulk goods: issue, pledge, release, split, transfer, withdraw; every act chained by hash.',
      '大宗商品电子仓单：开立、质押、解押、拆分、转让、注销，每一步操作以哈希相链。',
    ),
    'L',
    'XL',
  ),
  listed(
    'routing-plus',
    text('Advanced routing', '高级路由'),
    text(
      'Lane capacity, cut-off times and several goals at once: time, cost, carbon.',
      '线路运力、截单时间，以及时效、成本、碳排的多目标求解。',
    ),
    'L',
    'XL',
  ),
  listed(
    'returns-logistics',
    text('Returns logistics', '逆向物流'),
    text('Collection, inspection and the way back, linked to the order.', '揽收、验货与回程，并与原订单关联。'),
    'L',
    'XL',
  ),
  listed(
    'pledge-finance',
    text('Pledge finance', '仓单质押融资'),
    text(
      'Loans against receipts, as two-phase transfers in a finance cloud of the same organisation.',
      '以仓单质押放款，在同一组织的金融云中以两阶段转账完成。',
    ),
    'XL',
  ),
  listed(
    'cold-chain-iot',
    text('Cold chain', '冷链监测'),
    text('Sensor readings as EPCIS elements, with alert rules.', '以 EPCIS 要素记录传感数据，并设告警规则。'),
    'XL',
  ),
  listed(
    'customs',
    text('Customs data', '报关数据'),
    text('Declaration data kept with the consignment.', '随托运单保存申报数据。'),
    'XL',
  ),
  listed(
    'carbon',
    text('Carbon footprint', '碳足迹'),
    text('Grams of CO₂e for each parcel, with ISO 14083 factors.', '按 ISO 14083 因子核算每个包裹的 CO₂e 克数。'),
    'XL',
  ),
  listed(
    'partner-edi',
    text('Partner connections', '伙伴对接'),
    text('Webhooks and EPCIS subscriptions for carriers and customers.', '面向承运商与客户的 Webhook 与 EPCIS 订阅。'),
    'XL',
  ),
  listed(
    'freight-billing',
    text('Freight billing', '运费结算'),
    text('Rates, surcharges and statements by customer.', '费率、附加费与客户对账单。'),
    'XL',
  ),
];

/** Codes of the modules a tenant gets: what was chosen, and what its plan includes, as far as it can be had; in catalogue order. */
export function installedModules(chosen: readonly string[], plan: PlanSpec['code']): string[] {
  return modules
    .filter(({ code, selectable, includedIn }) => selectable && (chosen.includes(code) || includedIn.includes(plan)))
    .map(({ code }) => code);
}
