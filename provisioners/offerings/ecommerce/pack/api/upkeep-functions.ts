/** Customers, and functions that keep a shop tidy. */
import { z } from 'zod';
import { Customer, Nothing, words, Time, type FunctionSpec } from './spec.ts';

export const upkeepFunctions = {
  create_customer: {
    summary: words('Add a customer', '新增顾客'),
    description: words(
      'A customer with the same e-mail address is found again and brought up to date.',
      '若邮箱已存在，则更新该顾客的资料。',
    ),
    body: Customer,
    writes: true,
    status: 201,
    errors: [],
    example: { name: 'Lin Xia', email: 'lin.xia@example.com' },
    module: null,
  },
  erase_customer: {
    summary: words('Erase a customer', '删除顾客个人信息'),
    description: words(
      'Removes name and contact data for good; the orders stay.',
      '永久清除姓名和联系方式，订单保留。',
    ),
    body: z.strictObject({ customerId: z.uuid() }),
    writes: true,
    status: 200,
    errors: ['ICO08'],
    example: { customerId: '01920000-0000-7000-8000-000000000000' },
    module: null,
  },
  expire_orders: {
    summary: words('Release holds that ran out', '释放到期预留'),
    description: words(
      'Cancels unpaid orders whose hold time is over. Meant to be run once a minute.',
      '取消预留到期仍未支付的订单。建议每分钟执行一次。',
    ),
    body: z.strictObject({ limit: z.int().min(1).max(10_000).optional() }),
    writes: true,
    status: 200,
    errors: [],
    example: {},
    module: null,
  },
  purge_expired_personal_data: {
    summary: words('Erase personal data that is due', '清理到期个人信息'),
    description: words(
      'Erases customers without an open order who have been away longer than the retention time.',
      '清除超过保留期限且没有未完结订单的顾客个人信息。',
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
      'Answers stored for repeated requests are dropped after a week, or the time given. Orders remember their own key for good.',
      '为重复请求保存的响应默认保留一周，也可指定时长。订单自身的幂等键永久有效。',
    ),
    body: z.strictObject({ olderThanHours: z.int().min(24).max(8760).optional() }),
    writes: true,
    status: 200,
    errors: [],
    example: {},
    module: null,
  },
  smoke_cleanup: {
    summary: words('Tidy up after self-tests', '清理自检数据'),
    description: words(
      'Cancels what self-tests left open, empties their stock and archives their products. History stays.',
      '取消自检遗留的未完结订单，清空其库存并归档其商品。历史记录保留。',
    ),
    body: Nothing,
    writes: true,
    status: 200,
    errors: [],
    example: {},
    module: null,
  },
  seed_demo: {
    summary: words('Fill an empty shop with demo data', '生成演示数据'),
    description: words(
      'The same 200 products and 2,000 orders over 60 days every time, with payments, returns and history. Refused when demo data are there already.',
      '每次生成同样的 200 个商品以及 60 天内的 2,000 笔订单，包含支付、退货和历史记录。已有演示数据时拒绝执行。',
    ),
    body: z.strictObject({
      products: z.int().min(10).max(500).optional(),
      orders: z.int().min(0).max(20_000).optional(),
      days: z.int().min(1).max(365).optional(),
      until: Time.optional(),
    }),
    writes: true,
    status: 201,
    errors: ['ICO10'],
    example: {},
    module: null,
  },
} as const satisfies Record<string, FunctionSpec>;
