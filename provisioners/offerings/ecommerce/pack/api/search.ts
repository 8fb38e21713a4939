/** What the module search adds to the API. */
import { z } from 'zod';
import { CategoryPath, words, type FunctionSpec } from './spec.ts';

export const searchFunctions = {
  search_products: {
    summary: words('Search the catalogue', '搜索商品'),
    description: words(
      'Published products by name, brand, SKU and description, the best match first. Typing errors are forgiven; parts of a text are found.',
      '按名称、品牌、规格编码与描述搜索已上架商品，按匹配度排序，容忍拼写错误，支持部分匹配。',
    ),
    body: z.strictObject({
      text: z.string().min(1).max(200),
      category: CategoryPath.optional(),
      inStock: z.boolean().optional(),
      limit: z.int().min(1).max(100).optional(),
    }),
    writes: false,
    status: 200,
    errors: ['ICO08'],
    example: { text: 'blue mug', limit: 10 },
    module: 'search',
  },
} as const satisfies Record<string, FunctionSpec>;

export const searchInvariants = {
  search_knows_the_catalogue: words('The search knows the catalogue as it is', '搜索内容与商品目录一致'),
} as const;
