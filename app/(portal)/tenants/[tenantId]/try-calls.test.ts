import { describe, expect, test } from 'vitest';
import type { ApiFunction, TryCall } from '@/server/domain/manifest.ts';
import { bodyText, fill, missingOf, pick, publicPageHref, remember } from './try-calls.ts';

const call: TryCall = {
  kind: 'function',
  name: 'pay_order',
  title: { en: 'Pay', zh: '支付' },
  body: { orderNo: '{{orderNo}}', lines: [{ sku: 'A-{{random}}', qty: 2 }] },
  save: { payment: 'payment.id', sku: 'items.0.sku' },
};

describe('calls of the Try it panel', () => {
  test('fill what is known and leave what is not', () => {
    expect(fill(call.body, { random: 'x1' })).toEqual({ orderNo: '{{orderNo}}', lines: [{ sku: 'A-x1', qty: 2 }] });
    expect(missingOf(bodyText(call, { random: 'x1' }))).toBe('orderNo');
    expect(missingOf(bodyText(call, { random: 'x1', orderNo: 'O1' }))).toBeNull();
  });

  test('remember values by path, numbers too, and nothing that is not there', () => {
    expect(remember({ random: 'x1' }, call, { payment: { id: 7 }, items: [{ sku: 'S' }] })).toEqual({
      random: 'x1',
      payment: '7',
      sku: 'S',
    });
    expect(remember({}, call, { error: 'no' })).toEqual({});
    expect(pick(null, 'a.b')).toBeUndefined();
  });

  test('know the page of a function that has one, for a value that fits a link', () => {
    const said = { en: 'Track', zh: '查询' };
    const page = { input: 'trackToken', title: said, what: said, facts: [], path: null, words: {}, missing: said };
    const track = { name: 'track', summary: said, description: said, body: {}, writes: false, status: 200 };
    const known = { ...track, errors: [], example: {}, module: null, page } as unknown as ApiFunction;
    const api = { functions: [known], views: [], errors: {} };
    const url = 'https://gateway.test/t/t_abc234/v1';
    const at = (kind: TryCall['kind'], name: string, body: Record<string, unknown>) =>
      publicPageHref({ api, url }, { kind, name }, body);
    const trackToken = '0123456789abcdef';
    expect(at('function', 'track', { trackToken })).toBe('https://gateway.test/t/t_abc234/page/track/0123456789abcdef');
    expect(publicPageHref({ api, edgeApi: api, url }, { kind: 'function', name: 'track' }, { trackToken })).toBe(
      'https://gateway.test/t/t_abc234/edge/page/track/0123456789abcdef',
    );
    expect(at('function', 'track', { trackToken: 'a/b?c' })).toBeNull();
    expect(at('function', 'track', {})).toBeNull();
    expect(at('function', 'book_waybill', { trackToken })).toBeNull();
    expect(at('view', 'track', { trackToken })).toBeNull();
  });
});
