import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Fault } from '../domain/faults.ts';
import { TRPC_CODE } from './fault-map.ts';
import { faultWords } from './fault-words.ts';

/** One of each, with its facts. */
const EXAMPLES: readonly Fault[] = [
  { code: 'not_signed_in' },
  { code: 'session_ended' },
  { code: 'right_missing', right: 'order:place' },
  { code: 'session_needed' },
  { code: 'not_found', what: 'tenant' },
  { code: 'offering_unknown', offering: 'x' },
  { code: 'offering_not_orderable', offering: 'x', lifecycle: 'preview' },
  { code: 'plan_not_for_model', plan: 'S', model: 'hybrid' },
  { code: 'model_not_available', model: 'hybrid' },
  { code: 'module_not_selectable', module: 'x' },
  { code: 'params_invalid', issues: [{ path: 'a.b', message: 'must be integer' }] },
  { code: 'name_taken', name: 'shop' },
  { code: 'no_price', sku: 'x', currency: 'CNY' },
  { code: 'preview_not_ready', previewId: 'x' },
  { code: 'preview_failed', previewId: 'x', reason: 'no answer' },
  { code: 'preview_stale', previewId: 'x', why: 'expired' },
  { code: 'plan_changed', approvedHash: 'aaaaaaaa', plannedHash: 'bbbbbbbb' },
  { code: 'idempotency_key_reused', key: 'x' },
  { code: 'action_refused', action: 'suspend', state: 'failed' },
  { code: 'order_state', asked: 'cancel', state: 'fulfilled' },
  { code: 'quote_state', asked: 'accept', state: 'declined' },
  { code: 'quote_expired', validUntil: '2026-11-22' },
  { code: 'discount_over_limit', askedBp: 1_500, limitBp: 1_000 },
  { code: 'run_state', asked: 'retry', state: 'running' },
  { code: 'confirmation_mismatch', expected: 'shop' },
  { code: 'capacity_exceeded', resource: 'storage', asked: 2, free: 1, unit: 'GiB' },
  { code: 'residency_unmet', residency: 'EU', territories: ['CN'] },
  { code: 'change_empty' },
  { code: 'change_stale', changeId: 'x', why: 'tenant_changed' },
  { code: 'change_state', asked: 'withdraw', state: 'applied' },
  { code: 'move_refused', from: 'private', to: 'public' },
  { code: 'parameter_kept', name: 'stock_buckets', rule: 'grow', from: '16', to: '4' },
  { code: 'module_in_use', module: 'flash-sale', rows: 12 },
  { code: 'storage_in_use', usedBytes: 2_000_000_000, limitBytes: 1_073_741_824 },
  { code: 'connections_in_use', used: 2, limit: 0 },
  { code: 'key_already_shown' },
  { code: 'party_unknown', offering: 'ecommerce' },
  { code: 'decided_already', by: 'Lin Qiao' },
  { code: 'own_request', what: 'order' },
  { code: 'too_many_requests', retryAfterSeconds: 3 },
  { code: 'body_too_large', maxBytes: 10 },
  { code: 'content_type', expected: 'application/json' },
  { code: 'origin_refused' },
  { code: 'invalid_input', issues: [{ path: '', message: 'not readable' }] },
  { code: 'tenant_unreachable', ref: 't_7k2m9q', reason: 'no connection' },
  { code: 'internal' },
];

test('every fault has an example here', () => {
  expect(EXAMPLES.map(({ code }) => code).sort()).toEqual(Object.keys(TRPC_CODE).sort());
});

test.each(EXAMPLES)('$code is said in both languages, with its facts', (fault) => {
  const { en, zh } = faultWords(fault);
  expect(en).toMatch(/^[^{}]+\.$/);
  expect(zh).toMatch(/^[^{}]+。$/);
  expect(zh).toMatch(/\p{Script=Han}/u);
  expect(`${en}${zh}`).not.toMatch(/undefined|\[object|please|successfully|oops|!|请稍候/i);
});

test('each says its facts', () => {
  expect(faultWords({ code: 'discount_over_limit', askedBp: 1_250, limitBp: 1_000 }).en).toContain('12.5%');
  expect(
    faultWords({
      code: 'params_invalid',
      issues: [
        { path: 'a', message: 'x' },
        { path: '', message: 'y' },
      ],
    }).en,
  ).toContain('a: x; y');
});

test('the portal has words for the same faults', () => {
  for (const language of ['en', 'zh']) {
    const file = new URL(`../../app/_i18n/messages/${language}/faults.json`, import.meta.url);
    const words = JSON.parse(readFileSync(file, 'utf8')) as { title: Record<string, string> };
    expect(Object.keys(words.title).sort(), language).toEqual(Object.keys(TRPC_CODE).sort());
  }
});
