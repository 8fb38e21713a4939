/** Payments on our own books, seals, and functions that keep the ledger tidy. */
import { z } from 'zod';
import { EXAMPLE_ID, Nothing, Xml, words, type FunctionSpec } from './spec.ts';

const EXAMPLE_INITIATION = `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>
<GrpHdr><MsgId>FILE-1</MsgId><CreDtTm>2026-11-22T10:00:00Z</CreDtTm><NbOfTxs>1</NbOfTxs><CtrlSum>12.50</CtrlSum><InitgPty><Nm>Lin Xia</Nm></InitgPty></GrpHdr>
<PmtInf><PmtInfId>1</PmtInfId><PmtMtd>TRF</PmtMtd><ReqdExctnDt><Dt>2026-11-22</Dt></ReqdExctnDt><Dbtr><Nm>Lin Xia</Nm></Dbtr>
<DbtrAcct><Id><Othr><Id>WALLET-1001</Id></Othr></Id></DbtrAcct><DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt>
<CdtTrfTxInf><PmtId><EndToEndId>INV-77</EndToEndId></PmtId><Amt><InstdAmt Ccy="CNY">12.50</InstdAmt></Amt>
<Cdtr><Nm>Wei Chen</Nm></Cdtr><CdtrAcct><Id><Othr><Id>WALLET-1002</Id></Othr></Id></CdtrAcct></CdtTrfTxInf></PmtInf>
</CstmrCdtTrfInitn></Document>`;

export const upkeepFunctions = {
  initiate_payments: {
    summary: words('Hand in a payment file', '提交支付文件'),
    description: words(
      'An ISO 20022 pain.001 (2019 or 2009). Each payment is settled, reserved, kept for a second person or for its day, or refused by itself. The same file again is a duplicate.',
      'ISO 20022 pain.001 报文（2019 或 2009 版）。每笔支付各自结清、冻结、待复核、待执行日或拒绝。重复提交同一文件会被识别。',
    ),
    body: z.strictObject({ xml: Xml }),
    writes: true,
    status: 201,
    errors: ['ICF05', 'ICF14', 'ICF20', 'ICF21'],
    example: { xml: EXAMPLE_INITIATION },
    module: null,
  },
  execute_due_payments: {
    summary: words('Make payments whose day has come', '执行到期支付'),
    description: words(
      'Payments with a requested day in the future wait as RCVD. Runs every five minutes by itself.',
      '指定了未来执行日的支付以 RCVD 等待。系统每五分钟自动执行。',
    ),
    body: z.strictObject({ limit: z.int().min(1).max(1_000).optional() }),
    writes: true,
    status: 200,
    errors: ['ICF05'],
    example: {},
    module: null,
  },
  release_payment: {
    summary: words('Release a payment that waits', '放行待处理支付'),
    description: words(
      'Tries a payment in PDNG again. Over the limit of dual control it has to be proposed.',
      '重新处理状态为 PDNG 的支付。超过双人复核限额时须先提议。',
    ),
    body: z.strictObject({ paymentId: z.uuid() }),
    writes: true,
    status: 200,
    errors: ['ICF05', 'ICF12', 'ICF15', 'ICF23'],
    example: { paymentId: EXAMPLE_ID },
    module: null,
  },
  reject_payment: {
    summary: words('Give up a payment that waits', '放弃待处理支付'),
    description: words('A payment in PDNG becomes RJCT.', '状态为 PDNG 的支付转为 RJCT。'),
    body: z.strictObject({ paymentId: z.uuid() }),
    writes: true,
    status: 200,
    errors: ['ICF12', 'ICF23'],
    example: { paymentId: EXAMPLE_ID },
    module: null,
  },
  seal_journals: {
    summary: words('Seal what was posted', '封存凭证'),
    description: words(
      'Chains all journals that are not sealed yet by SHA-256. Runs by itself at the interval of the tenant.',
      '以 SHA-256 将尚未封存的凭证入链。系统按设定间隔自动执行。',
    ),
    body: z.strictObject({
      onlyWhenDue: z.boolean().optional(),
      limit: z.int().min(1).max(50_000).optional(),
    }),
    writes: true,
    status: 200,
    errors: [],
    example: {},
    module: null,
  },
  verify_seals: {
    summary: words('Verify seals', '核验封存'),
    description: words(
      'Computes roots anew from the books, the longest unchecked first. Runs daily by itself.',
      '由账簿重新计算封存根，最久未核验者优先。系统每天自动执行。',
    ),
    body: z.strictObject({ limit: z.int().min(1).max(1_000).optional() }),
    writes: true,
    status: 200,
    errors: [],
    example: {},
    module: null,
  },
  export_seal: {
    summary: words('Export a seal', '导出封存'),
    description: words(
      'All that somebody without access needs to compute the root: the root before, and the line of every journal.',
      '无系统权限者独立计算封存根所需的全部内容：前一封存根与每张凭证的文本行。',
    ),
    body: z.strictObject({ sealNo: z.int().min(1).max(999_999_999) }),
    writes: false,
    status: 200,
    errors: ['ICF12'],
    example: { sealNo: 1 },
    module: null,
  },
  forget_idempotency_keys: {
    summary: words('Forget old idempotency keys', '清理过期幂等键'),
    description: words(
      'Answers stored for repeated requests are dropped after a week, or the time given. Transfers and messages remember their own ids for good.',
      '为重复请求保存的响应默认保留一周，也可指定时长。转账与报文自身的编号永久有效。',
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
      'Gives back what self-tests left pending. Their journals stay, in a book of their own that counts in no figure.',
      '释放自检遗留的冻结金额。自检凭证保留在独立账套中，不计入任何指标。',
    ),
    body: Nothing,
    writes: true,
    status: 200,
    errors: [],
    example: {},
    module: null,
  },
  seed_demo: {
    summary: words('Fill an empty ledger with demo data', '生成演示数据'),
    description: words(
      'The same customers and 2,000 transfers over 60 days every time, with fees, holds, payments and seals. Refused when demo data are there already.',
      '每次生成同样的客户以及 60 天内的 2,000 笔转账，包含手续费、冻结、支付与封存。已有演示数据时拒绝执行。',
    ),
    body: z.strictObject({
      wallets: z.int().min(4).max(500).optional(),
      transfers: z.int().min(0).max(20_000).optional(),
      days: z.int().min(1).max(365).optional(),
      until: z.iso.datetime({ offset: true }).optional(),
    }),
    writes: true,
    status: 201,
    errors: ['ICF05', 'ICF14'],
    example: {},
    module: null,
  },
} as const satisfies Record<string, FunctionSpec>;
