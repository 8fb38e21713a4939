// Warehouse receipts: never more than the lot, one in control, every act chained.
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { errors } from './api.ts';
import { refusal, type Json } from '../../../kit/pack/test-tenant.ts';
import { openTenant, type Tenant } from './tenant-fixture.ts';

let tenant: Tenant;
let warehouse: string;
let parties: readonly [string, string, string];

beforeAll(async () => {
  tenant = await openTenant(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 12 }), {
    modules: ['warehouse-receipts'],
  });
  const gln = async (fn: string, body: Json): Promise<string> => String((await tenant.call(fn, body))['gln']);
  warehouse = await gln('create_facility', { name: 'Bulk store', kind: 'warehouse', city: 'Qingdao' });
  const party = (name: string) => gln('create_party', { name, role: 'financier' });
  parties = [await party('Trader'), await party('Bank'), await party('Buyer')];
});
afterAll(() => tenant.close());

const newLot = async (qty: string): Promise<string> =>
  String((await tenant.call('create_lot', { warehouse, commodity: 'copper', qty, unitValueMinor: '100' }))['lotId']);
const issue = (lotId: string, qty: string, more: Json = {}): Promise<Json> =>
  tenant.call('issue_receipt', { lotId, qty, holder: parties[0], negotiable: true, ...more });
const lotOf = async (lotId: string): Promise<unknown> =>
  (await tenant.rows('SELECT qty, receipted, free FROM api.lots WHERE lot_id = $1', [lotId]))[0];

test('a receipt goes its way: issued, split, pledged, released, transferred, withdrawn', async () => {
  const [trader, bank, buyer] = parties;
  const lotId = await newLot('100');
  const { receiptNo } = await issue(lotId, '60');
  expect(await refusal(issue(lotId, '60'))).toEqual({
    code: 'ICL02',
    facts: { lotId, asked: '60', available: '40' },
  });
  const whole = { receiptNo, actor: trader };
  expect(await refusal(tenant.call('split_receipt', { ...whole, parts: ['40', '21'] }))).toMatchObject({
    code: 'ICL05',
  });
  const split = await tenant.call('split_receipt', { ...whole, parts: ['40', '19.999', '0.001'] });
  expect(split).toMatchObject({ state: 'split', parts: [{ qty: '40' }, { qty: '19.999' }, { qty: '0.001' }] });
  expect(await refusal(tenant.call('withdraw_receipt', whole))).toMatchObject({
    code: 'ICL04',
    facts: { state: 'split' },
  });

  const part = { receiptNo: `${String(receiptNo)}.1`, actor: trader };
  await tenant.call('pledge_receipt', { ...part, pledgee: bank });
  for (const fn of ['transfer_receipt', 'withdraw_receipt', 'cancel_receipt', 'split_receipt', 'pledge_receipt']) {
    const body = { ...part, to: buyer, pledgee: bank, parts: ['20', '20'] };
    expect(await refusal(tenant.call(fn, body)), fn).toMatchObject({ code: 'ICL04', facts: { state: 'pledged' } });
  }
  expect(await refusal(tenant.call('release_receipt', part))).toMatchObject({ code: 'ICL03' });
  await tenant.call('release_receipt', { ...part, actor: bank });
  expect(await refusal(tenant.call('transfer_receipt', { ...part, actor: buyer, to: buyer }))).toMatchObject({
    code: 'ICL04',
  });
  expect(await tenant.call('transfer_receipt', { ...part, to: buyer })).toMatchObject({ holder: buyer });
  expect(await tenant.call('withdraw_receipt', { ...part, actor: buyer })).toMatchObject({ state: 'withdrawn' });
  expect(await lotOf(lotId)).toEqual({ qty: '60', receipted: '20', free: '40' });
  expect(await tenant.call('cancel_receipt', { receiptNo: `${String(receiptNo)}.2`, actor: trader })).toMatchObject({
    state: 'cancelled',
  });
  expect(await lotOf(lotId)).toEqual({ qty: '60', receipted: '0.001', free: '59.999' });
  expect(await tenant.call('verify_receipt', { receiptNo: part.receiptNo })).toMatchObject({ acts: 7, intact: true });
  expect(await tenant.broken()).toEqual({});
});

test('the chain can be checked by anybody who can hash, and a changed act breaks it', async () => {
  const lotId = await newLot('10');
  const { receiptNo, hash: head } = await issue(lotId, '10');
  const acts = await tenant.rows(
    `SELECT prev, hash, jsonb_build_object('receiptNo', receipt_no, 'seq', seq, 'act', act, 'actor', actor, 'data', data,
       'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text AS text FROM api.receipt_acts WHERE receipt_no = $1`,
    [receiptNo],
  );
  expect(acts).toHaveLength(1);
  expect(createHash('sha256').update(String(acts[0]?.['text'])).digest('hex')).toBe(head);
  const number = createHash('sha256').update(String(receiptNo)).digest('hex');
  expect(await tenant.rows('SELECT head_hash, live FROM api.receipt_proofs WHERE number_hash = $1', [number])).toEqual([
    { head_hash: head, live: true },
  ]);
  expect((await refusal(tenant.rows("UPDATE wr.act SET data = '{}'"))).code).toBe('ICL10');
  await tenant.rows('ALTER TABLE wr.act DISABLE TRIGGER append_only');
  await tenant.rows('UPDATE wr.act SET data = data || \'{"qty": "11"}\' WHERE receipt_no = $1', [receiptNo]);
  expect(await tenant.call('verify_receipt', { receiptNo })).toMatchObject({ intact: false });
  expect(await tenant.broken()).toEqual({ receipt_chains_hold: 1 });
  await tenant.rows('UPDATE wr.act SET data = data || \'{"qty": "10"}\' WHERE receipt_no = $1', [receiptNo]);
  await tenant.rows('ALTER TABLE wr.act ENABLE TRIGGER append_only');
  expect(await tenant.broken()).toEqual({});
});

test('what is not negotiable stays; the parameter decides where a call does not say', async () => {
  const lotId = await newLot('10');
  const { receiptNo, negotiable } = await tenant.call('issue_receipt', { lotId, qty: '1', holder: parties[0] });
  expect(negotiable).toBe(false);
  expect(await refusal(tenant.call('transfer_receipt', { receiptNo, actor: parties[0], to: parties[2] }))).toEqual({
    code: 'ICL12',
    facts: { receiptNo },
  });
  expect(await refusal(issue(lotId, '1', { receiptNo }))).toMatchObject({ code: 'ICL09' });
  expect(await lotOf(lotId)).toMatchObject({ receipted: '1' });
  for (const qty of ['0', '-1', '1.0001', 1]) {
    expect((await refusal(tenant.call('issue_receipt', { lotId, qty, holder: parties[0] }))).code).toBe('ICL07');
  }
});

test('50 receipts of 3 at once over a lot of 100: 33 are issued, 17 refused', async () => {
  const lotId = await newLot('100');
  const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => issue(lotId, '3')));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(33);
  const refusals = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [(outcome.reason as { code?: string }).code] : [],
  );
  expect(new Set(refusals)).toEqual(new Set(['ICL02']));
  expect(await lotOf(lotId)).toEqual({ qty: '100', receipted: '99', free: '1' });
});

const ACTS = ['issue', 'split', 'pledge', 'release', 'transfer', 'withdraw', 'cancel'] as const;
const deed = fc.record({
  act: fc.constantFrom(...ACTS),
  pick: fc.nat(9),
  who: fc.nat(2),
  qty: fc.integer({ min: 1, max: 40 }),
});

test('whatever is done at once: lots are never over-issued, chains hold, and refusals are in the pack’s own words', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 10, maxLength: 50 }), async (deeds) => {
      const lotId = await newLot('100');
      const { receiptNo: first } = await issue(lotId, '30');
      const known = [String(first)];
      const perform = async ({ act, pick, who, qty }: (typeof deeds)[number]): Promise<void> => {
        const receiptNo = known[pick % known.length] ?? '';
        const actor = parties[who] ?? parties[0];
        const half = (qty / 2).toFixed(3);
        try {
          if (act === 'issue') known.push(String((await issue(lotId, String(qty), { holder: actor }))['receiptNo']));
          else {
            const to = parties[(who + 1) % 3];
            const body = { receiptNo, actor, to, pledgee: to, parts: [half, half] };
            await tenant.call(`${act}_receipt`, body);
            if (act === 'split') known.push(`${receiptNo}.1`, `${receiptNo}.2`);
          }
        } catch (error) {
          expect(Object.keys(errors)).toContain((error as { code?: string }).code);
        }
      };
      await Promise.all(deeds.map(perform));
      const [lot] = await tenant.rows('SELECT receipted <= qty AS held FROM wr.lot WHERE lot_id = $1', [lotId]);
      expect(lot).toEqual({ held: true });
      expect(await tenant.broken()).toEqual({});
    }),
    { numRuns: 20, endOnFailure: true },
  );
}, 120_000);
