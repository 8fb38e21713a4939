import { describe, expect, test } from 'vitest';
import {
  formatAmount,
  formatBp,
  formatBytes,
  formatCompact,
  formatCurrencyHead,
  formatMoney,
  formatNumber,
  formatPercent,
  formatQuantity,
  shortenId,
  shortenUrn,
} from './format.ts';

describe('money', () => {
  test.each([
    [5_165_970_000n, 'CNY', '¥5,165.97'],
    [289_000_000n, 'USD', '$289.00'],
    [269_000_000n, 'EUR', '€269.00'],
    [-423_790_000n, 'CNY', '−¥423.79'],
    [0n, 'CNY', '¥0.00'],
    [1_000_000n, 'CHF', '1.00\u00a0CHF'],
  ])('%s %s', (micro, currency, text) => expect(formatMoney(micro, currency)).toBe(text));

  test('rounds half to even, once', () => {
    expect(formatAmount(5_000n)).toBe('0.00');
    expect(formatAmount(15_000n)).toBe('0.02');
    expect(formatAmount(25_000n)).toBe('0.02');
    expect(formatAmount(25_001n)).toBe('0.03');
  });
  test('nothing has no sign', () => expect(formatAmount(-1n)).toBe('0.00'));
  test('a change carries its sign', () => {
    expect(formatMoney(12_144_000_000n, 'CNY', { signed: true })).toBe('+¥12,144.00');
    expect(formatMoney(-1_000_000n, 'CNY', { signed: true })).toBe('−¥1.00');
  });
  test('beyond what a double holds', () =>
    expect(formatAmount(9_007_199_254_740_993_120_000n)).toBe('9,007,199,254,740,993.12'));
  test('whole units', () => expect(formatAmount(1_999_500_000n, 0)).toBe('2,000'));
  test('the head of a table names the currency', () => {
    expect(formatCurrencyHead('CNY', 'zh')).toBe('元');
    expect(formatCurrencyHead('CNY', 'en')).toBe('CNY');
  });
});

describe('figures', () => {
  test('numbers', () => {
    expect(formatNumber(1204)).toBe('1,204');
    expect(formatNumber(-0.001)).toBe('0');
    expect(formatNumber(-12.5)).toBe('−12.5');
    expect(formatNumber(12, { minDigits: 1 })).toBe('12.0');
  });
  test('percent: a no-break space, none in Chinese', () => {
    expect(formatPercent(0.082, 'en')).toBe('8.2\u00a0%');
    expect(formatPercent(0.082, 'zh')).toBe('8.2%');
    expect(formatBp(1200, 'en')).toBe('12\u00a0%');
    expect(formatQuantity(91.4, '%', 'zh')).toBe('91.4%');
  });
  test('units', () => {
    expect(formatQuantity(100, 'rps', 'en')).toBe('100\u00a0rps');
    expect(formatQuantity(7, '', 'en')).toBe('7');
  });
  test.each([
    [0, '0\u00a0B'],
    [1023, '1,023\u00a0B'],
    [851_443_712, '812\u00a0MiB'],
    [6.2 * 2 ** 30, '6.2\u00a0GiB'],
    [2 ** 50, '1,024\u00a0TiB'],
  ])('%d bytes', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
  test('axes', () => {
    expect(formatCompact(184_000, 'zh')).toBe('18.4\u00a0万');
    expect(formatCompact(184_000, 'en')).toBe('184k');
    expect(formatCompact(9_999, 'en')).toBe('9,999');
    expect(formatCompact(0.4, 'en')).toBe('0.4');
  });
});

describe('ids', () => {
  test('short ones stay whole', () => expect(shortenId('t_7k2m9q')).toBe('t_7k2m9q'));
  test('hashes lose their middle, prefixes stay', () => {
    expect(shortenId('9f3c07aabbccddeeff00112233e21a')).toBe('9f3c07…e21a');
    expect(shortenId('sha256:77c1f2aabbccddeeff09be')).toBe('sha256:77c1f2…09be');
    expect(shortenId('req_01909d3e-7b1e-7c43-9a10-55e0f1b7a2c9')).toBe('req_01909d…a2c9');
  });
  test('a URN becomes type and name', () => {
    expect(
      shortenUrn('urn:pulumi:t_9d4xw1::ecommerce::industry:local:Tenant$industry:local:Database::business'),
    ).toEqual({
      type: 'Database',
      name: 'business',
    });
  });
});
