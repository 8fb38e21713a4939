/** Bookings, and the public way of a parcel. */
import { z } from 'zod';
import { CompanyPrefix, Gln, Minor, Name, Reason, Service, Time, WaybillNo, words, type FunctionSpec } from './spec.ts';
import { trackingPage } from './tracking-page.ts';

const RELATION = { origin: '0614141000012', destination: '0614141000029' };

export const waybillFunctions = {
  quote_route: {
    summary: words('Ask for a route', '查询路由'),
    description: words(
      'The quickest way over at most 8 lanes, then the cheapest: legs, time, cost and the arrival that would be promised. Books nothing.',
      '在最多 8 段线路内求最快、其次最省的路由，返回各段、用时、费用与承诺送达时间，不下单。',
    ),
    body: z.strictObject({ origin: Gln, destination: Gln, service: Service.optional() }),
    writes: false,
    status: 200,
    errors: ['ICL01', 'ICL08'],
    example: { ...RELATION, service: 'standard' },
    module: null,
  },
  book: {
    summary: words('Book a waybill', '运单下单'),
    description: words(
      'Gives every parcel an SSCC and a tracking token, lays the route and promises the arrival. The same number with the same body answers as before; with another body it is refused. Names and addresses of the consignee stay inside.',
      '为每个包裹分配 SSCC 与查询令牌，规划路由并承诺送达时间。同一运单号、同一请求体重复提交，返回相同结果；请求体不同则拒绝。收件人姓名与地址不对外显示。',
    ),
    body: z.strictObject({
      waybillNo: WaybillNo.optional(),
      shipper: Gln,
      origin: Gln,
      destination: Gln,
      service: Service.optional(),
      consignee: z.record(z.string(), z.unknown()).optional(),
      consigneeGln: Gln.optional(),
      parcels: z
        .array(z.strictObject({ weightG: z.int().min(1).max(100_000_000).optional() }))
        .min(1)
        .max(200)
        .optional(),
      reference: Name.optional(),
      declaredMinor: Minor.optional(),
      issuer: CompanyPrefix.optional(),
      readyAt: Time.optional(),
    }),
    writes: true,
    status: 201,
    errors: ['ICL01', 'ICL08', 'ICL09', 'ICL14'],
    example: {
      shipper: '0614141000005',
      ...RELATION,
      consignee: { name: 'Zhao Wei', city: 'Shenzhen' },
      parcels: [{ weightG: 900 }, { weightG: 1_400 }],
    },
    module: null,
  },
  cancel_waybill: {
    summary: words('Cancel a waybill', '取消运单'),
    description: words('As long as none of its parcels has been seen by an event.', '仅限其全部包裹尚无任何事件时。'),
    body: z.strictObject({ waybillNo: WaybillNo, reason: Reason.optional() }),
    writes: true,
    status: 200,
    errors: ['ICL08', 'ICL13'],
    example: { waybillNo: 'W0000000001', reason: 'not needed' },
    module: null,
  },
  track: {
    summary: words('Track a parcel', '查询包裹'),
    description: words(
      'What anybody with the token may see: steps, times and cities. No name, no address, no number of a parcel. People without a key read it as a page, at `/t/<ref>/page/track/<trackToken>`, or `/t/<ref>/edge/page/track/<trackToken>` of a hybrid network.',
      '持令牌者可见的内容：节点、时间与城市；不含姓名、地址和包裹编号。无密钥者可打开页面 `/t/<ref>/page/track/<trackToken>`，混合部署为 `/t/<ref>/edge/page/track/<trackToken>`。',
    ),
    body: z.strictObject({ trackToken: z.string().min(1).max(64) }),
    writes: false,
    status: 200,
    errors: ['ICL08'],
    example: { trackToken: '0123456789abcdef0123456789abcdef' },
    module: null,
    page: trackingPage,
  },
  erase_consignee: {
    summary: words('Erase a consignee', '删除收件人信息'),
    description: words(
      'Removes name and address from a waybill for good; the waybill stays.',
      '永久清除运单上的姓名与地址，运单保留。',
    ),
    body: z.strictObject({ waybillNo: WaybillNo }),
    writes: true,
    status: 200,
    errors: ['ICL08'],
    example: { waybillNo: 'W0000000001' },
    module: null,
  },
} as const satisfies Record<string, FunctionSpec>;
