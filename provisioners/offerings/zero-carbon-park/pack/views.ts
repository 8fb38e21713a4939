/** Views that a reader may page through. */
import { words, type ViewSpec } from './spec.ts';

const METER = words('Meter', '计量表');
const CARRIER = words('Carrier', '能源类型');
const ZONE = words('Zone', '分区');
const AT = words('Interval begins', '间隔起始');
const WH = words('Energy, Wh', '电量（瓦时）');
const CERTIFICATE = words('Certificate', '证书编号');
const MONTH = words('Month, UTC', '月份（UTC）');

/** A view of the core. */
export const viewOf = <const V extends Omit<ViewSpec, 'module'>>(spec: V): V & { readonly module: null } => ({
  ...spec,
  module: null,
});

export const views = {
  meters: viewOf({
    summary: words('Meters and when they last spoke', '计量表及最近读数时间'),
    key: ['meter'],
    columns: {
      meter: METER,
      name: words('Name', '名称'),
      carrier: CARRIER,
      zone: ZONE,
      building: words('Building', '建筑'),
      registered_at: words('Registered', '登记时间'),
      last_reading_at: words('Last reading', '最近读数时间'),
    },
  }),
  readings: viewOf({
    summary: words('Readings', '读数'),
    key: ['meter', 'at'],
    columns: {
      meter: METER,
      at: AT,
      wh: WH,
      received_at: words('Received', '接收时间'),
      corrected: words('Was corrected', '是否更正过'),
    },
  }),
  corrections: viewOf({
    summary: words('Corrections, append-only', '更正记录（只增不改）'),
    key: ['correction_id'],
    columns: {
      correction_id: words('Number', '编号'),
      meter: METER,
      at: AT,
      old_wh: words('Was, Wh', '原值（瓦时）'),
      new_wh: words('Became, Wh', '新值（瓦时）'),
      reason: words('Reason', '原因'),
      corrected_at: words('When', '更正时间'),
    },
  }),
  factors: viewOf({
    summary: words('Emission factors past, present and to come', '历史、当前与未来排放因子'),
    key: ['zone', 'carrier', 'valid_from'],
    columns: {
      zone: ZONE,
      carrier: CARRIER,
      valid_from: words('From', '生效时间'),
      valid_until: words('Until; empty: open', '失效时间（空为长期）'),
      grams_per_kwh: words('g CO₂e per kWh', '每千瓦时克数'),
      origin: words('Origin', '数据出处'),
      current: words('Holds now', '当前生效'),
    },
  }),
  certificates: viewOf({
    summary: words('Certificates and what is left of them', '绿证及其余量'),
    key: ['certificate_no'],
    columns: {
      certificate_no: CERTIFICATE,
      source: words('Made from', '能源来源'),
      made_from: words('Made from the', '生产起始日'),
      made_to: words('Made to the', '生产截止日'),
      zone: ZONE,
      wh: WH,
      retired_wh: words('Retired, Wh', '已核销（瓦时）'),
      left_wh: words('Left, Wh', '余量（瓦时）'),
    },
  }),
  retirements: viewOf({
    summary: words('What certificates were used for, append-only', '核销记录（只增不改）'),
    key: ['retirement_id'],
    columns: {
      retirement_id: words('Number', '编号'),
      certificate_no: CERTIFICATE,
      month: MONTH,
      wh: WH,
      retired_at: words('When', '核销时间'),
    },
  }),
  emissions_by_day: viewOf({
    summary: words('Energy and emissions by day, location-based', '每日能耗与排放（基于位置）'),
    key: ['day', 'zone', 'carrier'],
    columns: {
      day: words('Day, UTC', '日期（UTC）'),
      zone: ZONE,
      carrier: CARRIER,
      scope: words('Scope of the GHG Protocol', '范围（GHG Protocol）'),
      kwh: words('Energy, kWh', '能耗（千瓦时）'),
      kg: words('Emissions, kg CO₂e', '排放（千克二氧化碳当量）'),
      without_factor: words('Readings without a factor', '缺少因子的读数'),
    },
  }),
  balance_by_month: viewOf({
    summary: words('How close to zero, by month', '每月零碳平衡'),
    key: ['zone', 'month'],
    columns: {
      zone: ZONE,
      month: MONTH,
      grid_kwh: words('From the grid, kWh', '电网用电（千瓦时）'),
      solar_kwh: words('Solar of one’s own, kWh', '自发光伏（千瓦时）'),
      certified_kwh: words('Certified, kWh', '绿证抵扣（千瓦时）'),
      location_kg: words('Emissions by location, kg', '基于位置的排放（千克）'),
      market_kg: words('Emissions by market, kg', '基于市场的排放（千克）'),
      zero_carbon_percent: words('Electricity without carbon, %', '零碳电力占比（%）'),
    },
  }),
  invariants: viewOf({
    summary: words('Rules that always hold', '不变量检查'),
    key: ['rule'],
    columns: { rule: words('Rule', '规则'), violations: words('Violations; 0 when it holds', '违反次数（0 为正常）') },
  }),
  kpis: viewOf({
    summary: words('How the park is doing', '园区指标'),
    key: ['name'],
    columns: { name: words('Figure', '指标'), value: words('Value', '数值'), unit: words('Unit', '单位') },
  }),
} as const satisfies Record<string, ViewSpec>;
