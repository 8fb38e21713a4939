// Rates by time, conversion exact to the last minor unit, positions.
import * as fc from 'fast-check';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal } from '../../../kit/pack/test-tenant.ts';
import { openBooks, type Books } from './books-fixture.ts';

let books: Books;

beforeAll(async () => {
  books = await openBooks(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 4 }), {
    modules: ['fx'],
  });
  for (const currency of ['CNY', 'USD', 'JPY', 'KWD']) {
    await books.call('open_account', { code: currency, name: currency, kind: 'L', currency });
  }
});
afterAll(() => books.close());

test('converts at the rate of now and keeps the rates of the past', async () => {
  expect(await refusal(books.call('convert', { from: 'CNY', to: 'USD', fromMinor: '71300' }))).toEqual({
    code: 'ICF22',
    facts: { from: 'CNY', to: 'USD' },
  });
  await books.call('set_rate', { base: 'USD', quote: 'CNY', rate: '7.1300' });
  expect(await books.call('convert', { from: 'USD', to: 'CNY', fromMinor: '10000' })).toMatchObject({
    toMinor: '71300',
    rate: '7.13',
  });
  expect(await books.call('convert', { from: 'CNY', to: 'USD', fromMinor: '71300' })).toMatchObject({
    toMinor: '10000',
  });
  await books.call('set_rate', { base: 'USD', quote: 'CNY', rate: '7.2' });
  expect(await books.call('convert', { from: 'USD', to: 'CNY', fromMinor: '1' })).toMatchObject({
    toMinor: '7',
    rate: '7.2',
  });
  expect(await books.rows('SELECT rate, current FROM api.rates ORDER BY valid_from')).toEqual([
    { rate: '7.13', current: false },
    { rate: '7.2', current: true },
  ]);
  expect(await books.broken()).toEqual({});
});

test('a rate set the other way round ends the one that was', async () => {
  await books.call('set_rate', { base: 'CNY', quote: 'USD', rate: '0.14' });
  expect(await books.call('convert', { from: 'CNY', to: 'USD', fromMinor: '100' })).toMatchObject({ toMinor: '14' });
  expect(await books.rows('SELECT base FROM api.rates WHERE current')).toEqual([{ base: 'CNY' }]);
});

test('gives no less than was asked, and never nothing', async () => {
  const short = books.call('convert', { from: 'CNY', to: 'USD', fromMinor: '100', atLeastMinor: '15' });
  expect(await refusal(short)).toMatchObject({ code: 'ICF22', facts: { toMinor: '14', rate: '0.14' } });
  expect(await refusal(books.call('convert', { from: 'CNY', to: 'USD', fromMinor: '1' }))).toMatchObject({
    code: 'ICF22',
  });
});

test('positions hold what was bought and sold, at their worth', async () => {
  const rows = await books.rows('SELECT currency, position_minor, value_minor FROM api.fx_positions ORDER BY 1');
  expect(rows.map(({ currency }) => currency)).toEqual(['CNY', 'USD']);
  const [cny, usd] = rows;
  expect(cny?.['value_minor']).toBe(cny?.['position_minor']);
  expect(Number(usd?.['value_minor'])).toBe(Math.round(Number(usd?.['position_minor']) / 0.14));
});

/** The same in whole numbers: half to even. */
function expected(amount: bigint, rate: bigint, scale: bigint, from: number, to: number): bigint {
  const top = amount * rate * 10n ** BigInt(to);
  const bottom = scale * 10n ** BigInt(from);
  const [whole, rest] = [top / bottom, top % bottom];
  const up = rest * 2n > bottom || (rest * 2n === bottom && whole % 2n === 1n);
  return up ? whole + 1n : whole;
}

test('conversion is exact: once rounded, half to even, over minor units 0, 2 and 3', async () => {
  const DIGITS = { CNY: 2, USD: 2, JPY: 0, KWD: 3 } as const;
  const currency = fc.constantFrom('CNY', 'USD', 'JPY', 'KWD');
  await fc.assert(
    fc.asyncProperty(
      currency,
      currency,
      fc.bigInt({ min: 1n, max: 10n ** 12n }),
      fc.bigInt({ min: 1n, max: 10n ** 9n }),
      async (from, to, amount, rate) => {
        const [row] = await books.rows('SELECT fx.convert_minor($1, $2, $3, $4)::text AS minor', [
          String(amount),
          from,
          to,
          `${rate / 1_000_000n}.${String(rate % 1_000_000n).padStart(6, '0')}`,
        ]);
        expect(row?.['minor']).toBe(
          String(expected(amount, rate, 1_000_000n, DIGITS[from as 'CNY'], DIGITS[to as 'CNY'])),
        );
      },
    ),
    { numRuns: 200 },
  );
});
