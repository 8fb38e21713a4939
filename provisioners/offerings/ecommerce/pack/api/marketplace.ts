/** What the module marketplace adds to the API. */
import { z } from 'zod';
import {
  Channel,
  Currency,
  Location,
  Minor,
  Name,
  Sku,
  Slug,
  words,
  type FunctionSpec,
  type ViewSpec,
} from './spec.ts';

const MODULE = 'marketplace';
const EXAMPLE = { seller: 'blue-kiln' };

export const marketFunctions = {
  set_seller: {
    summary: words('Admit or change a seller', '设置商户'),
    description: words(
      'With the commission that the shop keeps of each sale, in basis points. A change counts from the next delivery.',
      '设置商户及店铺佣金（基点）。变更自下一笔送达起生效。',
    ),
    body: z.strictObject({
      seller: Slug,
      name: Name,
      commissionBp: z.int().min(0).max(10_000),
      active: z.boolean().optional(),
    }),
    writes: true,
    status: 200,
    errors: [],
    example: { ...EXAMPLE, name: 'Blue Kiln', commissionBp: 800 },
    module: MODULE,
  },
  list_for_seller: {
    summary: words('Give a product to a seller', '将商品归属商户'),
    description: words(
      'What is delivered from now on counts for this seller. Products without a seller are the shop’s own.',
      '此后送达的订单计入该商户。未归属的商品为店铺自营。',
    ),
    body: z.strictObject({ slug: Slug, seller: Slug }),
    writes: true,
    status: 200,
    errors: ['ICO08'],
    example: { ...EXAMPLE, slug: 'mug-350' },
    module: MODULE,
  },
  seller_statement: {
    summary: words('What a seller is owed', '商户对账'),
    description: words(
      'Sales, commissions and payouts of a seller in one currency, and the balance.',
      '某商户在一个币种下的销售、佣金、结算与余额。',
    ),
    body: z.strictObject({ seller: Slug, currency: Currency.optional() }),
    writes: false,
    status: 200,
    errors: ['ICO08'],
    example: EXAMPLE,
    module: MODULE,
    party: true,
  },
  pay_seller: {
    summary: words('Pay a seller out', '结算商户余额'),
    description: words(
      'Notes the payout of the whole balance under a reference, which counts once.',
      '按结算单号一次性结清全部余额。',
    ),
    body: z.strictObject({ seller: Slug, reference: z.string().min(1).max(128), currency: Currency.optional() }),
    writes: true,
    status: 201,
    errors: ['ICO08', 'ICO10', 'ICO20'],
    example: { ...EXAMPLE, reference: '2026-11' },
    module: MODULE,
  },
  rename_seller: {
    summary: words('Rename a seller', '修改商户名称'),
    description: words(
      'The name under which it sells; a seller may change its own. Commission and admission stay with the shop.',
      '修改商户展示名称；商户可修改自己的名称。佣金与准入仍由店铺管理。',
    ),
    body: z.strictObject({ seller: Slug, name: Name }),
    writes: true,
    status: 200,
    errors: ['ICO08'],
    example: { ...EXAMPLE, name: 'Blue Kiln Studio' },
    module: MODULE,
    party: true,
  },
  receive_seller_stock: {
    summary: words('Receive a seller’s stock', '商户入库'),
    description: words(
      'Goods of a product that is listed for a seller come in. With a seller’s key only products of its own.',
      '已归属商户的商品入库。使用商户密钥时仅限自己的商品。',
    ),
    body: z.strictObject({
      sku: Sku,
      qty: z.int().min(1).max(10_000_000),
      location: Location.optional(),
      note: Name.optional(),
    }),
    writes: true,
    status: 200,
    errors: ['ICO08'],
    example: { sku: 'MUG-350-BLUE', qty: 50 },
    module: MODULE,
    party: true,
  },
  set_seller_price: {
    summary: words('Set a seller’s price', '商户定价'),
    description: words(
      'From now on, for a product that is listed for a seller. With a seller’s key only products of its own.',
      '为已归属商户的商品设置即时生效的价格。使用商户密钥时仅限自己的商品。',
    ),
    body: z.strictObject({
      sku: Sku,
      priceMinor: Minor,
      channel: Channel.optional(),
      currency: Currency.optional(),
    }),
    writes: true,
    status: 200,
    errors: ['ICO08'],
    example: { sku: 'MUG-350-BLUE', priceMinor: '4900' },
    module: MODULE,
    party: true,
  },
} as const satisfies Record<string, FunctionSpec>;

const seller = words('Seller', '商户');
const currency = words('Currency', '币种');

export const marketViews = {
  sellers: {
    summary: words('Sellers and their commissions', '商户与佣金'),
    key: ['seller'],
    columns: {
      seller,
      name: words('Name', '名称'),
      commission_bp: words('Commission, basis points', '佣金（基点）'),
      active: words('Active', '是否启用'),
      since: words('Since', '入驻时间'),
    },
    module: MODULE,
    party: true,
  },
  seller_products: {
    summary: words('Products of sellers', '商户商品'),
    key: ['slug'],
    columns: {
      slug: words('Product', '商品标识'),
      seller,
      name: words('Name', '名称'),
      published: words('Published', '是否上架'),
      listed_at: words('Listed', '归属时间'),
    },
    module: MODULE,
    party: true,
  },
  seller_entries: {
    summary: words('Entries of the sellers’ accounts', '商户账目'),
    key: ['entry_id'],
    columns: {
      entry_id: words('Entry', '账目编号'),
      seller,
      kind: words('Kind', '类型'),
      order_no: words('Order', '订单号'),
      line_no: words('Line', '订单行'),
      reference: words('Payout reference', '结算单号'),
      currency,
      amount_minor: words('Amount, minor units', '金额（最小货币单位）'),
      at: words('When', '时间'),
      rma_no: words('Return', '退货单号'),
    },
    module: MODULE,
    party: true,
  },
  seller_balances: {
    summary: words('What sellers are owed', '商户余额'),
    key: ['seller', 'currency'],
    columns: { seller, currency, balance_minor: words('Balance, minor units', '余额（最小货币单位）') },
    module: MODULE,
    party: true,
  },
} as const satisfies Record<string, ViewSpec>;

export const marketInvariants = {
  seller_entries_match_lines: words(
    'Entries of sellers match the lines that were delivered',
    '商户账目与已送达订单行一致',
  ),
  seller_entries_follow_orders: words('A returned order is taken back from its sellers', '已退回订单同步冲回商户账目'),
} as const;
