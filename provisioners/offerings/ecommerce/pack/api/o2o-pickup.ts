/** What the module o2o-pickup adds to the API. */
import { z } from 'zod';
import { Location, Name, OrderNo, Time, words, type FunctionSpec, type ViewSpec } from './spec.ts';

const MODULE = 'o2o-pickup';
const TimeOfDay = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'a time of day such as 09:00');

export const pickupFunctions = {
  set_store: {
    summary: words('Open or change a store', '设置门店'),
    description: words(
      'A location of stock where buyers fetch their goods, with slots of limited room. Slots that exist keep their room.',
      '买家自提商品的仓位，按时段限量。已存在的时段容量不变。',
    ),
    body: z.strictObject({
      location: Location,
      name: Name,
      slotMinutes: z.int().min(5).max(1_440).optional(),
      perSlot: z.int().min(1).max(10_000).optional(),
      opens: TimeOfDay.optional(),
      closes: TimeOfDay.optional(),
      timeZone: z.string().min(1).max(60).optional(),
      open: z.boolean().optional(),
    }),
    writes: true,
    status: 200,
    errors: [],
    example: { location: 'SH-01', name: 'Shanghai, Jing’an', slotMinutes: 30, perSlot: 12 },
    module: MODULE,
  },
  book_pickup: {
    summary: words('Book a pickup slot', '预约自提时段'),
    description: words(
      'For an order that was placed in this store’s location. Answers the handover code, which is kept as a hash only; booking again moves the pickup and makes a new code.',
      '适用于在该门店仓位下单的订单。返回提货码，系统仅保存其哈希；再次预约会改期并生成新的提货码。',
    ),
    body: z.strictObject({ orderNo: OrderNo, startsAt: Time }),
    writes: true,
    status: 201,
    errors: ['ICO01', 'ICO08', 'ICO19'],
    example: { orderNo: 'O0000000001', startsAt: '2026-12-01T10:00:00+08:00' },
    module: MODULE,
  },
  hand_over: {
    summary: words('Hand the goods over', '门店交付'),
    description: words(
      'To who knows the code of an order that is ready. The goods leave the stock.',
      '凭提货码交付已备好的订单，商品随即出库。',
    ),
    body: z.strictObject({ orderNo: OrderNo, code: z.string().min(1).max(20) }),
    writes: true,
    status: 200,
    errors: ['ICO01', 'ICO08', 'ICO18'],
    example: { orderNo: 'O0000000001', code: '20471193' },
    module: MODULE,
  },
} as const satisfies Record<string, FunctionSpec>;

const location = words('Store', '门店仓位');
const startsAt = words('Starts', '开始时间');

export const pickupViews = {
  stores: {
    summary: words('Stores where goods can be fetched', '自提门店'),
    key: ['location'],
    columns: {
      location,
      name: words('Name', '名称'),
      slot_minutes: words('Slot, minutes', '时段长度（分钟）'),
      per_slot: words('Room of a new slot', '每时段容量'),
      opens: words('Opens', '营业开始'),
      closes: words('Closes', '营业结束'),
      time_zone: words('Time zone', '时区'),
      open: words('Takes pickups', '是否开放自提'),
    },
    module: MODULE,
  },
  pickup_slots: {
    summary: words('Slots with pickups', '已有预约的时段'),
    key: ['location', 'starts_at'],
    columns: {
      location,
      starts_at: startsAt,
      room: words('Room', '容量'),
      booked: words('Booked', '已预约'),
      left_over: words('Left', '剩余'),
    },
    module: MODULE,
  },
  pickups: {
    summary: words('Pickups and their state', '自提单及其状态'),
    key: ['order_no'],
    columns: {
      order_no: words('Order', '订单号'),
      location,
      starts_at: startsAt,
      state: words('State', '状态'),
      order_state: words('State of the order', '订单状态'),
      booked_at: words('Booked at', '预约时间'),
      handed_over_at: words('Handed over at', '交付时间'),
    },
    module: MODULE,
  },
} as const satisfies Record<string, ViewSpec>;

export const pickupInvariants = {
  slots_match_pickups: words('Places taken in a slot equal its pickups', '时段占用数与自提单一致'),
  pickups_match_orders: words('A pickup stands as its order does', '自提单与订单状态一致'),
} as const;
