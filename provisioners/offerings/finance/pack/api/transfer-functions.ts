/** Transfers, in one phase or two. */
import { z } from 'zod';
import { AccountCode, Day, Description, EXAMPLE_ID, Limit, Minor, words, type FunctionSpec } from './spec.ts';

const TransferId = z.uuid();

export const transferFunctions = {
  transfer: {
    summary: words('Transfer money', '转账'),
    description: words(
      'At once, or `pending`: then the money is reserved until it is posted, voided or runs out. A `transferId` of your own is good for one transfer for ever.',
      '立即入账；或设 `pending` 先行冻结，直至入账、撤销或超时。自带的 `transferId` 永久只对应一笔转账。',
    ),
    body: z.strictObject({
      debit: AccountCode,
      credit: AccountCode,
      amountMinor: Minor,
      transferId: TransferId.optional(),
      pending: z.boolean().optional(),
      timeoutSeconds: z.int().min(1).max(2_592_000).optional(),
      code: z.int().min(1).max(65_535).optional(),
      description: Description.optional(),
      businessDate: Day.optional(),
    }),
    writes: true,
    status: 201,
    errors: ['ICF04', 'ICF05', 'ICF11', 'ICF12', 'ICF15'],
    example: { debit: 'WALLET-1001', credit: 'WALLET-1002', amountMinor: '25000', pending: true },
    module: null,
  },
  post_transfer: {
    summary: words('Post a pending transfer', '冻结转账入账'),
    description: words('All that was reserved, or a part: the rest goes back.', '全额或部分入账，剩余部分自动解冻。'),
    body: z.strictObject({ transferId: TransferId, amountMinor: Minor.optional(), businessDate: Day.optional() }),
    writes: true,
    status: 200,
    errors: ['ICF04', 'ICF05', 'ICF08', 'ICF09', 'ICF10', 'ICF11', 'ICF12', 'ICF23'],
    example: { transferId: EXAMPLE_ID, amountMinor: '24000' },
    module: null,
  },
  void_transfer: {
    summary: words('Void a pending transfer', '撤销冻结转账'),
    description: words(
      'Gives all of it back. Refused when it is posted, voided or expired.',
      '全额解冻。已入账、已撤销或已超时的转账会被拒绝。',
    ),
    body: z.strictObject({ transferId: TransferId }),
    writes: true,
    status: 200,
    errors: ['ICF08', 'ICF12', 'ICF23'],
    example: { transferId: EXAMPLE_ID },
    module: null,
  },
  expire_transfers: {
    summary: words('Give back what ran out', '释放超时冻结'),
    description: words(
      'Pending transfers whose time is over. Runs once a minute by itself.',
      '处理已超时的冻结转账，系统每分钟自动执行。',
    ),
    body: z.strictObject({ limit: Limit.optional() }),
    writes: true,
    status: 200,
    errors: [],
    example: {},
    module: null,
  },
} as const satisfies Record<string, FunctionSpec>;
