/** Messages for tests, written by hand after the schemas. */
export interface Paid {
  readonly endToEndId: string;
  readonly amount: string;
  readonly from: string;
  readonly to: string;
  readonly currency?: string;
  readonly uetr?: string;
  readonly bic?: string;
  readonly day?: string;
}

const account = (id: string): string =>
  /^[A-Z]{2}[0-9]{2}/.test(id) ? `<Id><IBAN>${id}</IBAN></Id>` : `<Id><Othr><Id>${id}</Id></Othr></Id>`;

const bank = (bic = 'COBADEFFXXX'): string => `<FinInstnId><BICFI>${bic}</BICFI></FinInstnId>`;

const total = (payments: readonly Paid[]): string =>
  (payments.reduce((sum, { amount }) => sum + Math.round(Number(amount) * 100), 0) / 100).toFixed(2);

const document = (definition: string, content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${definition}">${content}</Document>`;

const paymentIds = ({ endToEndId, uetr }: Paid): string =>
  `<PmtId><EndToEndId>${endToEndId}</EndToEndId>${uetr === undefined ? '' : `<UETR>${uetr}</UETR>`}</PmtId>`;

/** A pain.001.001.09, a batch for each payment. */
export function initiation(
  msgId: string,
  payments: readonly Paid[],
  header: { count?: string; sum?: string } = {},
): string {
  const batches = payments.map(
    (payment, n) => `<PmtInf><PmtInfId>${msgId}-${n}</PmtInfId><PmtMtd>TRF</PmtMtd>
<ReqdExctnDt><Dt>${payment.day ?? '2020-01-31'}</Dt></ReqdExctnDt><Dbtr><Nm>Payer &amp; Sons</Nm></Dbtr><DbtrAcct>${account(payment.from)}</DbtrAcct>
<DbtrAgt>${bank()}</DbtrAgt><CdtTrfTxInf>${paymentIds(payment)}
<Amt><InstdAmt Ccy="${payment.currency ?? 'CNY'}">${payment.amount}</InstdAmt></Amt><CdtrAgt>${bank(payment.bic)}</CdtrAgt>
<Cdtr><Nm>Payee</Nm></Cdtr><CdtrAcct>${account(payment.to)}</CdtrAcct><RmtInf><Ustrd>Invoice ${n}</Ustrd></RmtInf></CdtTrfTxInf></PmtInf>`,
  );
  return document(
    'pain.001.001.09',
    `<CstmrCdtTrfInitn><GrpHdr><MsgId>${msgId}</MsgId><CreDtTm>2026-11-22T10:00:00Z</CreDtTm>
<NbOfTxs>${header.count ?? payments.length}</NbOfTxs><CtrlSum>${header.sum ?? total(payments)}</CtrlSum><InitgPty><Nm>Payer</Nm></InitgPty></GrpHdr>
${batches.join('\n')}</CstmrCdtTrfInitn>`,
  );
}

/** A pacs.008.001.08 of another bank. */
export function creditTransfer(msgId: string, payments: readonly Paid[]): string {
  const transfers = payments.map(
    (
      payment,
    ) => `<CdtTrfTxInf>${paymentIds(payment)}<IntrBkSttlmAmt Ccy="${payment.currency ?? 'CNY'}">${payment.amount}</IntrBkSttlmAmt>
<ChrgBr>SLEV</ChrgBr><Dbtr><Nm>Elsewhere</Nm></Dbtr><DbtrAcct>${account(payment.from)}</DbtrAcct><DbtrAgt>${bank()}</DbtrAgt>
<CdtrAgt>${bank(payment.bic)}</CdtrAgt><Cdtr><Nm>Ours</Nm></Cdtr><CdtrAcct>${account(payment.to)}</CdtrAcct></CdtTrfTxInf>`,
  );
  return document(
    'pacs.008.001.08',
    `<FIToFICstmrCdtTrf><GrpHdr><MsgId>${msgId}</MsgId><CreDtTm>2026-11-22T10:00:00Z</CreDtTm><NbOfTxs>${payments.length}</NbOfTxs>
<SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr>${transfers.join('\n')}</FIToFICstmrCdtTrf>`,
  );
}

/** A pacs.002.001.10 on payments by their UETR: settled, or refused with a reason. */
export function statusReport(
  msgId: string,
  verdicts: readonly { uetr: string; status: 'ACSC' | 'RJCT'; reason?: string }[],
): string {
  const each = verdicts.map(
    ({ uetr, status, reason }) =>
      `<TxInfAndSts><OrgnlUETR>${uetr}</OrgnlUETR><TxSts>${status}</TxSts>${reason === undefined ? '' : `<StsRsnInf><Rsn><Cd>${reason}</Cd></Rsn></StsRsnInf>`}</TxInfAndSts>`,
  );
  return document(
    'pacs.002.001.10',
    `<FIToFIPmtStsRpt><GrpHdr><MsgId>${msgId}</MsgId><CreDtTm>2026-11-22T10:00:00Z</CreDtTm></GrpHdr>${each.join('')}</FIToFIPmtStsRpt>`,
  );
}

const balance = (
  code: string,
) => `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-11-22</Dt></Dt></Bal>`;

/** A camt.053.001.08 of our own bank: debits it has booked. */
export function bankStatement(
  msgId: string,
  entries: readonly { endToEndId: string; amount: string; currency?: string }[],
): string {
  const list = entries.map(
    (
      { endToEndId, amount, currency = 'CNY' },
      n,
    ) => `<Ntry><NtryRef>${n}</NtryRef><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd>
<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-22</Dt></BookgDt><BkTxCd><Prtry><Cd>TRF</Cd></Prtry></BkTxCd>
<NtryDtls><TxDtls><Refs><EndToEndId>${endToEndId}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>`,
  );
  return document(
    'camt.053.001.08',
    `<BkToCstmrStmt><GrpHdr><MsgId>${msgId}</MsgId><CreDtTm>2026-11-22T10:00:00Z</CreDtTm></GrpHdr><Stmt><Id>${msgId}</Id>
<Acct>${account('OURS')}</Acct>${balance('OPBD')}${balance('CLBD')}${list.join('\n')}</Stmt></BkToCstmrStmt>`,
  );
}
