// Payments to and from other banks: reserved, sent once, settled or given back; statements out and in.
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal, type Json } from '../../../kit/pack/test-tenant.ts';
import { countersOf, openBooks, openWallets, type Books } from './books-fixture.ts';
import { bankStatement, creditTransfer, initiation, statusReport } from './iso-fixture.ts';

const ELSEWHERE = 'GB29NWBK60161331926819';
let books: Books;
let files = 0;

beforeAll(async () => {
  books = await openBooks(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 8 }), {
    modules: ['payments-iso20022'],
    params: { institution_bic: 'COBADEFFXXX' },
  });
  await openWallets(books, ['PAYER', 'OTHER'], { fundMinor: '1000000' });
});
afterAll(() => books.close());

const newId = (): string => `F-${(files += 1)}`;

/** Sends money out and says by which ids it is known. */
async function payOut(
  amount: string,
  more: Json = {},
): Promise<{ uetr: string; endToEndId: string; paymentId: string }> {
  const uetr = randomUUID();
  const endToEndId = `E-${uetr.slice(0, 8)}`;
  const xml = initiation(newId(), [
    { endToEndId, from: 'PAYER', to: ELSEWHERE, amount, uetr, bic: 'NWBKGB2LXXX', ...more },
  ]);
  const { payments } = await books.call('initiate_payments', { xml });
  const [payment] = payments as Json[];
  expect(payment).toMatchObject({ status: 'ACSP' });
  return { uetr, endToEndId, paymentId: String(payment?.['paymentId']) };
}
const statusOf = async (paymentId: string) =>
  (await books.rows('SELECT status, reason FROM api.payments WHERE payment_id = $1', [paymentId]))[0];
const exportAs = (definition: string) => books.call('export_payments', { definition });

describe('out', () => {
  test('money that leaves is reserved, sent once, and settled by a status report', async () => {
    const before = await countersOf(books, 'PAYER');
    const { uetr, paymentId } = await payOut('25.00');
    expect(await countersOf(books, 'PAYER')).toEqual({ ...before, dp: '2500' });
    const sent = await exportAs('pacs.008.001.08');
    expect(sent).toMatchObject({ payments: 1, definition: 'pacs.008.001.08' });
    expect(sent['xml']).toContain(`<UETR>${uetr}</UETR>`);
    expect(sent['xml']).toContain('<BICFI>NWBKGB2LXXX</BICFI>');
    expect(sent['xml']).toContain('<Nm>Payer &amp; Sons</Nm>');
    expect(await exportAs('pacs.008.001.08')).toEqual({ messageId: null, payments: 0 });
    expect((await books.callWithKey('read_message', null, { messageId: sent['messageId'] })).result['xml']).toBe(
      sent['xml'],
    );

    await books.call('record_status', { xml: statusReport(newId(), [{ uetr, status: 'ACSC' }]) });
    expect(await statusOf(paymentId)).toEqual({ status: 'ACSC', reason: null });
    expect(await countersOf(books, 'PAYER')).toEqual({ ...before, d: String(Number(before['d']) + 2500) });
    expect(await books.rows("SELECT balance_minor FROM api.accounts WHERE account = 'NOSTRO-CNY'")).toEqual([
      { balance_minor: '-2500' },
    ]);
    expect(await books.broken()).toEqual({});
  });

  test('what the other side refuses comes back, with its reason', async () => {
    const before = await countersOf(books, 'PAYER');
    const { uetr, paymentId } = await payOut('10.00');
    await books.call('record_status', { xml: statusReport(newId(), [{ uetr, status: 'RJCT', reason: 'AC01' }]) });
    expect(await statusOf(paymentId)).toEqual({ status: 'RJCT', reason: 'AC01' });
    expect(await countersOf(books, 'PAYER')).toEqual(before);
    const late = await books.call('record_status', { xml: statusReport(newId(), [{ uetr, status: 'ACSC' }]) });
    expect(late['payments']).toEqual([]);
    expect(await statusOf(paymentId)).toEqual({ status: 'RJCT', reason: 'AC01' });
    expect(await books.broken()).toEqual({});
  });

  test('its transfer is resolved with it, not by itself', async () => {
    const { paymentId } = await payOut('1.00');
    const [payment] = await books.rows('SELECT transfer_id FROM api.payments WHERE payment_id = $1', [paymentId]);
    const transferId = payment?.['transfer_id'];
    for (const fn of ['void_transfer', 'post_transfer']) {
      expect(await refusal(books.call(fn, { transferId }))).toEqual({
        code: 'ICF23',
        facts: { transferId, status: 'pending' },
      });
    }
    await books.rows("SELECT api.expire_transfers('{}')");
    expect(await statusOf(paymentId)).toMatchObject({ status: 'ACSP' });
  });

  test('more than there is does not leave', async () => {
    const xml = initiation(newId(), [{ endToEndId: 'X', from: 'PAYER', to: ELSEWHERE, amount: '99999999.00' }]);
    const { payments } = await books.call('initiate_payments', { xml });
    expect(payments).toMatchObject([{ status: 'RJCT', reason: 'AM04' }]);
  });

  test('a scheme that was not chosen is refused', async () => {
    await payOut('1.00');
    const odd = books.call('export_payments', { definition: 'pacs.008.001.08', scheme: 'sepa' });
    expect(await refusal(odd)).toMatchObject({ code: 'ICF13', facts: { field: 'scheme' } });
  });

  test('10 reports at once on 30 payments, in any order: each settles once, none deadlocks', async () => {
    const paid = await Promise.all(Array.from({ length: 30 }, () => payOut('0.10')));
    const verdicts = paid.map(({ uetr }) => ({ uetr, status: 'ACSC' as const }));
    await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        books.call('record_status', { xml: statusReport(newId(), n % 2 === 0 ? verdicts : verdicts.toReversed()) }),
      ),
    );
    const rows = await books.rows(
      "SELECT count(*)::int AS n FROM api.payments WHERE status = 'ACSC' AND amount_minor = '10'",
    );
    expect(rows).toEqual([{ n: 30 }]);
    expect(await books.broken()).toEqual({});
  });
});

describe('in', () => {
  const receive = (xml: string) => books.call('receive_credit_transfers', { xml });

  test('a payment of another bank is credited; to nobody it is refused', async () => {
    const before = await countersOf(books, 'OTHER');
    const { payments } = await receive(
      creditTransfer(newId(), [
        { endToEndId: 'IN-1', from: ELSEWHERE, to: 'OTHER', amount: '7.00' },
        { endToEndId: 'IN-2', from: ELSEWHERE, to: 'NOBODY', amount: '7.00' },
      ]),
    );
    expect(payments).toMatchObject([{ status: 'ACSC' }, { status: 'RJCT', reason: 'AC03' }]);
    expect(await countersOf(books, 'OTHER')).toEqual({ ...before, c: String(Number(before['c']) + 700) });
    expect(await books.broken()).toEqual({});
  });

  test('sent again it is a duplicate', async () => {
    const xml = creditTransfer(newId(), [{ endToEndId: 'IN-3', from: ELSEWHERE, to: 'OTHER', amount: '1.00' }]);
    await receive(xml);
    expect(await refusal(receive(xml))).toMatchObject({ code: 'ICF21' });
  });
});

describe('reports', () => {
  test('two banks settle with each other by what each writes', async () => {
    const theirs = await openBooks(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 2 }), {
      modules: ['payments-iso20022'],
    });
    try {
      await openWallets(theirs, ['WITH-THEM']);
      const good = await payOut('8.00', { to: 'WITH-THEM' });
      const lost = await payOut('9.00', { to: 'NOBODY-THERE' });
      const { xml } = await exportAs('pacs.008.001.08');
      const taken = await theirs.call('receive_credit_transfers', { xml });
      const report = await theirs.call('export_status', { messageId: taken['messageId'] });
      expect(report).toMatchObject({ definition: 'pacs.002.001.10', status: 'PART' });
      await books.call('record_status', { xml: report['xml'] });
      expect(await statusOf(good.paymentId)).toEqual({ status: 'ACSC', reason: null });
      expect(await statusOf(lost.paymentId)).toEqual({ status: 'RJCT', reason: 'AC03' });
      expect(await books.broken()).toEqual({});
    } finally {
      await theirs.close();
    }
  });

  test('a customer hears of each payment of a file, under the batch it came in', async () => {
    const uetr = randomUUID();
    const msgId = newId();
    const { messageId } = await books.call('initiate_payments', {
      xml: initiation(msgId, [
        { endToEndId: 'PAID', from: 'PAYER', to: 'OTHER', amount: '1.00', uetr },
        { endToEndId: 'POOR', from: 'PAYER', to: ELSEWHERE, amount: '99999999.00' },
      ]),
    });
    const { xml, status } = await books.call('export_status', { messageId });
    expect(status).toBe('PART');
    const batches = String(xml).split('<OrgnlPmtInfAndSts>').slice(1);
    expect(batches.map((each) => each.match(/<(OrgnlPmtInfId|OrgnlEndToEndId|TxSts|Cd)>[^<]*/g))).toEqual([
      [`<OrgnlPmtInfId>${msgId}-0`, '<OrgnlEndToEndId>PAID', '<TxSts>ACSC'],
      [`<OrgnlPmtInfId>${msgId}-1`, '<OrgnlEndToEndId>POOR', '<TxSts>RJCT', '<Cd>AM04'],
    ]);
    expect(xml).toContain(`<OrgnlUETR>${uetr}</OrgnlUETR>`);
  });

  test('there is none on a message that left, nor on one that is not known', async () => {
    await payOut('1.00');
    const { messageId } = await exportAs('pain.001.001.09');
    for (const id of [messageId, randomUUID()]) {
      expect(await refusal(books.call('export_status', { messageId: id }))).toMatchObject({ code: 'ICF12' });
    }
  });
});

describe('statements', () => {
  test('a statement of our bank settles what it booked, by id and amount, and lists the rest', async () => {
    const right = await payOut('3.00');
    const wrong = await payOut('4.00');
    const answer = await books.call('record_bank_statement', {
      xml: bankStatement(newId(), [
        { endToEndId: right.endToEndId, amount: '3.00' },
        { endToEndId: wrong.endToEndId, amount: '4.01' },
        { endToEndId: 'UNKNOWN', amount: '5.00' },
      ]),
    });
    expect(answer).toMatchObject({ entries: 3, settled: [{ endToEndId: right.endToEndId, status: 'ACSC' }] });
    expect((answer['open'] as Json[]).map(({ endToEndId }) => endToEndId)).toEqual([wrong.endToEndId, 'UNKNOWN']);
    expect(await statusOf(wrong.paymentId)).toMatchObject({ status: 'ACSP' });
    expect(await books.broken()).toEqual({});
  });

  test('a statement for a customer runs from the opening to the closing balance', async () => {
    const { xml, entries, closingMinor } = await books.call('export_statement', { account: 'OTHER' });
    const statement = await books.callWithKey('account_statement', null, { account: 'OTHER' });
    expect(closingMinor).toBe(statement.result['closingMinor']);
    expect(entries).toBe((statement.result['entries'] as Json[]).length);
    expect(String(xml).match(/<Ntry>/g)).toHaveLength(Number(entries));
  });

  test('what is no statement is refused', async () => {
    const broken = bankStatement(newId(), [{ endToEndId: 'X', amount: '1.00' }]).replace(
      /<Ntry>(.*?)<CdtDbtInd>DBIT<\/CdtDbtInd>/s,
      '<Ntry>$1',
    );
    expect(await refusal(books.call('record_bank_statement', { xml: broken }))).toMatchObject({
      code: 'ICF20',
      facts: { reason: 'structure' },
    });
    expect(await refusal(books.call('record_bank_statement', { xml: initiation(newId(), []) }))).toMatchObject({
      code: 'ICF20',
      facts: { reason: 'definition' },
    });
  });
});
