/** Functions that make facts of events, change dimensions and stand guard over models. */
import { z } from 'zod';
import { Nothing, Text, TestName, Time, Word, words, type FunctionSpec } from './spec.ts';

export const modelFunctions = {
  refresh: {
    summary: words('Load what has arrived', '刷新模型'),
    description: words(
      'Runs all models in the order of their dependencies, from watermark to watermark, up to 10,000 events a call (`more` says that others wait), and their tests. A failed test of severity error takes back what the model built; models that depend on it are blocked and keep what they had.',
      '按依赖顺序、按水位线增量运行全部模型及其测试，每次最多 10,000 条事件（`more` 表示仍有待加载）。严重级别为 error 的测试不通过时，撤回该模型本次结果；依赖它的模型被阻止，保留原有数据。',
    ),
    body: z.strictObject({ onlyIfDue: z.boolean().optional() }),
    writes: true,
    status: 200,
    errors: [],
    example: {},
    module: null,
  },
  change_member: {
    summary: words('Change a product or customer', '变更商品或客户'),
    description: words(
      'A new version from `validFrom` on, until the next change. Sales before it keep the old attributes, sales after it get the new ones, also those already loaded. `attributes` are all that the version has.',
      '自 `validFrom` 起生效的新版本，直至下一次变更。此前的销售保留原属性，此后的销售（含已加载的）采用新属性。`attributes` 为该版本的全部属性。',
    ),
    body: z.strictObject({
      of: z.enum(['product', 'customer']),
      id: Text,
      attributes: z.record(z.string().min(1).max(60), z.unknown()),
      validFrom: Time.optional(),
    }),
    writes: true,
    status: 200,
    errors: [],
    example: { of: 'product', id: 'MUG-350', attributes: { name: 'Enamel mug', category: 'Outdoor' } },
    module: null,
  },
  create_test: {
    summary: words('Add a test', '新增测试'),
    description: words(
      'Kinds of the core: not_null, unique, accepted_values. It is checked at every refresh; the answer says how many rows fail now.',
      '核心测试类型：not_null、unique、accepted_values。每次刷新时检查；返回当前不通过的行数。',
    ),
    body: z.strictObject({
      test: TestName,
      model: Word,
      kind: Word,
      column: Word.optional(),
      argument: z.array(z.unknown()).min(1).max(200).optional(),
      severity: z.enum(['warn', 'error']).optional(),
      owner: Text.optional(),
    }),
    writes: true,
    status: 201,
    errors: ['ICA04', 'ICA05'],
    example: {
      test: 'only-cny',
      model: 'fact_sales',
      kind: 'accepted_values',
      column: 'currency',
      argument: ['CNY'],
      severity: 'warn',
    },
    module: null,
  },
  drop_test: {
    summary: words('Drop a test', '删除测试'),
    description: words('With its history.', '连同其历史记录一并删除。'),
    body: z.strictObject({ test: TestName }),
    writes: true,
    status: 200,
    errors: ['ICA04'],
    example: { test: 'only-cny' },
    module: null,
  },
  smoke_cleanup: {
    summary: words('Tidy up after self-tests', '清理自检数据'),
    description: words(
      'Takes away all that the proof of the platform made: events, facts, tests, shares.',
      '清除平台自检产生的全部数据：事件、事实、测试与共享。',
    ),
    body: Nothing,
    writes: true,
    status: 200,
    errors: [],
    example: {},
    module: null,
  },
  forget_idempotency_keys: {
    summary: words('Forget old idempotency keys', '清理过期幂等键'),
    description: words(
      'Answers stored for repeated requests are dropped after a week, or the time given. Events stay known by source and id.',
      '为重复请求保存的响应默认保留一周，也可指定时长。事件仍按来源与编号去重。',
    ),
    body: z.strictObject({ olderThanHours: z.int().min(24).max(8_760).optional() }),
    writes: true,
    status: 200,
    errors: [],
    example: {},
    module: null,
  },
  seed_demo: {
    summary: words('Fill an empty tenant with demo data', '生成演示数据'),
    description: words(
      'The same 3,000 orders over 90 days every time, loaded, tested and partly shared. Refused when demo data are there already.',
      '每次生成同样的 3,000 笔订单事件（跨 90 天），完成加载、测试与部分共享。已有演示数据时拒绝执行。',
    ),
    body: z.strictObject({
      orders: z.int().min(1).max(20_000).optional(),
      days: z.int().min(1).max(365).optional(),
      until: Time.optional(),
    }),
    writes: true,
    status: 201,
    errors: ['ICA05'],
    example: {},
    module: null,
  },
} as const satisfies Record<string, FunctionSpec>;
