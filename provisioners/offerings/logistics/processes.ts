/** What the logistics cloud does, by business process, with the standard each follows. */
import type { Manifest } from '../../../server/domain/manifest.ts';
import { text } from '../../kit/offering.ts';

export const processes: Manifest['processes'] = [
  {
    code: 'identity',
    name: text('Units, places and parties', '货物单元、地点与参与方'),
    standard: 'GS1 SSCC-18, GLN-13, GS1 Digital Link',
    what: text(
      'Every parcel and place carries a number whose check digit the database verifies, and a web address after GS1 Digital Link.',
      '每个包裹与地点都有编号，校验位由数据库验证，并带有符合 GS1 Digital Link 的网址。',
    ),
  },
  {
    code: 'booking',
    name: text('Waybills, parcels and routes', '运单、包裹与路由'),
    standard: 'Lanes by service, transit time and cost',
    what: text(
      'A booking finds the best route of up to 8 hops over your lanes and promises a time of arrival.',
      '下单时在您的线路上求出最多 8 段的最优路由，并给出承诺送达时间。',
    ),
  },
  {
    code: 'visibility',
    name: text('Events along the way', '全程可视'),
    standard: 'GS1 EPCIS 2.0 and CBV 2.0, REST binding, JSON-LD',
    what: text(
      'Object, aggregation, transaction, transformation and association events; the same event captured twice stays one. Partners capture and query it under the standard’s own path, epcis/v2.',
      '对象、聚合、交易、转换与关联五类事件；同一事件重复采集仍只有一条。合作伙伴可通过标准路径 epcis/v2 采集与查询。',
    ),
  },
  {
    code: 'containment',
    name: text('What is inside what', '装载关系'),
    standard: 'EPCIS aggregation; temporal keys',
    what: text(
      'A parcel is on one pallet, a pallet in one truck, at any instant. What happens to the pallet happens to its parcels.',
      '任一时刻，一个包裹只在一个托盘上，一个托盘只在一辆车上。托盘发生的事件同样作用于其上的包裹。',
    ),
  },
  {
    code: 'warehouse',
    name: text('Receiving to counting', '收货至盘点'),
    standard: 'Bins as paths, tasks, waves',
    what: text('Receive, put away, pick, pack, count.', '收货、上架、拣选、打包、盘点。'),
  },
  {
    code: 'warehouse-receipts',
    name: text('Digital warehouse receipts', '大宗商品数字仓单'),
    standard: 'UNCITRAL/UNIDROIT Model Law on Warehouse Receipts (2024), UN/ECE Rec 20',
    what: text(
      'Issue, pledge, split, transfer and withdraw receipts over bulk goods. A lot is never receipted twice, and every act is chained by hash.',
      '对大宗货物开立、质押、拆分、转让与注销仓单。同一批货物不会重复开单，每一步操作以哈希相链。',
    ),
  },
  {
    code: 'tracking',
    name: text('Public tracking', '公开查询'),
    standard: 'Token, time, step and city only',
    what: text(
      'Whoever has the link sees where the parcel is, and nothing about who gets it.',
      '持有链接者可查看包裹所在城市与节点，看不到任何收件人信息。',
    ),
  },
];

type State = NonNullable<Manifest['stateMachine']>['states'][number];
const state = (code: string, en: string, zh: string, terminal = false): State => ({
  code,
  name: text(en, zh),
  terminal,
});

/** Of a warehouse receipt. */
export const stateMachine: NonNullable<Manifest['stateMachine']> = {
  title: text('States of a warehouse receipt', '仓单状态'),
  states: [
    state('active', 'Active', '有效'),
    state('pledged', 'Pledged', '已质押'),
    state('split', 'Split', '已拆分', true),
    state('withdrawn', 'Withdrawn', '已提货', true),
    state('cancelled', 'Given back', '已退回', true),
  ],
  transitions: [
    { from: 'active', to: 'pledged' },
    { from: 'pledged', to: 'active' },
    { from: 'active', to: 'split' },
    { from: 'active', to: 'withdrawn' },
    { from: 'active', to: 'cancelled' },
  ],
};

type Machine = Pick<NonNullable<Manifest['stateMachine']>, 'states' | 'transitions'>;

/** The usual life of a parcel. Its events may come in any order; the latest one tells. */
export const parcelMachine: Machine = {
  states: [
    state('created', 'Booked', '已下单'),
    state('picked_up', 'Picked up', '已揽收'),
    state('in_transit', 'In transit', '运输中'),
    state('out_for_delivery', 'Out for delivery', '派送中'),
    state('delivered', 'Delivered', '已送达', true),
    state('exception', 'Exception', '异常'),
    state('returned', 'Returned', '已退回', true),
    state('cancelled', 'Cancelled', '已取消', true),
  ],
  transitions: [
    { from: 'created', to: 'picked_up' },
    { from: 'created', to: 'cancelled' },
    { from: 'picked_up', to: 'in_transit' },
    { from: 'in_transit', to: 'out_for_delivery' },
    { from: 'in_transit', to: 'exception' },
    { from: 'exception', to: 'in_transit' },
    { from: 'exception', to: 'returned' },
    { from: 'out_for_delivery', to: 'delivered' },
  ],
};

export const PARCEL_STATES = Object.fromEntries(parcelMachine.states.map(({ code, name }) => [code, name]));

/** Steps of CBV that a parcel usually meets, in words. */
export const STEP_WORDS = {
  collecting: text('Collected', '已揽收'),
  packing: text('Packed', '已装托'),
  loading: text('Loaded', '已装车'),
  departing: text('Departed', '已发出'),
  shipping: text('Shipped', '已发运'),
  transporting: text('On the way', '运输中'),
  arriving: text('Arrived', '已到达'),
  unloading: text('Unloaded', '已卸车'),
  unpacking: text('Unpacked', '已拆托'),
  storing: text('Stored', '已入库'),
  staging_outbound: text('Out for delivery', '派送中'),
  receiving: text('Received', '已收货'),
  accepting: text('Handed over', '已签收'),
  inspecting: text('Inspected', '已检查'),
  holding: text('Held', '已暂扣'),
  other: text('Seen', '已记录'),
} as const;
