/** Functions that open a shop: categories, products, variants, prices, stock. */
import { z } from 'zod';
import {
  CategoryPath,
  Channel,
  Currency,
  Location,
  Minor,
  Name,
  Sku,
  Slug,
  Time,
  words,
  type FunctionSpec,
} from './spec.ts';

const ProductDetails = {
  description: z.string().min(1).max(5000).optional(),
  brand: Name.optional(),
  category: CategoryPath.optional(),
  costMinor: Minor.optional(),
};

export const catalogFunctions = {
  create_category: {
    summary: words('Add a category', '新增类目'),
    description: words(
      'Categories form a tree by their dotted path. A tax rate, in basis points, applies to all products of the category.',
      '类目按点分路径组成树形结构。税率以万分之一（基点）为单位，适用于该类目下的全部商品。',
    ),
    body: z.strictObject({ path: CategoryPath, name: Name, taxRateBp: z.int().min(0).max(10_000).optional() }),
    writes: true,
    status: 201,
    errors: ['ICO10'],
    example: { path: 'home.kitchen', name: 'Kitchen', taxRateBp: 1300 },
    module: null,
  },
  create_product: {
    summary: words('Add a product as a draft', '新建商品草稿'),
    description: words(
      'A draft cannot be ordered. Add a variant and a price, then publish it.',
      '草稿状态的商品不能下单。先添加规格和价格，再上架。',
    ),
    body: z.strictObject({ slug: Slug, name: Name, ...ProductDetails }),
    writes: true,
    status: 201,
    errors: ['ICO08', 'ICO10'],
    example: { slug: 'enamel-mug', name: 'Enamel mug', brand: 'Hearth' },
    module: null,
  },
  update_product: {
    summary: words('Change a product', '修改商品'),
    description: words('Fields that are named change; the others stay.', '只修改请求中给出的字段，其余保持不变。'),
    body: z.strictObject({ slug: Slug, name: Name.optional(), ...ProductDetails }),
    writes: true,
    status: 200,
    errors: ['ICO08'],
    example: { slug: 'enamel-mug', description: 'Holds 350 ml.' },
    module: null,
  },
  publish_product: {
    summary: words('Put a product on sale', '上架商品'),
    description: words(
      'Needs at least one variant and one price that holds now or later.',
      '至少需要一个规格，以及一个当前或将来生效的价格。',
    ),
    body: z.strictObject({ slug: Slug }),
    writes: true,
    status: 200,
    errors: ['ICO08', 'ICO15'],
    example: { slug: 'enamel-mug' },
    module: null,
  },
  unpublish_product: {
    summary: words('Take a product off sale', '下架商品'),
    description: words('No new orders are taken; open orders go on.', '不再接受新订单，已有订单照常处理。'),
    body: z.strictObject({ slug: Slug }),
    writes: true,
    status: 200,
    errors: ['ICO08'],
    example: { slug: 'enamel-mug' },
    module: null,
  },
  create_variant: {
    summary: words('Add a variant', '新增规格'),
    description: words(
      'A variant is what is stocked and sold. A GTIN of 8 to 14 digits is checked and kept as GTIN-14.',
      '规格（SKU）是备货和销售的最小单位。8 至 14 位的 GTIN 会校验校验位，并统一保存为 GTIN-14。',
    ),
    body: z.strictObject({
      slug: Slug,
      sku: Sku,
      gtin: z
        .string()
        .regex(/^[0-9]{8,14}$/)
        .optional(),
      attributes: z.record(z.string(), z.unknown()).optional(),
      weightG: z.int().min(0).max(100_000_000).optional(),
    }),
    writes: true,
    status: 201,
    errors: ['ICO08', 'ICO10'],
    example: { slug: 'enamel-mug', sku: 'MUG-350-BLUE', attributes: { colour: 'blue' }, weightG: 210 },
    module: null,
  },
  set_offer: {
    summary: words('Set a price', '设置价格'),
    description: words(
      'The price of a variant in a channel and currency from one instant on. It ends the price that held before, and gives way to a price already planned for later. The past cannot be rewritten.',
      '设置某规格在指定渠道和币种下自某一时刻起的价格：此前的价格随之终止，已预设的未来价格到时接替。历史价格不可改写。',
    ),
    body: z.strictObject({
      sku: Sku,
      priceMinor: Minor,
      channel: Channel.optional(),
      currency: Currency.optional(),
      validFrom: Time.optional(),
      validUntil: Time.optional(),
    }),
    writes: true,
    status: 200,
    errors: ['ICO08'],
    example: { sku: 'MUG-350-BLUE', priceMinor: '1999', channel: 'web', currency: 'CNY' },
    module: null,
  },
  receive_stock: {
    summary: words('Receive stock', '入库'),
    description: words(
      'What comes in is shared out over the stripes of the variant, so that many orders at once need not queue for one row.',
      '入库数量会分摊到该规格的各个库存分桶，使大量并发订单不必争抢同一行数据。',
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
    example: { sku: 'MUG-350-BLUE', qty: 500 },
    module: null,
  },
  adjust_stock: {
    summary: words('Correct stock after a count', '盘点调整'),
    description: words(
      'Adds to or takes from what is free. Reserved stock cannot be taken away.',
      '在可用库存上增减数量。已预留的库存不能调减。',
    ),
    body: z.strictObject({
      sku: Sku,
      delta: z.int().min(-10_000_000).max(10_000_000),
      location: Location.optional(),
      note: Name.optional(),
    }),
    writes: true,
    status: 200,
    errors: ['ICO04', 'ICO08'],
    example: { sku: 'MUG-350-BLUE', delta: -2, note: 'two broken' },
    module: null,
  },
  rebalance_stock: {
    summary: words('Level the stripes of a variant', '均衡库存分桶'),
    description: words(
      'Gives every stripe an equal share of what is free. Do it before a peak, or after changing the number of stripes.',
      '把可用库存平均分配到各个分桶。适合在大促之前，或调整分桶数量之后执行。',
    ),
    body: z.strictObject({ sku: Sku, location: Location.optional() }),
    writes: true,
    status: 200,
    errors: ['ICO08'],
    example: { sku: 'MUG-350-BLUE' },
    module: null,
  },
} as const satisfies Record<string, FunctionSpec>;
