/** Views of the core that a reader may page through. */
import { words, type ViewSpec } from './spec.ts';

const SOURCE = words('Source', '来源');
const EVENT_ID = words('Event id', '事件编号');
const TYPE = words('Type', '类型');
const DAY = words('Day, UTC', '日期（UTC）');
const CURRENCY = words('Currency, ISO 4217', '币种（ISO 4217）');
const REVENUE = words('Revenue, minor units', '营收（最小货币单位）');
const CATEGORY = words('Category', '类目');
const REGION = words('Region', '区域');
const ATTRIBUTES = words('All attributes', '全部属性');
const VALID_FROM = words('Holds from; empty: ever since', '生效时间（空为始终）');
const VALID_UNTIL = words('Holds until; empty: open', '失效时间（空为长期）');
const MODEL = words('Model', '模型');
const KIND = words('Kind', '类别');
const STATE = words('State', '状态');
const ROWS = words('Rows', '行数');
const FAILED_TEST = words('Test that failed', '未通过的测试');
const BLOCKED_BY = words('Blocked by', '阻止来源');
const TITLE = words('Title', '名称');
const BUILT_IN = words('Came with the pack', '是否内置');
const DATASET = words('Dataset', '数据集');
const OWNER = words('Owner', '负责人');
const CLASSIFICATION = words('Classification', '分级');
const METRIC = words('Metric', '指标');
const BY = words('Dimension', '维度');
const VIA = words('By way of', '经由');
const UNIT = words('Unit', '单位');

export const views = {
  sources: {
    summary: words('Systems that may send events', '数据来源'),
    key: ['source'],
    columns: { source: SOURCE, description: words('Description', '说明'), events: words('Events kept', '保留事件数') },
    module: null,
  },
  events: {
    summary: words('Events in the order of arrival', '事件（按到达顺序）'),
    key: ['seq'],
    columns: {
      seq: words('Number', '序号'),
      source: SOURCE,
      id: EVENT_ID,
      type: TYPE,
      subject: words('Subject', '主体'),
      time: words('Happened', '发生时间'),
      received_at: words('Received', '接收时间'),
      data: words('Data', '数据'),
    },
    module: null,
  },
  events_by_day: {
    summary: words('Events by day, source and type', '每日事件数'),
    key: ['day', 'source', 'type'],
    columns: { day: DAY, source: SOURCE, type: TYPE, events: words('Events', '事件数') },
    module: null,
  },
  rejects: {
    summary: words('What could not be taken, and why', '拒收记录'),
    key: ['reject_id'],
    columns: {
      reject_id: words('Number', '编号'),
      rejected_at: words('When', '时间'),
      source: SOURCE,
      event_id: EVENT_ID,
      reason: words('Reason', '原因'),
      raw: words('As it was sent', '原始内容'),
    },
    module: null,
  },
  dim_product: {
    summary: words('Products, each version in time', '商品维度（含历史版本）'),
    key: ['product_key'],
    columns: {
      product_key: words('Version', '版本号'),
      sku: words('Product', '商品编码'),
      name: words('Name', '名称'),
      category: CATEGORY,
      attributes: ATTRIBUTES,
      valid_from: VALID_FROM,
      valid_until: VALID_UNTIL,
    },
    module: null,
  },
  dim_customer: {
    summary: words('Customers by pseudonym, each version in time', '客户维度（假名，含历史版本）'),
    key: ['customer_key'],
    columns: {
      customer_key: words('Version', '版本号'),
      customer_id: words('Pseudonym', '假名'),
      region: REGION,
      segment: words('Segment', '客群'),
      attributes: ATTRIBUTES,
      valid_from: VALID_FROM,
      valid_until: VALID_UNTIL,
    },
    module: null,
  },
  fact_sales: {
    summary: words('Lines of paid orders', '销售事实'),
    key: ['source', 'event_id', 'line'],
    columns: {
      source: SOURCE,
      event_id: EVENT_ID,
      line: words('Line', '行号'),
      sold_at: words('Sold', '销售时间'),
      day: DAY,
      product_key: words('Version of the product', '商品版本'),
      customer_key: words('Version of the customer', '客户版本'),
      qty: words('Quantity', '数量'),
      revenue_minor: REVENUE,
      currency: CURRENCY,
    },
    module: null,
  },
  sales_daily: {
    summary: words('Sales by day, category and region', '每日销售汇总'),
    key: ['day', 'source', 'currency', 'category', 'region'],
    columns: {
      day: DAY,
      source: SOURCE,
      currency: CURRENCY,
      category: CATEGORY,
      region: REGION,
      lines: words('Lines', '行数'),
      qty: words('Units', '件数'),
      revenue_minor: REVENUE,
    },
    module: null,
  },
  models: {
    summary: words('Models and their last run', '数据模型'),
    key: ['model'],
    columns: {
      model: MODEL,
      kind: KIND,
      description: words('What it holds', '内容'),
      depends_on: words('Depends on', '依赖'),
      state: STATE,
      ran_at: words('Ran', '运行时间'),
      rows: ROWS,
      failed_test: FAILED_TEST,
      blocked_by: BLOCKED_BY,
      tests: words('Tests', '测试数'),
    },
    module: null,
  },
  runs: {
    summary: words('Every run of every model', '运行记录'),
    key: ['run_id'],
    columns: {
      run_id: words('Run', '运行编号'),
      refresh_id: words('Refresh', '刷新批次'),
      model: MODEL,
      started_at: words('Started', '开始时间'),
      took_ms: words('Took, ms', '耗时（毫秒）'),
      rows: ROWS,
      state: STATE,
      failed_test: FAILED_TEST,
      blocked_by: BLOCKED_BY,
      error: words('Error', '错误'),
    },
    module: null,
  },
  tests: {
    summary: words('Tests and how they stand', '数据测试'),
    key: ['test'],
    columns: {
      test: words('Test', '测试'),
      model: MODEL,
      kind: KIND,
      column: words('Column', '列'),
      argument: words('Argument', '参数'),
      severity: words('Severity', '严重级别'),
      owner: OWNER,
      failures: words('Rows that failed', '不通过行数'),
      checked_at: words('Checked', '检查时间'),
    },
    module: null,
  },
  metrics: {
    summary: words('Metrics: one definition for everybody', '指标定义'),
    key: ['metric'],
    columns: {
      metric: METRIC,
      title: TITLE,
      kind: KIND,
      measure: words('Measure', '度量'),
      numerator: words('Numerator', '分子'),
      denominator: words('Denominator', '分母'),
      money: words('Is money', '是否金额'),
      unit: UNIT,
      additive: words('Adds up', '是否可加'),
      built_in: BUILT_IN,
    },
    module: null,
  },
  dimensions: {
    summary: words('What figures can be shown by', '维度定义'),
    key: ['dimension'],
    columns: {
      dimension: BY,
      title: TITLE,
      of: words('Of', '归属'),
      attribute: words('Attribute', '属性'),
      built_in: BUILT_IN,
    },
    module: null,
  },
  datasets: {
    summary: words('Register of data assets', '数据资产登记册'),
    key: ['dataset'],
    columns: {
      dataset: DATASET,
      description: words('What it holds', '内容'),
      owner: OWNER,
      classification: CLASSIFICATION,
      personal: words('About persons', '是否涉及个人'),
      residency: words('Stays in', '驻留地'),
      retention_days: words('Kept for, days', '保留天数'),
      purposes: words('Purposes', '用途'),
      value_minor: words('Worth, minor units', '估值（最小货币单位）'),
      registered_at: words('Registered', '登记时间'),
      updated_at: words('Changed', '更新时间'),
      bytes: words('Storage, bytes', '占用字节数'),
    },
    module: null,
  },
  lineage: {
    summary: words('What is made of what', '数据血缘'),
    key: ['child', 'parent'],
    columns: { child: DATASET, parent: words('Made of', '来源数据集'), via: VIA },
    module: null,
  },
  lineage_tree: {
    summary: words('Lineage as a tree, from the sources on', '血缘树（自来源起）'),
    key: ['path'],
    columns: {
      path: words('Path', '路径'),
      parent: words('Path of the parent', '上级路径'),
      dataset: DATASET,
      via: VIA,
      classification: CLASSIFICATION,
      owner: OWNER,
    },
    module: null,
  },
  shares: {
    summary: words('Who may read which figures, and until when', '共享登记'),
    key: ['share_id'],
    columns: {
      share_id: words('Share', '共享编号'),
      dataset: DATASET,
      metric: METRIC,
      by: BY,
      grantee: words('Given to', '被授权方'),
      purpose: words('Purpose', '用途'),
      until: words('Until', '截止时间'),
      running: words('Running', '是否生效'),
      granted_at: words('Given', '授予时间'),
      granted_by: words('Given by', '授予者'),
    },
    module: null,
  },
  metric_day: {
    summary: words('Anonymous figures by day', '每日匿名数据'),
    key: ['metric', 'day', 'by', 'cell'],
    columns: {
      metric: METRIC,
      day: DAY,
      by: BY,
      cell: words('Value of the dimension', '维度取值'),
      value: words('Figure', '数值'),
      unit: UNIT,
      people: words('People behind it', '涉及人数'),
      exported_at: words('Made', '生成时间'),
    },
    module: null,
  },
  invariants: {
    summary: words('Rules that always hold', '不变量检查'),
    key: ['rule'],
    columns: { rule: words('Rule', '规则'), violations: words('Violations; 0 when it holds', '违反次数（0 为正常）') },
    module: null,
  },
  kpis: {
    summary: words('How the tenant is doing', '运行指标'),
    key: ['name'],
    columns: { name: words('Figure', '指标'), value: words('Value', '数值'), unit: UNIT },
    module: null,
  },
} as const satisfies Record<string, ViewSpec>;
