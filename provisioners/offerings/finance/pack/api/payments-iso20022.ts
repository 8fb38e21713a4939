/** Module payments-iso20022: messages to and from other banks. */
import { z } from 'zod';
import { AccountCode, Book, Currency, Day, EXAMPLE_ID, Xml, words, type FunctionSpec } from './spec.ts';

const MODULE = 'payments-iso20022';
const IN_ERRORS = ['ICF05', 'ICF14', 'ICF20', 'ICF21'] as const;

const document = (definition: string, content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:${definition}">${content}</Document>`;

export const paymentsFunctions = {
  export_payments: {
    summary: words('Send payments that leave', '导出待发支付'),
    description: words(
      'A pacs.008 for other banks or a pain.001 for your own bank, with all payments of a currency that wait to leave. Each leaves once.',
      '生成发往他行的 pacs.008 或发往自有开户行的 pain.001，包含某币种全部待发支付，每笔只发送一次。',
    ),
    body: z.strictObject({
      definition: z.enum(['pacs.008.001.08', 'pain.001.001.09']),
      currency: Currency.optional(),
      scheme: z.string().min(1).max(20).optional(),
      book: Book.optional(),
      limit: z.int().min(1).max(1_000).optional(),
    }),
    writes: true,
    status: 201,
    errors: [],
    example: { definition: 'pacs.008.001.08', currency: 'CNY' },
    module: MODULE,
  },
  receive_credit_transfers: {
    summary: words('Take payments of other banks', '接收他行支付'),
    description: words(
      'A pacs.008: each payment is credited or refused by itself.',
      'pacs.008 报文：每笔支付各自入账或拒绝。',
    ),
    body: z.strictObject({ xml: Xml }),
    writes: true,
    status: 201,
    errors: IN_ERRORS,
    example: { xml: document('pacs.008.001.08', '<FIToFICstmrCdtTrf>…</FIToFICstmrCdtTrf>') },
    module: MODULE,
  },
  record_status: {
    summary: words('Take a status report', '接收状态报告'),
    description: words(
      'A pacs.002: what the other side settled is settled here, what it refused comes back to the payer.',
      'pacs.002 报文：对方已结清的支付在此结清，被拒绝的款项退回付款人。',
    ),
    body: z.strictObject({ xml: Xml }),
    writes: true,
    status: 200,
    errors: IN_ERRORS,
    example: { xml: document('pacs.002.001.10', '<FIToFIPmtStsRpt>…</FIToFIPmtStsRpt>') },
    module: MODULE,
  },
  export_status: {
    summary: words('Report on received payments', '导出支付状态报告'),
    description: words(
      'What became of the payments of a message that came in, as they stand now: a pain.002 for a payment file, a pacs.002 for another bank.',
      '就所收报文中的支付当前状态生成报告：付款文件对应 pain.002，他行支付对应 pacs.002。',
    ),
    body: z.strictObject({ messageId: z.uuid() }),
    writes: true,
    status: 201,
    errors: ['ICF12'],
    example: { messageId: EXAMPLE_ID },
    module: MODULE,
  },
  export_statement: {
    summary: words('Write a statement', '导出对账单'),
    description: words(
      'A camt.053 of one account as its holder sees it, with opening and closing balance.',
      '以账户持有人视角生成 camt.053 对账单，含期初与期末余额。',
    ),
    body: z.strictObject({ account: AccountCode, from: Day.optional(), until: Day.optional() }),
    writes: true,
    status: 201,
    errors: ['ICF12'],
    example: { account: 'WALLET-1001', from: '2026-11-01', until: '2026-11-30' },
    module: MODULE,
  },
  record_bank_statement: {
    summary: words('Take a statement of your bank', '接收银行对账单'),
    description: words(
      'A camt.053: a booked debit with the id and amount of a payment on its way settles it. The answer lists what is known here and what is not.',
      'camt.053 报文：编号与金额相符的已记账借记会结清在途支付；并列出已识别与未识别的条目。',
    ),
    body: z.strictObject({ xml: Xml }),
    writes: true,
    status: 200,
    errors: IN_ERRORS,
    example: { xml: document('camt.053.001.08', '<BkToCstmrStmt>…</BkToCstmrStmt>') },
    module: MODULE,
  },
  read_message: {
    summary: words('Read a message', '读取报文'),
    description: words('As it came or left.', '返回收到或发出的报文原文。'),
    body: z.strictObject({ messageId: z.uuid() }),
    writes: false,
    status: 200,
    errors: ['ICF12'],
    example: { messageId: EXAMPLE_ID },
    module: MODULE,
  },
} as const satisfies Record<string, FunctionSpec>;
