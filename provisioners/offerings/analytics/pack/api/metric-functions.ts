/** Functions that ask, and that add to what can be asked. */
import { z } from 'zod';
import { scope, Text, Word, words, type FunctionSpec } from './spec.ts';

export const metricFunctions = {
  query_metric: {
    summary: words('Ask for a figure', '查询指标'),
    description: words(
      'A metric in all or by one or two dimensions. Only registered names are understood; no text of the caller becomes SQL. Money comes as strings of minor units in one currency, other figures as numbers; `people` is how many customers are behind a row.',
      '查询指标总值，或按一至两个维度展开。只接受已登记的名称，调用方文本不会成为 SQL。金额以单一币种的最小货币单位字符串返回，其他为数值；`people` 为该行涉及的客户数。',
    ),
    body: z.strictObject({
      metric: Word,
      by: z.array(Word).max(2).optional(),
      limit: z.int().min(1).max(5_000).optional(),
      ...scope,
    }),
    writes: false,
    status: 200,
    errors: ['ICA01', 'ICA02'],
    example: { metric: 'revenue', by: ['category'], from: '2026-11-01', to: '2026-11-30' },
    module: null,
  },
  create_metric: {
    summary: words('Add a metric', '新增指标'),
    description: words(
      'Put together of known parts: the sum of `qty` or `revenue`, the count of lines, different orders, customers or products, or the ratio of two metrics.',
      '由已知部分组合：对 `qty` 或 `revenue` 求和、计数、对订单/客户/商品去重计数，或两个指标之比。',
    ),
    body: z.strictObject({
      metric: Word,
      title: Text,
      kind: z.enum(['sum', 'count', 'distinct', 'ratio']),
      measure: z.enum(['qty', 'revenue', 'order', 'customer', 'product']).optional(),
      numerator: Word.optional(),
      denominator: Word.optional(),
      unit: z.string().min(1).max(40).optional(),
    }),
    writes: true,
    status: 201,
    errors: ['ICA01', 'ICA05'],
    example: {
      metric: 'lines_per_order',
      title: 'Lines per order',
      kind: 'ratio',
      numerator: 'order_lines',
      denominator: 'orders',
    },
    module: null,
  },
  drop_metric: {
    summary: words('Drop a metric', '删除指标'),
    description: words(
      'Not one that came with the pack, nor one that another metric stands on.',
      '不能删除内置指标，也不能删除被其他指标引用的指标。',
    ),
    body: z.strictObject({ metric: Word }),
    writes: true,
    status: 200,
    errors: ['ICA01', 'ICA08'],
    example: { metric: 'lines_per_order' },
    module: null,
  },
  create_dimension: {
    summary: words('Add a dimension', '新增维度'),
    description: words(
      'Figures by one more attribute of products or customers, such as brand.',
      '按商品或客户的另一属性（如品牌）展开指标。',
    ),
    body: z.strictObject({
      dimension: Word,
      title: Text,
      of: z.enum(['product', 'customer']),
      attribute: z.string().min(1).max(60),
    }),
    writes: true,
    status: 201,
    errors: ['ICA05'],
    example: { dimension: 'brand', title: 'Brand', of: 'product', attribute: 'brand' },
    module: null,
  },
} as const satisfies Record<string, FunctionSpec>;
