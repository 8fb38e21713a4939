// Payment files: every payment is settled or refused by itself, a file once, and nothing unsound gets in.
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal, type Json } from '../../../kit/pack/test-tenant.ts';
import { countersOf, openBooks, openWallets, type Books } from './books-fixture.ts';
import { initiation } from './iso-fixture.ts';

const IBAN = 'DE89370400440532013000';
let books: Books;
let files = 0;

beforeAll(async () => {
  books = await openBooks(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 8 }));
  await openWallets(books, ['PAYER', 'PAYEE'], { fundMinor: '1000000' });
  await books.call('open_account', { code: 'YEN', name: 'Yen', kind: 'L', currency: 'JPY' });
  await books.call('open_account', { code: 'EURO', name: 'Euro', kind: 'L', currency: 'EUR', iban: IBAN });
});
afterAll(() => books.close());

const newId = (): string => `FILE-${(files += 1)}`;
const send = (xml: string) => books.call('initiate_payments', { xml });
const statuses = (answer: Json) =>
  (answer['payments'] as { status: string; reason?: string }[]).map(({ status, reason }) =>
    reason === undefined ? status : `${status} ${reason}`,
  );
const pay = (to: string, amount: string, more = {}) => ({
  endToEndId: `E2E-${to}`,
  from: 'PAYER',
  to,
  amount,
  ...more,
});

describe('a file', () => {
  test('is settled on our books at once', async () => {
    const before = await countersOf(books, 'PAYEE');
    const uetr = randomUUID();
    const answer = await send(initiation(newId(), [pay('PAYEE', '12.50', { uetr })]));
    expect(statuses(answer)).toEqual(['ACSC']);
    expect(await countersOf(books, 'PAYEE')).toEqual({ ...before, c: String(Number(before['c']) + 1250) });
    expect(
      await books.rows('SELECT uetr, status, debtor_name, remittance, amount_minor FROM api.payments WHERE uetr = $1', [
        uetr,
      ]),
    ).toEqual([{ uetr, status: 'ACSC', debtor_name: 'Payer & Sons', remittance: 'Invoice 0', amount_minor: '1250' }]);
    expect(await books.broken()).toEqual({});
  });

  test('sent again is a duplicate, whatever else is in it', async () => {
    const msgId = newId();
    const { messageId } = await send(initiation(msgId, [pay('PAYEE', '1.00')]));
    const before = await books.rows('SELECT count(*)::int AS n FROM ledger.journal');
    for (const again of [initiation(msgId, [pay('PAYEE', '1.00')]), initiation(msgId, [pay('PAYEE', '9.00')])]) {
      expect(await refusal(send(again))).toMatchObject({ code: 'ICF21', facts: { msgId, messageId } });
    }
    expect(await books.rows('SELECT count(*)::int AS n FROM ledger.journal')).toEqual(before);
  });

  test('sent 10 times at once is one payment', async () => {
    const xml = initiation(newId(), [pay('PAYEE', '1.00')]);
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => send(xml)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(
      outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [(outcome.reason as Json)['code']] : [])),
    ).toEqual(Array.from({ length: 9 }, () => 'ICF21'));
  });

  test('of which some cannot be paid pays the others', async () => {
    const answer = await send(
      initiation(newId(), [
        pay('PAYEE', '1.00'),
        pay('NOWHERE', '1.00'),
        pay('PAYEE', '99999999.00'),
        pay('EURO', '1.00'),
        { endToEndId: 'X', from: 'NOBODY', to: 'PAYEE', amount: '1.00' },
        pay('PAYER', '1.00'),
        pay('PAYEE', '2.00'),
      ]),
    );
    expect(statuses(answer)).toEqual(['ACSC', 'RJCT AC03', 'RJCT AM04', 'RJCT AM03', 'RJCT AC02', 'RJCT AC03', 'ACSC']);
    expect(await books.broken()).toEqual({});
  });

  test('finds an account by its IBAN', async () => {
    await books.call('open_account', { code: 'EURO-2', name: 'Euro', kind: 'L', currency: 'EUR' });
    const answer = await send(
      initiation(newId(), [{ endToEndId: 'I', from: IBAN, to: 'EURO-2', amount: '3.10', currency: 'EUR' }]),
    );
    expect(statuses(answer)).toEqual(['ACSC']);
  });

  test('files at once over the same accounts, in both directions, do not deadlock', async () => {
    const back = { endToEndId: 'B', from: 'PAYEE', to: 'PAYER', amount: '0.05' };
    const list = Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? pay('PAYEE', '0.05') : back));
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => send(initiation(newId(), n % 2 === 0 ? list : list.toReversed()))),
    );
    expect(answers.flatMap(statuses)).toEqual(Array.from({ length: 80 }, () => 'ACSC'));
    expect(await books.broken()).toEqual({});
  });
});

describe('refused as a whole', () => {
  const good = (id = newId()) => initiation(id, [pay('PAYEE', '1.00')]);
  test.each<[string, () => string, string]>([
    ['no XML', () => 'hello', 'not_well_formed'],
    ['half a document', () => good().slice(0, -20), 'not_well_formed'],
    [
      'a document type',
      () => good().replace('?>', '?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
      'doctype',
    ],
    ['another message', () => good().replaceAll('pain.001.001.09', 'pain.008.001.02'), 'definition'],
    ['no namespace', () => good().replace(/ xmlns="[^"]*"/, ''), 'definition'],
    ['a count that is wrong', () => initiation(newId(), [pay('PAYEE', '1.00')], { count: '2' }), 'count'],
    ['a sum that is wrong', () => initiation(newId(), [pay('PAYEE', '1.00')], { sum: '1.01' }), 'sum'],
    ['a check instead of a transfer', () => good().replace('TRF', 'CHK'), 'payment_method'],
    ['an element twice', () => good().replace(/<Amt>.*<\/Amt>/, '$&$&'), 'structure'],
    [
      'an amount finer than its currency',
      () => initiation(newId(), [pay('YEN', '1.50', { currency: 'JPY' })]),
      'amount',
    ],
    ['a currency nobody keeps', () => initiation(newId(), [pay('PAYEE', '1.00', { currency: 'XXX' })]), 'amount'],
    ['no id of the message', () => good().replace(/<MsgId>[^<]*<\/MsgId>/, '<MsgId/>'), 'msg_id'],
    ['an id of 36 characters', () => good('M'.repeat(36)), 'msg_id'],
    [
      'a UETR of another version',
      () => initiation(newId(), [pay('PAYEE', '1.00', { uetr: '01920000-0000-7000-8000-000000000000' })]),
      'uetr',
    ],
  ])('%s', async (_what, xml, reason) => {
    const before = await books.rows(
      'SELECT (SELECT count(*) FROM iso.message)::int AS m, (SELECT count(*) FROM iso.payment)::int AS p',
    );
    expect(await refusal(send(xml()))).toMatchObject({ code: 'ICF20', facts: { reason } });
    expect(
      await books.rows(
        'SELECT (SELECT count(*) FROM iso.message)::int AS m, (SELECT count(*) FROM iso.payment)::int AS p',
      ),
    ).toEqual(before);
  });

  test('a UETR that is known', async () => {
    const uetr = randomUUID();
    await send(initiation(newId(), [pay('PAYEE', '1.00', { uetr })]));
    expect(await refusal(send(initiation(newId(), [pay('PAYEE', '1.00', { uetr })])))).toEqual({
      code: 'ICF14',
      facts: { kind: 'payment', id: uetr },
    });
  });
});

test('the version of 2009 is read as well', async () => {
  const xml = initiation(newId(), [pay('PAYEE', '1.00')])
    .replaceAll('pain.001.001.09', 'pain.001.001.03')
    .replaceAll('BICFI', 'BIC')
    .replace('<ReqdExctnDt><Dt>2020-01-31</Dt></ReqdExctnDt>', '<ReqdExctnDt>2020-01-31</ReqdExctnDt>');
  expect(statuses(await send(xml))).toEqual(['ACSC']);
  expect(
    await books.rows('SELECT requested_date::text AS d FROM iso.payment ORDER BY payment_id DESC LIMIT 1'),
  ).toEqual([{ d: '2020-01-31' }]);
});

test('a settled payment takes no further step', async () => {
  const [payment] = await books.rows("SELECT payment_id FROM api.payments WHERE status = 'ACSC' LIMIT 1");
  for (const fn of ['release_payment', 'reject_payment']) {
    expect(await refusal(books.call(fn, { paymentId: payment?.['payment_id'] }))).toMatchObject({
      code: 'ICF23',
      facts: { status: 'ACSC' },
    });
  }
  const back = books.rows("UPDATE iso.payment SET status = 'RCVD', settled_at = NULL WHERE payment_id = $1", [
    payment?.['payment_id'],
  ]);
  expect((await refusal(back)).code).toBe('ICF23');
});

test('a payment of tomorrow waits for its day, and is then made once', async () => {
  const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const before = await countersOf(books, 'PAYEE');
  const answer = await send(initiation(newId(), [pay('PAYEE', '4.00', { day }), pay('PAYEE', '1.00')]));
  expect(statuses(answer)).toEqual(['RCVD', 'ACSC']);
  expect(await books.call('execute_due_payments', {})).toEqual({ executed: 0 });
  await books.rows("UPDATE iso.payment SET requested_date = current_date WHERE status = 'RCVD'");
  const passes = await Promise.all(Array.from({ length: 5 }, () => books.call('execute_due_payments', {})));
  expect(passes.reduce((sum, { executed }) => sum + Number(executed), 0)).toBe(1);
  expect(await countersOf(books, 'PAYEE')).toEqual({ ...before, c: String(Number(before['c']) + 500) });
  expect(await books.broken()).toEqual({});
});
