// Messages against the schemas of ISO 20022, and against a library that others make and read them with.
import { randomUUID } from 'node:crypto';
import { CashManagementEndOfDayReport, ISO20022 } from 'iso20022.js';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { ORACLES, WITH_ORACLES } from '../testing/oracles.ts';
import { type Json } from '../../../kit/pack/test-tenant.ts';
import { openBooks, openWallets, type Books } from './books-fixture.ts';
import { bankStatement, creditTransfer, initiation } from './iso-fixture.ts';

const OURS = 'DE89370400440532013000';
const ELSEWHERE = 'GB29NWBK60161331926819';
let books: Books;

beforeAll(async () => {
  books = await openBooks(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 4 }), {
    modules: ['payments-iso20022'],
    params: { base_currency: 'USD', payment_schemes: ['swift'] },
  });
  await openWallets(books, ['PAYER', 'PAYEE'], { currency: 'USD', fundMinor: '1000000' });
  await books.call('open_account', {
    code: 'WITH-IBAN',
    name: 'With <IBAN> & "quotes"',
    kind: 'L',
    currency: 'USD',
    iban: OURS,
  });
  await books.call('transfer', { debit: 'CASH', credit: 'WITH-IBAN', amountMinor: '500000' });
});
afterAll(() => books.close());

const payOut = (from: string, amount: string) =>
  books.call('initiate_payments', {
    xml: initiation(`F-${randomUUID().slice(0, 8)}`, [
      { endToEndId: 'OUT', from, to: ELSEWHERE, amount, currency: 'USD', uetr: randomUUID(), bic: 'NWBKGB2L' },
      { endToEndId: 'OUT-2', from, to: 'ACCOUNT-2', amount, currency: 'USD' },
    ]),
  });

describe.skipIf(ORACLES === null)(WITH_ORACLES, () => {
  const errorsOf = (...args: Parameters<NonNullable<typeof ORACLES>['schemaErrors']>) => ORACLES?.schemaErrors(...args);

  test('the schemas refuse what is wrong', async () => {
    const message = initiation('M', [{ endToEndId: 'E', from: 'A', to: 'B', amount: '1.00' }]);
    expect(await errorsOf('pain.001.001.09', message.replace('<PmtMtd>TRF</PmtMtd>', ''))).not.toEqual([]);
    expect(await errorsOf('pain.001.001.09', message.replace('>1.00<', '>1,00<'))).not.toEqual([]);
  });

  test('messages of these tests are valid', async () => {
    const paid = [{ endToEndId: 'E', from: OURS, to: 'B', amount: '1.00', uetr: randomUUID() }];
    expect(await errorsOf('pain.001.001.09', initiation('M', paid))).toEqual([]);
    expect(await errorsOf('pacs.008.001.08', creditTransfer('M', paid))).toEqual([]);
    expect(await errorsOf('camt.053.001.08', bankStatement('M', [{ endToEndId: 'E', amount: '1.00' }]))).toEqual([]);
  });

  test.each(['pacs.008.001.08', 'pain.001.001.09'] as const)('%s that leaves is valid', async (definition) => {
    await payOut('PAYER', '12.34');
    await payOut('WITH-IBAN', '5.00');
    const { xml, payments } = await books.call('export_payments', { definition });
    expect(payments).toBe(4);
    expect(await errorsOf(definition, String(xml))).toEqual([]);
  });

  test('a pain.001 that leaves is one that is taken in', async () => {
    await payOut('PAYER', '1.11');
    const { xml } = await books.call('export_payments', { definition: 'pain.001.001.09' });
    const other = await openBooks(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 2 }));
    try {
      const { payments } = await other.call('initiate_payments', { xml });
      expect((payments as Json[]).map(({ amountMinor, reason }) => [amountMinor, reason])).toEqual([
        ['111', 'AC02'],
        ['111', 'AC02'],
      ]);
    } finally {
      await other.close();
    }
  });

  test('reports on payments that came in are valid', async () => {
    const { messageId } = await payOut('PAYER', '7.00');
    const onFile = await books.call('export_status', { messageId });
    expect(await ORACLES?.readErrors('pain.002.001.10', String(onFile['xml']))).toBe('');
    // Of this report a package has a later schema only, which takes all of the earlier one.
    const asLater = String(onFile['xml']).replace('pain.002.001.10', 'pain.002.001.12');
    expect(await errorsOf('pain.002.001.12', asLater)).toEqual([]);
    const received = await books.call('receive_credit_transfers', {
      xml: creditTransfer(`R-${randomUUID().slice(0, 8)}`, [
        { endToEndId: 'A', from: ELSEWHERE, to: OURS, amount: '1.00', currency: 'USD', uetr: randomUUID() },
        { endToEndId: 'B', from: ELSEWHERE, to: 'NOBODY', amount: '1.00', currency: 'USD', uetr: randomUUID() },
      ]),
    });
    const toBank = await books.call('export_status', { messageId: received['messageId'] });
    expect(await ORACLES?.readErrors('pacs.002.001.10', String(toBank['xml']))).toBe('');
    const misspelt = String(toBank['xml']).replaceAll('OrgnlUETR', 'OriginalUETR');
    expect(await ORACLES?.readErrors('pacs.002.001.10', misspelt)).toContain('OriginalUETR');
  });

  test.each(['PAYER', 'WITH-IBAN', 'CASH'])('a statement of %s is valid', async (account) => {
    await books.call('initiate_payments', {
      xml: initiation(`F-${randomUUID().slice(0, 8)}`, [
        { endToEndId: 'IN', from: 'PAYER', to: 'WITH-IBAN', amount: '2.00', currency: 'USD' },
      ]),
    });
    const { xml } = await books.call('export_statement', { account });
    expect(await errorsOf('camt.053.001.08', String(xml))).toEqual([]);
  });
});

test('a payment file that iso20022.js made is paid', async () => {
  const file = new ISO20022({
    initiatingParty: {
      name: 'Payer',
      id: 'PAYER',
      account: { accountNumber: 'PAYER' },
      agent: { bic: 'CHASUS33', bankAddress: { country: 'US' } },
    },
  }).createSWIFTCreditPaymentInitiation([
    {
      type: 'swift',
      direction: 'credit',
      amount: 1000,
      currency: 'USD',
      creditor: {
        name: 'With IBAN',
        account: { iban: OURS },
        agent: { bic: 'DEUTDEFF' },
        address: { streetName: '1 Main St', townName: 'Town', postalCode: '12345', country: 'DE' },
      },
    },
  ]);
  const { payments, definition } = await books.call('initiate_payments', { xml: file.serialize() });
  expect(definition).toBe('pain.001.001.03');
  expect(payments).toMatchObject([{ status: 'ACSC', amountMinor: '1000', creditorAccount: OURS }]);
});

test('iso20022.js reads our statement as we wrote it', async () => {
  const { xml, entries, closingMinor } = await books.call('export_statement', { account: 'WITH-IBAN' });
  const report = CashManagementEndOfDayReport.fromXML(String(xml));
  expect(report.entries).toHaveLength(Number(entries));
  const sum = report.entries.reduce(
    (total, each) => total + (each.creditDebitIndicator === 'debit' ? -each.amount : each.amount),
    0,
  );
  expect(String(sum)).toBe(closingMinor);
});
