/** What the modules add to the API. */
import { z } from 'zod';
import { scope, Word, words, type FunctionSpec, type ViewSpec } from './spec.ts';

export const moduleFunctions = {
  profile_model: {
    summary: words('Profile a model', '剖析模型'),
    description: words(
      'For each column how many rows are empty, how many values differ, the least and the greatest.',
      '逐列给出空值行数、不同值个数、最小值与最大值。',
    ),
    body: z.strictObject({ model: Word }),
    writes: false,
    status: 200,
    errors: ['ICA04'],
    example: { model: 'fact_sales' },
    module: 'quality',
  },
  trace_figure: {
    summary: words('Trace a figure to its events', '追溯数值来源'),
    description: words(
      'The events behind a figure, newest first. What retention has dropped is counted as `gone`.',
      '返回某个数值背后的事件，最新在前。已过保留期的事件计入 `gone`。',
    ),
    body: z.strictObject({ metric: Word, limit: z.int().min(1).max(1_000).optional(), ...scope }),
    writes: false,
    status: 200,
    errors: ['ICA01', 'ICA02'],
    example: { metric: 'revenue', from: '2026-11-11', to: '2026-11-11', where: { category: ['Kitchen'] } },
    module: 'catalog-lineage',
  },
  impact_of: {
    summary: words('What hangs on a dataset', '影响分析'),
    description: words(
      'Everything that is made of it, step by step, with owners and running shares.',
      '逐层列出由其生成的数据集、负责人与生效中的共享。',
    ),
    body: z.strictObject({ dataset: Word }),
    writes: false,
    status: 200,
    errors: ['ICA04'],
    example: { dataset: 'events' },
    module: 'catalog-lineage',
  },
  forecast_metric: {
    summary: words('Forecast a metric', '预测指标'),
    description: words(
      'Two methods forecast the last two known weeks from what came before; the better one forecasts the days ahead, and its error is shown. Needs six weeks of history and a metric that adds up.',
      '两种方法先用更早的数据预测最近两周，误差较小者用于预测未来，并给出误差。需要六周历史数据和可加指标。',
    ),
    body: z.strictObject({
      metric: Word,
      days: z.int().min(1).max(60).optional(),
      history: z.int().min(42).max(730).optional(),
      where: scope.where,
      source: scope.source,
      currency: scope.currency,
    }),
    writes: false,
    status: 200,
    errors: ['ICA01', 'ICA02', 'ICA06'],
    example: { metric: 'revenue', days: 14 },
    module: 'forecast',
  },
} as const satisfies Record<string, FunctionSpec>;

const TEST = words('Test', '测试');
const CUSTOMER = words('Customer, by pseudonym', '客户（假名）');
const SEGMENT = words('Segment', '分群');
const REVENUE = words('Revenue, minor units', '营收（最小货币单位）');

export const moduleViews = {
  test_history: {
    summary: words('Every check of every test', '测试历史'),
    key: ['run_id', 'test'],
    columns: {
      run_id: words('Run', '运行编号'),
      test: TEST,
      model: words('Model', '模型'),
      kind: words('Kind', '类型'),
      severity: words('Severity', '严重级别'),
      owner: words('Owner', '负责人'),
      checked_at: words('Checked', '检查时间'),
      failures: words('Rows that failed', '不通过行数'),
      state: words('State of the run', '运行状态'),
    },
    module: 'quality',
  },
  customer_value: {
    summary: words('Customers by recency, frequency and value', '客户价值（RFM）'),
    key: ['customer_id'],
    columns: {
      customer_id: CUSTOMER,
      last_bought_on: words('Bought last on', '最近购买日'),
      orders: words('Orders', '订单数'),
      revenue_minor: REVENUE,
      recency: words('Recency, 5 is latest', '最近度（5 为最近）'),
      frequency: words('Frequency, 5 is most', '频次（5 为最高）'),
      value: words('Value, 5 is most', '金额（5 为最高）'),
      segment: SEGMENT,
    },
    module: 'customer-360',
  },
  customer_segments: {
    summary: words('Segments of customers', '客户分群'),
    key: ['segment'],
    columns: {
      segment: SEGMENT,
      customers: words('Customers', '客户数'),
      orders: words('Orders', '订单数'),
      revenue_minor: REVENUE,
      revenue_percent: words('Share of revenue, %', '营收占比（%）'),
    },
    module: 'customer-360',
  },
} as const satisfies Record<string, ViewSpec>;
