/** Functions that keep a tenant tidy. */
import { z } from 'zod';
import { Nothing, Time, words, type FunctionSpec } from './spec.ts';

export const upkeepFunctions = {
  maintain_partitions: {
    summary: words('Make and drop months of events', '维护事件月分区'),
    description: words(
      'Makes the months ahead and drops those older than the retention time. Meant to be run once a day.',
      '预建后续月份分区，删除超出保留期限的月份。建议每天执行一次。',
    ),
    body: Nothing,
    writes: true,
    status: 200,
    errors: [],
    example: {},
    module: null,
  },
  purge_expired_personal_data: {
    summary: words('Erase personal data that is due', '清除到期个人信息'),
    description: words(
      'Erases consignees of waybills that ended longer ago than the retention time. Meant to be run once a day.',
      '清除结束时间超过保留期限的运单上的收件人信息。建议每天执行一次。',
    ),
    body: Nothing,
    writes: true,
    status: 200,
    errors: [],
    example: {},
    module: null,
  },
  forget_idempotency_keys: {
    summary: words('Forget old idempotency keys', '清除过期幂等键'),
    description: words(
      'Answers older than the given hours are forgotten; their keys may be used anew.',
      '清除超过指定小时数的应答，其幂等键可重新使用。',
    ),
    body: z.strictObject({ olderThanHours: z.int().min(24).max(8_760).optional() }),
    writes: true,
    status: 200,
    errors: [],
    example: { olderThanHours: 168 },
    module: null,
  },
  smoke_cleanup: {
    summary: words('Tidy up after a self-test', '清理自检数据'),
    description: words(
      'Takes facilities, parties and lanes of self-tests out of use. History stays.',
      '停用自检产生的场站、参与方与线路，历史保留。',
    ),
    body: Nothing,
    writes: true,
    status: 200,
    errors: [],
    example: {},
    module: null,
  },
  seed_demo: {
    summary: words('Fill with demo data', '生成演示数据'),
    description: words(
      'A network of 10 facilities, waybills of the last days with all their events, and receipts where the module is there: the same every time. Once per tenant.',
      '生成 10 个场站的网络、最近若干天的运单及其全部事件；已启用数字仓单模块时一并生成仓单。每次结果相同，每个租户仅限一次。',
    ),
    body: z.strictObject({
      parcels: z.int().min(10).max(5_000).optional(),
      days: z.int().min(2).max(90).optional(),
      until: Time.optional(),
    }),
    writes: true,
    status: 200,
    errors: ['ICL09'],
    example: { parcels: 400, days: 30 },
    module: null,
  },
} as const satisfies Record<string, FunctionSpec>;
