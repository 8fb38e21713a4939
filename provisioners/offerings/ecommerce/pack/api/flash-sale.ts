/** What the module flash-sale adds to the API. */
import { z } from 'zod';
import { Slug, Currency, Minor, Name, Sku, Time, words, type FunctionSpec, type ViewSpec } from './spec.ts';

const MODULE = 'flash-sale';
const EXAMPLE = { campaignId: 'double-eleven' };

export const flashSaleFunctions = {
  create_campaign: {
    summary: words('Plan a campaign', '创建活动'),
    description: words(
      'A span of time with prices and quotas of its own. With `needsQueue`, buyers order only with a queue token, let in at `admitPerSecond`.',
      '在指定时段内设置独立的价格和限量。启用 `needsQueue` 后，买家须凭排队令牌下单，按 `admitPerSecond` 的速率放行。',
    ),
    body: z.strictObject({
      campaignId: Slug,
      name: Name,
      startsAt: Time.optional(),
      endsAt: Time,
      currency: Currency.optional(),
      needsQueue: z.boolean().optional(),
      admitPerSecond: z.int().min(1).max(100_000).optional(),
      perCustomer: z.int().min(1).max(100_000).optional(),
    }),
    writes: true,
    status: 201,
    errors: ['ICO10'],
    example: { ...EXAMPLE, name: 'Double Eleven', endsAt: '2026-11-12T00:00:00+08:00', perCustomer: 2 },
    module: MODULE,
  },
  set_flash_item: {
    summary: words('Set campaign price and quota', '设置活动价与限量'),
    description: words(
      'The quota is spread over stripes like stock. It can be raised at any time, and lowered to what is sold.',
      '限量与库存一样分摊到多个分桶。可随时调高，最低可调至已售数量。',
    ),
    body: z.strictObject({
      campaignId: Slug,
      sku: Sku,
      priceMinor: Minor,
      quota: z.int().min(0).max(10_000_000),
    }),
    writes: true,
    status: 200,
    errors: ['ICO05', 'ICO08'],
    example: { ...EXAMPLE, sku: 'MUG-350-BLUE', priceMinor: '999', quota: 400 },
    module: MODULE,
  },
  issue_queue_token: {
    summary: words('Draw a queue token', '领取排队令牌'),
    description: words(
      'Good for one order, from `admittedAt` until `expiresAt`. Pass it as `queueToken` when placing the order.',
      '在 `admittedAt` 至 `expiresAt` 之间可下一单。下单时通过 `queueToken` 传入。',
    ),
    body: z.strictObject({ campaignId: Slug }),
    writes: true,
    status: 201,
    errors: ['ICO08', 'ICO12'],
    example: EXAMPLE,
    module: MODULE,
  },
  prewarm_campaign: {
    summary: words('Get a campaign ready', '活动预热'),
    description: words(
      'Levels quota and stock stripes of all its variants and says where stock is short of the quota.',
      '均衡活动商品的限量与库存分桶，并列出库存低于限量的规格。',
    ),
    body: z.strictObject({ campaignId: Slug }),
    writes: true,
    status: 200,
    errors: ['ICO08'],
    example: EXAMPLE,
    module: MODULE,
  },
} as const satisfies Record<string, FunctionSpec>;

export const flashSaleViews = {
  campaigns: {
    summary: words('Campaigns and their state', '活动及其状态'),
    key: ['campaign_id'],
    columns: {
      campaign_id: words('Campaign', '活动编号'),
      name: words('Name', '名称'),
      currency: words('Currency', '币种'),
      starts_at: words('Starts', '开始时间'),
      ends_at: words('Ends', '结束时间'),
      running: words('Running now', '是否进行中'),
      needs_queue: words('Needs a queue token', '是否需要排队'),
      admit_per_second: words('Let in per second', '每秒放行数'),
      per_customer: words('Limit per customer', '每人限购'),
      tokens_issued: words('Queue tokens issued', '已发放令牌数'),
    },
    module: MODULE,
  },
  flash_items: {
    summary: words('Campaign prices and quotas', '活动价与限量'),
    key: ['campaign_id', 'sku'],
    columns: {
      campaign_id: words('Campaign', '活动编号'),
      sku: words('Variant', '规格编码'),
      price_minor: words('Price, minor units', '活动价（最小货币单位）'),
      quota: words('Quota', '限量'),
      sold: words('Sold', '已售'),
      left_over: words('Left', '剩余'),
    },
    module: MODULE,
  },
} as const satisfies Record<string, ViewSpec>;

export const flashSaleInvariants = {
  flash_sold_matches_claims: words(
    'Units sold in a campaign equal the claims of its orders',
    '活动已售数量与订单占用一致',
  ),
  flash_quota_matches_stripes: words('The stripes of a quota add up to the quota', '限量分桶之和等于限量'),
} as const;
