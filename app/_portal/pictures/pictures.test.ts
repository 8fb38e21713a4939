import { describe, expect, test } from 'vitest';
import { cellText, formatFigure, formatMinor, IN_UTC, minorDigits, toInstant, toMinor, toNumber } from './cells.ts';
import { booksOf, tAccountsOf, type LedgerPicture } from './ledger-data.ts';
import { barsByCategory, linesOverTime, type SeriesPicture } from './series-data.ts';
import { layStates } from './states-layout.ts';
import { countBranches, growTrees, type TreePicture } from './tree-data.ts';

const text = (en: string) => ({ en, zh: `${en}。` });
const common = {
  name: 'one',
  title: text('One'),
  what: text('One'),
  rows: { kind: 'view' as const, name: 'rows', where: {} },
  inputs: [],
  words: { sent: { en: 'Sent', zh: '已发出' } },
  module: null,
};

describe('cells', () => {
  test('codes are shown in words, other values as they are', () => {
    expect(cellText('sent', common.words, 'zh')).toBe('已发出');
    expect([cellText(null, {}, 'en'), cellText(7, {}, 'en'), cellText({ a: 1 }, {}, 'en')]).toEqual([
      '',
      '7',
      '{"a":1}',
    ]);
  });

  test('figures come as numbers or as strings, minor units exactly', () => {
    expect([toNumber('12.5'), toNumber(''), toNumber('x'), toNumber(null)]).toEqual([12.5, null, null, null]);
    expect([toMinor('9007199254740993'), toMinor(12), toMinor(null)]).toEqual([9007199254740993n, 12n, 0n]);
    expect([formatMinor(123456789n, 2), formatMinor(-5n, 2), formatMinor(1200n, 0)]).toEqual([
      '1,234,567.89',
      '\u22120.05',
      '1,200',
    ]);
    expect([minorDigits('CNY'), minorDigits('JPY'), minorDigits('nothing')]).toEqual([2, 0, 2]);
    expect(formatFigure(8.25, 'percent', '', 'zh')).toBe('8.3%');
  });

  test('a date is midnight on the reader’s clock, an instant is itself', () => {
    const east = () => 8 * 3_600_000;
    expect(toInstant('2026-11-22', east)).toBe(Date.parse('2026-11-21T16:00:00Z'));
    expect(toInstant('2026-11-22T00:00:00Z', east)).toBe(Date.parse('2026-11-22T00:00:00Z'));
    expect(toInstant('soon', east)).toBeNull();
  });
});

describe('series', () => {
  const picture: SeriesPicture = {
    ...common,
    kind: 'series',
    x: { column: 'day', kind: 'time' },
    measures: [{ column: 'minor', label: text('Sales') }],
    by: 'currency',
    figure: 'money',
    unit: '',
  };
  const rows = [
    { day: '2026-11-01', currency: 'CNY', minor: '1050' },
    { day: '2026-11-01', currency: 'JPY', minor: '90000' },
    { day: '2026-11-02', currency: 'CNY', minor: '2000' },
    { day: 'soon', currency: 'CNY', minor: '1' },
  ];

  test('a line per value of one column, money in major units of its currency', () => {
    const lines = linesOverTime(picture, rows, 'en', IN_UTC);
    expect(lines.map(({ label, points }) => [label, points.map(({ value }) => value)])).toEqual([
      ['JPY', [90_000]],
      ['CNY', [10.5, 20]],
    ]);
  });

  test('no more lines than can be told apart: those with most', () => {
    const many = Array.from({ length: 6 }, (_, n) => ({
      day: '2026-11-01',
      currency: `X${n}`,
      minor: String(n * 100),
    }));
    expect(linesOverTime(picture, many, 'en', IN_UTC).map(({ label }) => label)).toEqual(['X5', 'X4', 'X3', 'X2']);
  });

  test('bars by category add up rows of one category, and know the longest', () => {
    const bars = barsByCategory(
      {
        ...picture,
        by: null,
        figure: 'count',
        x: { column: 'shop', kind: 'category' },
        measures: [
          { column: 'in', label: text('In') },
          { column: 'out', label: text('Out') },
        ],
      },
      [
        { shop: 'sent', in: 2, out: null },
        { shop: 'b', in: 5, out: 9 },
        { shop: 'sent', in: 3, out: null },
      ],
      'en',
    );
    expect(bars.rows).toEqual([
      { category: 'Sent', values: [5, null] },
      { category: 'b', values: [5, 9] },
    ]);
    expect(bars.top).toBe(9);
  });
});

describe('trees', () => {
  const picture: TreePicture = {
    ...common,
    kind: 'tree',
    id: 'id',
    parent: 'in',
    label: null,
    type: 'type',
    state: null,
    note: null,
  };
  const shape = (rows: object[]) =>
    JSON.stringify(growTrees(picture, rows as Record<string, unknown>[], 'en'), (key, value: unknown) =>
      ['type', 'state', 'note', 'label'].includes(key) ? undefined : value,
    );

  test('children hang under their parents, whatever the order', () => {
    const trees = growTrees(
      picture,
      [
        { id: 'p1', in: 't' },
        { id: 't', in: null, type: 'sent' },
        { id: 'p2', in: 't' },
      ],
      'en',
    );
    expect(trees).toMatchObject([{ id: 't', type: 'Sent', children: [{ id: 'p1', label: 'p1' }, { id: 'p2' }] }]);
    expect(countBranches(trees)).toBe(3);
  });

  test('a parent out of sight makes a root; a ring is drawn once', () => {
    expect(shape([{ id: 'a', in: 'elsewhere' }])).toBe('[{"id":"a","children":[]}]');
    expect(
      shape([
        { id: 'a', in: 'b' },
        { id: 'b', in: 'a' },
      ]),
    ).toBe('[{"id":"a","children":[{"id":"b","children":[]}]}]');
  });
});

describe('ledgers', () => {
  const picture: LedgerPicture = {
    ...common,
    kind: 'ledger',
    shape: 'balance',
    account: 'account',
    label: null,
    debit: 'debit',
    credit: 'credit',
    balance: null,
    currency: 'currency',
    digits: null,
    at: null,
    text: null,
  };
  const rows = [
    { account: 'cash', currency: 'CNY', debit: '9007199254740993', credit: '0' },
    { account: 'wallet', currency: 'CNY', debit: null, credit: '9007199254740993' },
    { account: 'cash', currency: 'JPY', debit: 5, credit: 0 },
  ];

  test('currencies are summed apart, exactly', () => {
    expect(
      booksOf(picture, rows, 'en').map(({ currency, digits, debit, credit }) => [currency, digits, debit, credit]),
    ).toEqual([
      ['CNY', 2, 9007199254740993n, 9007199254740993n],
      ['JPY', 0, 5n, 0n],
    ]);
  });

  test('postings stand on their side of their account', () => {
    const [book] = booksOf(
      picture,
      [...rows.slice(0, 2), { account: 'cash', currency: 'CNY', debit: 0, credit: '7' }],
      'en',
    );
    expect(tAccountsOf(book!).map(({ account, debits, credits }) => [account, debits.length, credits.length])).toEqual([
      ['cash', 1, 1],
      ['wallet', 0, 1],
    ]);
  });
});

describe('states', () => {
  const state = (code: string, terminal = false) => ({ code, name: text(code), terminal });

  test('each has a place of its own, further from the first the more steps away', () => {
    const { places, width, height } = layStates({
      states: [state('new'), state('paid'), state('sent'), state('lost', true), state('apart')],
      transitions: [
        { from: 'new', to: 'paid' },
        { from: 'paid', to: 'sent' },
        { from: 'paid', to: 'lost' },
        { from: 'sent', to: 'paid' },
      ],
    });
    expect(places.map(({ code, column }) => [code, column])).toEqual([
      ['new', 0],
      ['apart', 0],
      ['paid', 1],
      ['sent', 2],
      ['lost', 2],
    ]);
    expect(new Set(places.map(({ x, y }) => `${x},${y}`)).size).toBe(5);
    expect(Math.max(...places.map(({ x }) => x))).toBeLessThan(width);
    expect(Math.max(...places.map(({ y }) => y))).toBeLessThan(height);
  });
});
