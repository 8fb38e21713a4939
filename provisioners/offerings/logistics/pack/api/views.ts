/** Views of the core that a reader may page through. */
import { words, type ViewSpec } from './spec.ts';

const GLN = words('GLN', 'GLN 编号');
const NAME = words('Name', '名称');
const CITY = words('City', '城市');
const SERVICE = words('Service', '服务');
const CREATED = words('Created', '创建时间');
const WAYBILL = words('Waybill', '运单号');
const EVENT_TIME = words('When it happened', '事件时间');
const EVENT_ID = words('Event', '事件编号');
const STEP = words('Business step', '业务步骤');
const DISPOSITION = words('Disposition', '处置状态');
const PLACE = words('Place, as a URI', '地点（URI）');
const FACILITY = words('Facility', '场站');
const CHILD = words('What is inside', '被装载物');
const PARENT = words('Container', '容器');
const SINCE = words('Since', '起始时间');
const STATE = words('State', '状态');

export const views = {
  parties: {
    summary: words('Parties', '参与方'),
    key: ['gln'],
    columns: { gln: GLN, name: NAME, role: words('Role', '角色'), created_at: CREATED },
    module: null,
  },
  facilities: {
    summary: words('Facilities', '场站'),
    key: ['gln'],
    columns: {
      gln: GLN,
      uri: words('GS1 Digital Link', 'GS1 Digital Link 网址'),
      name: NAME,
      kind: words('Kind', '类型'),
      city: CITY,
      region: words('Region', '区域'),
      lat: words('Latitude', '纬度'),
      lon: words('Longitude', '经度'),
      created_at: CREATED,
    },
    module: null,
  },
  lanes: {
    summary: words('Lanes by service', '各服务的线路'),
    key: ['from_gln', 'service', 'to_gln'],
    columns: {
      from_gln: words('From', '起点'),
      service: SERVICE,
      to_gln: words('To', '终点'),
      from_city: words('From city', '起点城市'),
      to_city: words('To city', '终点城市'),
      transit_minutes: words('Transit, minutes', '运输时长（分钟）'),
      cost_minor: words('Cost, minor units', '费用（最小货币单位）'),
      daily_capacity: words('Parcels a day', '日运力（件）'),
    },
    module: null,
  },
  issuers: {
    summary: words('Issuers of numbers beside yourself', '其他编号签发方'),
    key: ['company_prefix'],
    columns: {
      company_prefix: words('Company prefix', '厂商识别代码'),
      name: NAME,
      extension: words('Extension digit', '扩展位'),
      added_at: CREATED,
    },
    module: null,
  },
  waybills: {
    summary: words('Waybills, without consignees', '运单（不含收件人）'),
    key: ['waybill_no'],
    columns: {
      waybill_no: WAYBILL,
      shipper: words('Shipper', '发货人'),
      origin: words('Origin', '始发'),
      destination: words('Destination', '目的地'),
      service: SERVICE,
      reference: words('Reference', '参考号'),
      cost_minor: words('Cost, minor units', '费用（最小货币单位）'),
      declared_minor: words('Declared value, minor units', '声明价值（最小货币单位）'),
      booked_at: words('Booked', '下单时间'),
      promised_at: words('Promised', '承诺送达'),
      cancelled_at: words('Cancelled', '取消时间'),
      parcels: words('Parcels', '包裹数'),
      delivered: words('Delivered', '已送达数'),
    },
    module: null,
  },
  parcels: {
    summary: words('Parcels and where they are', '包裹及其位置'),
    key: ['sscc'],
    columns: {
      sscc: words('SSCC', 'SSCC 编号'),
      epc: words('GS1 Digital Link', 'GS1 Digital Link 网址'),
      waybill_no: WAYBILL,
      seq: words('Number on the waybill', '运单内序号'),
      weight_g: words('Weight, g', '重量（克）'),
      state: STATE,
      place: PLACE,
      city: CITY,
      scans: words('Events', '事件数'),
      had_exception: words('Had an exception', '曾有异常'),
      first_event: words('First event', '首个事件'),
      last_event: words('Last event', '最近事件'),
      delivered_at: words('Delivered', '送达时间'),
      promised_at: words('Promised', '承诺送达'),
      inside: words('Inside', '所在容器'),
      track_token: words('Tracking token', '查询令牌'),
    },
    module: null,
  },
  legs: {
    summary: words('Planned legs of waybills', '运单的计划路段'),
    key: ['waybill_no', 'seq'],
    columns: {
      waybill_no: WAYBILL,
      seq: words('Leg', '路段'),
      from_gln: words('From', '起点'),
      to_gln: words('To', '终点'),
      from_city: words('From city', '起点城市'),
      to_city: words('To city', '终点城市'),
      plan_dep: words('Departs', '计划出发'),
      plan_arr: words('Arrives', '计划到达'),
    },
    module: null,
  },
  parcel_path: {
    summary: words('Every event that touched a parcel', '包裹经历的全部事件'),
    key: ['sscc', 'event_time', 'event_id'],
    columns: {
      sscc: words('SSCC', 'SSCC 编号'),
      event_time: EVENT_TIME,
      event_id: EVENT_ID,
      biz_step: STEP,
      disposition: DISPOSITION,
      state: words('State it brought', '带来的状态'),
      place: PLACE,
      facility: FACILITY,
      city: CITY,
      lat: words('Latitude', '纬度'),
      lon: words('Longitude', '经度'),
      via: words('Through which container', '经由容器'),
    },
    module: null,
  },
  contents: {
    summary: words('What is in what now', '当前装载关系'),
    key: ['child'],
    columns: { child: CHILD, parent: PARENT, since: SINCE },
    module: null,
  },
  containers: {
    summary: words('Containers with something in them', '当前有装载的容器'),
    key: ['id'],
    columns: { id: PARENT, label: words('Short', '简称'), things: words('Things', '件数'), since: SINCE },
    module: null,
  },
  containment: {
    summary: words('What was in what, and when', '历史装载关系'),
    key: ['child', 'since'],
    columns: {
      child: CHILD,
      since: SINCE,
      until: words('Until; empty: still', '截止时间（空为至今）'),
      parent: PARENT,
    },
    module: null,
  },
  events: {
    summary: words('EPCIS events', 'EPCIS 事件'),
    key: ['event_time', 'event_id'],
    columns: {
      event_time: EVENT_TIME,
      event_id: EVENT_ID,
      record_time: words('When it was recorded', '记录时间'),
      type: words('Type', '类型'),
      action: words('Action', '动作'),
      biz_step: STEP,
      disposition: DISPOSITION,
      read_point: words('Read point', '读取点'),
      biz_location: words('Business location', '业务地点'),
      declared_error: words('Declared error', '错误声明'),
      body: words('As it was sent', '原始内容'),
    },
    module: null,
  },
  event_epcs: {
    summary: words('Which things an event names', '事件涉及的编号'),
    key: ['epc', 'event_time', 'event_id', 'role'],
    columns: {
      epc: words('Identifier', '编号'),
      event_time: EVENT_TIME,
      event_id: EVENT_ID,
      role: words('Part', '角色'),
    },
    module: null,
  },
  capture_jobs: {
    summary: words('Captured documents', '采集作业'),
    key: ['capture_id'],
    columns: {
      capture_id: words('Capture', '采集编号'),
      created_at: words('When', '时间'),
      behaviour: words('On errors', '出错处理'),
      captured: words('Captured', '已采集'),
      duplicates: words('Duplicates', '重复'),
      rejected: words('Rejected', '被拒绝'),
      errors: words('What was wrong', '错误详情'),
    },
    module: null,
  },
  tracking: {
    summary: words('Public tracking', '公开查询'),
    key: ['track_token', 'event_time', 'code'],
    columns: {
      track_token: words('Tracking token', '查询令牌'),
      event_time: EVENT_TIME,
      code: STEP,
      city: CITY,
      facility: FACILITY,
    },
    module: null,
  },
  business_steps: {
    summary: words('Business steps of CBV 2.0', 'CBV 2.0 业务步骤'),
    key: ['code'],
    columns: { code: STEP, parcel_state: words('What it says of a parcel', '对应包裹状态') },
    module: null,
  },
  dispositions: {
    summary: words('Dispositions of CBV 2.0', 'CBV 2.0 处置状态'),
    key: ['code'],
    columns: { code: DISPOSITION, parcel_state: words('What it says of a parcel', '对应包裹状态') },
    module: null,
  },
  parcels_by_day: {
    summary: words('Booked and delivered by day', '按日下单与送达量'),
    key: ['day'],
    columns: {
      day: words('Day, UTC', '日期（UTC）'),
      booked: words('Booked', '下单'),
      delivered: words('Delivered', '送达'),
      late: words('Late', '延误'),
    },
    module: null,
  },
  parcels_by_state: {
    summary: words('Parcels in each state, 90 days', '各状态包裹数（90 天）'),
    key: ['state'],
    columns: { state: STATE, parcels: words('Parcels', '包裹数') },
    module: null,
  },
  dwell: {
    summary: words('How long parcels stay in a facility', '场站停留时长'),
    key: ['gln'],
    columns: {
      gln: GLN,
      name: NAME,
      city: CITY,
      visits: words('Visits', '到访次数'),
      p50_minutes: words('Half stay up to, minutes', '中位停留（分钟）'),
      p95_minutes: words('95 of 100 stay up to, minutes', 'P95 停留（分钟）'),
    },
    module: null,
  },
  invariants: {
    summary: words('Rules and how often they are broken', '规则与违反次数'),
    key: ['rule'],
    columns: { rule: words('Rule', '规则'), violations: words('Violations', '违反次数') },
    module: null,
  },
  kpis: {
    summary: words('Figures', '指标'),
    key: ['name'],
    columns: { name: NAME, value: words('Value', '数值'), unit: words('Unit', '单位') },
    module: null,
  },
} as const satisfies Record<string, ViewSpec>;
