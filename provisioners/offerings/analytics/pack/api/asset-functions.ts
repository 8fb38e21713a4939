/** Functions of the register of data assets, and of sharing. */
import { z } from 'zod';
import { Day, Minor, scope, Text, Time, Word, words, type FunctionSpec } from './spec.ts';

const ShareId = z.uuid();
const SHARE = { shareId: '01920000-0000-7000-8000-000000000000' };

export const assetFunctions = {
  register_dataset: {
    summary: words('Register a dataset', '登记数据集'),
    description: words(
      'What it holds, whose it is, how it is classified, what for it may be used and how long it is kept. Fields that are named change; the others stay. What is about persons is at least confidential.',
      '登记内容、负责人、分级、允许用途与保留期限。只修改给出的字段。涉及个人的数据集至少为机密级。',
    ),
    body: z.strictObject({
      dataset: Word,
      description: z.string().min(1).max(500).optional(),
      owner: Text.optional(),
      classification: z.enum(['public', 'internal', 'confidential', 'restricted']).optional(),
      personal: z.boolean().optional(),
      residency: z.string().min(1).max(60).optional(),
      retentionDays: z.int().min(1).max(36_500).optional(),
      purposes: z.array(z.string().min(1).max(60)).max(20).optional(),
      valueMinor: Minor.optional(),
    }),
    writes: true,
    status: 200,
    errors: [],
    example: {
      dataset: 'campaign_costs',
      description: 'What campaigns cost',
      owner: 'marketing',
      classification: 'internal',
      purposes: ['reporting'],
    },
    module: null,
  },
  link_datasets: {
    summary: words('Note lineage', '登记血缘'),
    description: words(
      'The child is made of the parent. A circle is refused.',
      '登记子数据集由父数据集生成。形成环路时拒绝。',
    ),
    body: z.strictObject({ child: Word, parent: Word, via: Text }),
    writes: true,
    status: 201,
    errors: ['ICA04', 'ICA10'],
    example: { child: 'campaign_costs', parent: 'sales_daily', via: 'spreadsheet' },
    module: null,
  },
  export_metric: {
    summary: words('Make anonymous figures', '生成匿名数据'),
    description: words(
      'A metric by day, in all or by one dimension, as far as enough people are behind each figure. Where a hidden figure could be reckoned out from the rest, the smallest of the rest is hidden too.',
      '按日生成指标总值或按一个维度展开的数值，仅保留涉及足够人数的单元。若隐藏值可由其余值推算，则同时隐藏其中最小者。',
    ),
    body: z.strictObject({ metric: Word, by: Word.optional(), ...scope }),
    writes: true,
    status: 200,
    errors: ['ICA01', 'ICA02'],
    example: { metric: 'revenue', by: 'region' },
    module: null,
  },
  grant_share: {
    summary: words('Share figures', '授予共享'),
    description: words(
      'Somebody may read the anonymous figures of a metric, for a registered purpose, until a time.',
      '允许对方按已登记用途、在限定期限内读取某指标的匿名数据。',
    ),
    body: z.strictObject({
      metric: Word,
      by: Word.optional(),
      grantee: Text,
      purpose: z.string().min(1).max(60),
      until: Time,
      source: Text.optional(),
    }),
    writes: true,
    status: 201,
    errors: ['ICA01', 'ICA11'],
    example: {
      metric: 'revenue',
      by: 'region',
      grantee: 'Chamber of Commerce',
      purpose: 'benchmarking',
      until: '2027-06-30T00:00:00Z',
    },
    module: null,
  },
  read_share: {
    summary: words('Read a share', '读取共享'),
    description: words(
      'What the grantee may see. After its end it is refused.',
      '返回被授权方可见的数据；到期后拒绝访问。',
    ),
    body: z.strictObject({ shareId: ShareId, from: Day.optional(), to: Day.optional() }),
    writes: false,
    status: 200,
    errors: ['ICA04', 'ICA07'],
    example: SHARE,
    module: null,
  },
  end_share: {
    summary: words('End a share now', '立即终止共享'),
    description: words('Ended it stays in the register.', '终止后仍保留在登记册中。'),
    body: z.strictObject({ shareId: ShareId }),
    writes: true,
    status: 200,
    errors: ['ICA04'],
    example: SHARE,
    module: null,
  },
} as const satisfies Record<string, FunctionSpec>;
