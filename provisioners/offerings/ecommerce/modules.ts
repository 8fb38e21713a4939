/** Optional parts of the e-commerce cloud. Included in a plan means installed with it; the others have a price of their own. */
import type { ModuleSpec, PlanSpec } from '../../../server/domain/manifest.ts';
import type { LocalText } from '../../../server/domain/text.ts';
import { upcomingModule } from '../../kit/modules.ts';
import { text } from '../../kit/offering.ts';

const listed = (code: string, name: LocalText, effect: LocalText, includedIn: PlanSpec['code'][]): ModuleSpec =>
  upcomingModule('ecommerce', code, name, effect, includedIn);

const open = (...args: Parameters<typeof listed>): ModuleSpec => ({
  ...listed(...args),
  selectable: true,
  notYet: null,
});

export const modules: readonly ModuleSpec[] = [
  open(
    'flash-sale',
    text('Flash sales', '秒杀活动'),
    text(
      'Campaigns with their own prices and quotas, queue tokens, limits per customer, and warming up before the start. At least 16 stock stripes.',
      '带独立价格与限量的活动、排队令牌、每人限购与开售前预热。库存至少 16 个分桶。',
    ),
    ['M', 'L', 'XL'],
  ),
  open(
    'returns',
    text('Returns desk', '退货管理'),
    text(
      'Return requests of whole orders or parts, with approval, inspection, restocking and partial refunds.',
      '整单或部分退货申请，含审核、验货、入库与部分退款。',
    ),
    ['M', 'L', 'XL'],
  ),
  listed(
    'pim-images',
    text('Product images', '商品图片'),
    text(
      'Asset table, signed upload addresses on shared storage, renditions for every screen.',
      '素材表、共享存储上的签名上传地址，以及适配各种屏幕的图片规格。',
    ),
    ['L', 'XL'],
  ),
  listed(
    'customer-identity',
    text('Shopper accounts', '会员账户'),
    text('Sign-in, consent and address book of your buyers.', '买家登录、授权同意与地址簿。'),
    ['L', 'XL'],
  ),
  open(
    'search',
    text('Catalogue search', '商品搜索'),
    text(
      'Full-text and fuzzy search over the catalogue, never behind it, as one more function.',
      '对商品目录的全文与模糊检索，与目录实时一致，以函数形式提供。',
    ),
    ['L', 'XL'],
  ),
  open(
    'marketplace',
    text('Marketplace', '多商户平台'),
    text(
      'Sellers, commissions and settlement; each seller sees only own rows.',
      '商户、佣金与结算；每个商户只能看到自己的数据。',
    ),
    ['XL'],
  ),
  open(
    'o2o-pickup',
    text('Store pickup', '门店自提'),
    text('Stock by store, pickup slots, handover at the counter.', '门店库存、自提时段与柜台交付。'),
    ['XL'],
  ),
  listed(
    'mobile-channel',
    text('Mobile and mini-program channels', '移动端与小程序渠道'),
    text('Offers by channel, push tokens, sessions of mini-programs.', '分渠道报价、推送令牌与小程序会话。'),
    ['XL'],
  ),
  listed(
    'loyalty-coupons',
    text('Points and coupons', '积分与优惠券'),
    text('Coupons with budgets and a ledger of points.', '带预算的优惠券，以及积分账本。'),
    ['XL'],
  ),
  listed(
    'live-metrics',
    text('Live metrics', '实时指标'),
    text(
      'Feeds every event to a data-analysis cloud of the same organisation.',
      '将全部事件实时送入同一组织的数据分析云。',
    ),
    ['XL'],
  ),
  listed(
    'graphql',
    text('GraphQL', 'GraphQL 接口'),
    text('A GraphQL endpoint over the same views and functions.', '基于相同视图与函数的 GraphQL 端点。'),
    ['XL'],
  ),
];

/** Codes of the modules a tenant gets: what was chosen, and what its plan includes, as far as it can be had; in catalogue order. */
export function installedModules(chosen: readonly string[], plan: PlanSpec['code']): string[] {
  return modules
    .filter(({ code, selectable, includedIn }) => selectable && (chosen.includes(code) || includedIn.includes(plan)))
    .map(({ code }) => code);
}
