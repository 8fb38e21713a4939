/** Numbers, parties, facilities and the lanes between them. */
import { z } from 'zod';
import { CompanyPrefix, Gln, Minor, Name, Service, words, type FunctionSpec } from './spec.ts';

export const networkFunctions = {
  check_identifier: {
    summary: words('Check a number', '校验编号'),
    description: words(
      'An SSCC, GLN or GTIN, bare or as a URI: answers its one form as a GS1 Digital Link. With a wrong check digit it is refused, and the right digit is named.',
      '接受 SSCC、GLN 或 GTIN，可为纯数字或 URI；返回其唯一的 GS1 Digital Link 形式。校验位有误时拒绝，并给出正确的校验位。',
    ),
    body: z.strictObject({ id: z.string().min(1).max(500) }),
    writes: false,
    status: 200,
    errors: [],
    example: { id: '106141412345678908' },
    module: null,
  },
  add_issuer: {
    summary: words('Add an issuer of numbers', '添加编号签发方'),
    description: words(
      'Lets parcels carry numbers under another company prefix, with a serial of its own. Your own prefix needs no entry.',
      '允许包裹使用其他厂商识别代码编号，流水号相互独立。贵司自己的代码无需登记。',
    ),
    body: z.strictObject({ companyPrefix: CompanyPrefix, name: Name, extension: z.string().length(1).optional() }),
    writes: true,
    status: 201,
    errors: ['ICL09'],
    example: { companyPrefix: '4012345', name: 'Meyer Versand' },
    module: null,
  },
  create_party: {
    summary: words('Add a party', '新增参与方'),
    description: words(
      'Shipper, carrier, consignee, warehouse or financier. Without a GLN it gets one under your company prefix. Contact data are kept, and shown by no view.',
      '发货人、承运人、收货人、仓库或出资方。未提供 GLN 时按贵司厂商识别代码生成。联系方式仅保存，不在任何视图中显示。',
    ),
    body: z.strictObject({
      gln: Gln.optional(),
      name: Name,
      role: z.enum(['shipper', 'carrier', 'consignee', 'warehouse', 'financier']),
      contact: z.record(z.string(), z.unknown()).optional(),
    }),
    writes: true,
    status: 201,
    errors: ['ICL09', 'ICL14'],
    example: { name: 'Qinghe Textiles', role: 'shipper' },
    module: null,
  },
  create_facility: {
    summary: words('Add a facility', '新增场站'),
    description: words(
      'A hub, warehouse, station or port in one of your regions. Public tracking shows its city.',
      '位于所设区域内的枢纽、仓库、站点或港口。公开查询中显示其所在城市。',
    ),
    body: z.strictObject({
      gln: Gln.optional(),
      name: Name,
      kind: z.enum(['hub', 'warehouse', 'station', 'port']),
      city: z.string().min(1).max(100),
      region: z.string().min(1).max(10).optional(),
      lat: z.number().min(-90).max(90).optional(),
      lon: z.number().min(-180).max(180).optional(),
    }),
    writes: true,
    status: 201,
    errors: ['ICL09', 'ICL14'],
    example: { name: 'Wuhan hub', kind: 'hub', city: 'Wuhan', lat: 30.58, lon: 114.3 },
    module: null,
  },
  set_lane: {
    summary: words('Set a lane', '设置线路'),
    description: words(
      'Adds a lane from one facility to another, or changes its time, cost and capacity. Waybills that are booked keep their route.',
      '新增两个场站之间的线路，或修改其时效、费用与运力。已下单的运单保持原路由。',
    ),
    body: z.strictObject({
      from: Gln,
      to: Gln,
      service: Service.optional(),
      transitMinutes: z.int().min(1).max(100_000),
      costMinor: Minor.optional(),
      dailyCapacity: z.int().min(1).max(10_000_000).optional(),
    }),
    writes: true,
    status: 200,
    errors: ['ICL08'],
    example: {
      from: '0614141000012',
      to: '0614141000029',
      transitMinutes: 600,
      costMinor: '1200',
      dailyCapacity: 5_000,
    },
    module: null,
  },
  remove_lane: {
    summary: words('Remove a lane', '删除线路'),
    description: words('New bookings no longer use it.', '新的下单不再使用该线路。'),
    body: z.strictObject({ from: Gln, to: Gln, service: Service.optional() }),
    writes: true,
    status: 200,
    errors: ['ICL08'],
    example: { from: '0614141000012', to: '0614141000029' },
    module: null,
  },
} as const satisfies Record<string, FunctionSpec>;
