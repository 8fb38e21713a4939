// Warehouse work: what is reserved cannot be taken, by whomever and however many at once.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal, type Json } from '../../../kit/pack/test-tenant.ts';
import { openTenant, type Tenant } from './tenant-fixture.ts';

let tenant: Tenant;
let facility: string;

beforeAll(async () => {
  tenant = await openTenant(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 12 }), {
    modules: ['wms'],
  });
  const made = await tenant.call('create_facility', { name: 'Store', kind: 'warehouse', city: 'Wuhan' });
  facility = String(made['gln']);
  for (const bin of ['DOCK', 'A.01.1', 'A.01.2']) await tenant.call('create_bin', { facility, bin });
});
afterAll(() => tenant.close());

const stockOf = (item: string) =>
  tenant.rows('SELECT bin, qty, reserved FROM api.bin_stock WHERE item = $1 AND qty > 0 ORDER BY bin', [item]);

test('goods are received, put away, reserved by a wave, picked and counted', async () => {
  const { taskId } = await tenant.call('receive_goods', {
    facility,
    bin: 'DOCK',
    item: 'MUG',
    qty: 10,
    toBin: 'A.01.1',
  });
  expect(await stockOf('MUG')).toEqual([{ bin: 'DOCK', qty: 10, reserved: 10 }]);
  await tenant.call('complete_task', { taskId });
  await tenant.call('receive_goods', { facility, bin: 'A.01.2', item: 'MUG', qty: 5 });
  const wave = await tenant.call('create_wave', {
    facility,
    lines: [
      { item: 'MUG', qty: 8 },
      { item: 'MUG', qty: 4 },
    ],
  });
  const tasks = wave['tasks'] as Json[];
  expect(tasks).toMatchObject([
    { bin: 'A.01.1', qty: 10 },
    { bin: 'A.01.2', qty: 2 },
  ]);
  expect(await refusal(tenant.call('create_wave', { facility, lines: [{ item: 'MUG', qty: 4 }] }))).toMatchObject({
    code: 'ICL15',
    facts: { item: 'MUG', asked: 4, available: 3 },
  });
  expect(await refusal(tenant.call('count_bin', { facility, bin: 'A.01.1', item: 'MUG', counted: 9 }))).toMatchObject({
    code: 'ICL15',
  });
  await tenant.call('complete_task', { taskId: tasks[0]?.['taskId'] });
  await tenant.call('cancel_task', { taskId: tasks[1]?.['taskId'] });
  for (const fn of ['complete_task', 'cancel_task']) {
    expect(await refusal(tenant.call(fn, { taskId: tasks[0]?.['taskId'] })), fn).toMatchObject({ code: 'ICL16' });
  }
  expect(await tenant.call('count_bin', { facility, bin: 'A.01.2', item: 'MUG', counted: 4 })).toMatchObject({
    difference: -1,
  });
  expect(await stockOf('MUG')).toEqual([{ bin: 'A.01.2', qty: 4, reserved: 0 }]);
  expect(await tenant.rows('SELECT tasks, open FROM api.waves')).toEqual([{ tasks: 2, open: 0 }]);
  expect(await tenant.broken()).toEqual({});
});

test('what is not there is named, and what is there twice', async () => {
  expect(await refusal(tenant.call('create_bin', { facility, bin: 'DOCK' }))).toMatchObject({ code: 'ICL09' });
  expect(await refusal(tenant.call('create_bin', { facility, bin: 'no bin' }))).toMatchObject({ code: 'ICL07' });
  expect(await refusal(tenant.call('receive_goods', { facility, bin: 'Z.9', item: 'MUG', qty: 1 }))).toMatchObject({
    code: 'ICL08',
    facts: { kind: 'bin' },
  });
  expect(await refusal(tenant.call('complete_task', { taskId: crypto.randomUUID() }))).toMatchObject({ code: 'ICL08' });
});

test('waves, picks and counts at once never take more than there is', async () => {
  for (const item of ['X', 'Y']) {
    for (const bin of ['A.01.1', 'A.01.2']) await tenant.call('receive_goods', { facility, bin, item, qty: 50 });
  }
  const life = async (n: number): Promise<void> => {
    const lines = [
      { item: 'X', qty: 1 + (n % 4) },
      { item: 'Y', qty: 1 + (n % 3) },
    ];
    const wave = await tenant.call('create_wave', { facility, lines: n % 2 === 0 ? lines : lines.toReversed() });
    for (const { taskId } of wave['tasks'] as Json[]) {
      await tenant.call(n % 5 === 0 ? 'cancel_task' : 'complete_task', { taskId });
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: 80 }, (_, n) => life(n)));
  const codes = outcomes.flatMap((o) => (o.status === 'rejected' ? [(o.reason as { code?: string }).code] : []));
  expect([...new Set(codes)].filter((code) => code !== 'ICL15')).toEqual([]);
  expect(codes.length).toBeLessThan(80);
  expect(await tenant.broken()).toEqual({});
}, 60_000);
