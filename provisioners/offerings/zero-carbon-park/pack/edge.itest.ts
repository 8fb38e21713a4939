// Both sides of a hybrid park: proofs and totals go out, readings come in once, and no meter is named outside.
import { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal, type Json, type TestTenant } from '../../../kit/pack/test-tenant.ts';
import { invariants } from '../measures.ts';
import { edge as edgeApi, functions, views } from './api.ts';
import { hour, openPark } from './park-fixture.ts';

const TABLES = ['certificate', 'emission_day', 'batch_done', 'pulse'];
let record: TestTenant;
let edge: TestTenant;
let zones = 0;

beforeAll(async () => {
  const connect = (url: string) => new Pool({ connectionString: url, max: 4 });
  record = await openPark(await createTestDatabase(), connect, { modules: ['edge'] });
  edge = await openPark(await createTestDatabase(), connect, { edge: true });
});
beforeEach(() => carry());
afterAll(async () => {
  await record.close();
  await edge.close();
});

/** What replication does: rows of schema edge outward as they are, new rows of schema intake inward, each once. */
const carried = new Set<string>();
async function carry(): Promise<void> {
  for (const table of TABLES) {
    const rows = await record.rows(`SELECT to_jsonb(t) AS row FROM edge.${table} t`);
    await edge.rows(`DELETE FROM edge.${table}`);
    for (const { row } of rows) {
      const copy = `INSERT INTO edge.${table} SELECT * FROM jsonb_populate_record(NULL::edge.${table}, $1)`;
      await edge.rows(copy, [JSON.stringify(row)]);
    }
  }
  for (const { id, row } of await edge.rows('SELECT batch_id AS id, to_jsonb(t) AS row FROM intake.batch t')) {
    if (carried.has(String(id))) continue;
    carried.add(String(id));
    const copy = 'INSERT INTO intake.batch SELECT * FROM jsonb_populate_record(NULL::intake.batch, $1)';
    await record.rows(copy, [JSON.stringify(row)]);
  }
}

const settle = async (): Promise<Json> => (await record.callWithKey('settle_edge', null, {})).result;
const roundTrip = async (): Promise<Json> => {
  await carry();
  const settled = await settle();
  await carry();
  return settled;
};

/** A zone of its own with one grid meter and a factor. */
async function grid(): Promise<{ zone: string; meter: string }> {
  const zone = `e${(zones += 1)}`;
  const meter = `m-${zone}`;
  await record.call('register_meter', { meter, name: 'Secret hall', carrier: 'grid', zone, building: 'Hall 7' });
  await record.call('set_factor', { carrier: 'grid', zone, gramsPerKwh: 500, origin: 'test', validFrom: hour(0) });
  return { zone, meter };
}

const given = (...readings: readonly (readonly [number, number])[]) => readings.map(([n, wh]) => ({ at: hour(n), wh }));
const send = async (meter: string, readings: readonly Json[]): Promise<unknown> =>
  (await edge.call('send_readings', { meter, readings }))['batchId'];
const batchAt = async (side: TestTenant, view: string, id: unknown): Promise<Json | undefined> =>
  (await side.rows(`SELECT * FROM api.${view} WHERE batch_id = $1`, [id]))[0];
const daysOf = (zone: string) =>
  edge.rows('SELECT day, kg::int, complete FROM api.emissions_by_day WHERE zone = $1 ORDER BY day', [zone]);
const holds = async (): Promise<void> => expect([await record.broken(), await edge.broken()]).toEqual([{}, {}]);

test('readings are kept while the private side is away, come in once by meter and time, and are forgotten', async () => {
  const { meter } = await grid();
  const batch = await send(meter, given([0, 100], [1, 200]));
  expect(await batchAt(edge, 'batches', batch)).toMatchObject({ state: 'kept', taken: null });
  await edge.callWithKey('forget_settled_batches', null, {});
  expect(await edge.rows('SELECT FROM intake.batch WHERE batch_id = $1', [batch])).toHaveLength(1);

  expect(await roundTrip()).toMatchObject({ batches: 1 });
  expect(await settle()).toMatchObject({ batches: 0 });
  expect(await batchAt(edge, 'batches', batch)).toMatchObject({ state: 'taken', taken: 2, known: 0, differing: 0 });

  const again = await send(meter, given([1, 200], [2, 300], [2, 300]));
  await roundTrip();
  expect(await batchAt(edge, 'batches', again)).toMatchObject({ state: 'taken', taken: 1, known: 2 });
  const sum = await record.rows('SELECT sum(wh)::int AS wh FROM api.readings WHERE meter = $1', [meter]);
  expect(sum).toEqual([{ wh: 600 }]);
  expect(await record.rows('SELECT FROM intake.batch')).toEqual([]);
  await edge.callWithKey('forget_settled_batches', null, {});
  expect(await edge.rows('SELECT FROM intake.batch')).toEqual([]);
  expect(await batchAt(edge, 'batches', batch)).toMatchObject({ state: 'taken', taken: 2 });
  await holds();
});

test('what cannot be taken is told with its cause and kept to be looked at; the next batch goes on', async () => {
  const { meter } = await grid();
  const nobody = await send('NOBODY', given([0, 1]));
  const first = await send(meter, given([0, 100]));
  const other = await send(meter, given([0, 999], [1, 1]));
  expect(await roundTrip()).toMatchObject({ batches: 3 });
  expect(await batchAt(edge, 'batches', nobody)).toMatchObject({ state: 'refused', cause: 'ICZ04', taken: 0 });
  expect(await batchAt(edge, 'batches', first)).toMatchObject({ state: 'taken', taken: 1 });
  expect(await batchAt(edge, 'batches', other)).toMatchObject({ state: 'taken', taken: 1, differing: 1 });
  expect(await batchAt(record, 'edge_batches', nobody)).toMatchObject({ state: 'refused', meter: 'NOBODY' });
  expect(await batchAt(record, 'edge_batches', first)).toBeUndefined();
  expect(await batchAt(record, 'edge_batches', other)).toMatchObject({
    state: 'differing',
    readings: given([0, 999], [1, 1]),
  });
  // A link that is made anew copies all that the edge still has, once more.
  await record.rows('TRUNCATE intake.batch');
  carried.clear();
  await carry();
  expect(await record.rows('SELECT FROM api.edge_batches')).toHaveLength(2);
  expect(await settle()).toMatchObject({ batches: 0 });
  expect(await record.rows('SELECT FROM intake.batch')).toEqual([]);
  await record.rows(`UPDATE edge.batch_done SET at = at - interval '32 days'`);
  await settle();
  expect(await record.rows('SELECT FROM api.edge_batches')).toEqual([]);
  await holds();
});

test.each<[string, Json]>([
  ['off the interval', { at: '2026-01-01T00:07:00Z', wh: 1 }],
  ['in the future', { at: '2999-01-01T00:00:00Z', wh: 1 }],
  ['of less than nothing', { at: hour(0), wh: -1 }],
  ['of a fraction', { at: hour(0), wh: 1.5 }],
  ['of more than a GWh', { at: hour(0), wh: 1_000_000_001 }],
  ['without a time', { wh: 1 }],
])('a reading %s is refused at the edge already', async (_what, reading) => {
  expect((await refusal(edge.call('send_readings', { meter: 'M', readings: [reading] }))).code).toBe('ICZ09');
});

test('a certificate is shown when it comes, retired when nothing is left, and gone with the proof', async () => {
  const { zone, meter } = await grid();
  await record.call('submit_readings', { meter, readings: given([0, 1000]) });
  const made = { source: 'wind', from: '2026-01-01', to: '2026-01-31', wh: 800 };
  await record.call('receive_certificate', { certificateNo: 'E1', zone, ...made });
  await record.call('receive_certificate', { certificateNo: 'E-SMOKE', zone: 'smoke', ...made });
  const verify = async (certificateNo: string): Promise<Json> => {
    await carry();
    return (await edge.callWithKey('verify_certificate', null, { certificateNo })).result;
  };
  const { asOf, ...proof } = await verify('E1');
  expect(asOf).toEqual(expect.any(String));
  expect(proof).toEqual({ certificateNo: 'E1', ...made, state: 'valid' });
  await record.call('retire_certificate', { certificateNo: 'E1', month: '2026-01', wh: 300 });
  expect(await verify('E1')).toMatchObject({ state: 'valid', wh: 800 });
  await record.call('retire_certificate', { certificateNo: 'E1', month: '2026-01', wh: 500 });
  expect(await verify('E1')).toMatchObject({ state: 'retired' });

  expect(await verify('E-SMOKE')).toMatchObject({ state: 'valid' });
  expect(await edge.rows('SELECT certificate_no FROM api.certificates')).toEqual([{ certificate_no: 'E1' }]);
  await record.call('smoke_cleanup', {});
  expect((await refusal(verify('E-SMOKE'))).code).toBe('ICZ04');
  await holds();
});

test('a day is shown when it is over, and anew when a reading or a factor of it changes', async () => {
  const { zone, meter } = await grid();
  const today = `${new Date().toISOString().slice(0, 10)}T00:00:00Z`;
  await record.call('submit_readings', { meter, readings: [...given([0, 4000], [23, 6000], [24, 2000])] });
  await record.call('submit_readings', { meter, readings: [{ at: today, wh: 9000 }] });
  await roundTrip();
  expect(await daysOf(zone)).toEqual([
    { day: '2026-01-01', kg: 5, complete: true },
    { day: '2026-01-02', kg: 1, complete: true },
  ]);
  expect(await settle()).toMatchObject({ days: 0 });
  expect(await record.rows('SELECT DISTINCT zone FROM edge_link.touched')).toEqual([{ zone }]); // today waits

  await record.call('correct_reading', { meter, at: hour(23), wh: 8000, reason: 'typo' });
  const factor = { carrier: 'grid', zone, gramsPerKwh: 1000, origin: 'test', validFrom: hour(24) };
  await record.call('set_factor', factor);
  await roundTrip();
  expect((await daysOf(zone)).map(({ kg }) => kg)).toEqual([6, 2]);

  await record.call('register_meter', { meter: `gas-${zone}`, name: 'Gas', carrier: 'gas', zone });
  await send(`gas-${zone}`, given([0, 7000]));
  await roundTrip();
  expect((await daysOf(zone))[0]).toEqual({ day: '2026-01-01', kg: 6, complete: false });
  await holds();
});

test('what the demo holds is shown, and a total that is wrong breaks its rule', async () => {
  await record.call('seed_demo', {});
  await roundTrip();
  await holds();
  expect((await daysOf('park')).length).toBeGreaterThan(31);
  const meddle = `UPDATE edge.emission_day SET kg = kg + $1 WHERE zone = 'park' AND day = current_date - 3`;
  await record.rows(meddle, [1]);
  expect(await record.broken()).toEqual({ edge_shows_emissions_as_they_are: 1 });
  await record.rows(meddle, [-1]);
  const hidden = await edge.rows(`SELECT string_agg(t::text, ' ') AS text FROM edge.emission_day t`);
  expect(JSON.stringify(hidden)).not.toMatch(/demo-|Hall/);
});

test('no meter, no building and no reading is in what leaves', async () => {
  const { meter } = await grid();
  await send(meter, given([0, 77_310], [1, 4_242]));
  await roundTrip();
  for (const table of TABLES) {
    const text = JSON.stringify(await edge.rows(`SELECT * FROM edge.${table}`));
    for (const secret of [meter, 'Secret', 'Hall', '77310', '4242']) expect(text).not.toContain(secret);
  }
});

test('both sides do and show what their descriptions say, for nobody but the API role', async () => {
  for (const [side, described] of [
    [record, { functions, views }],
    [edge, edgeApi],
  ] as const) {
    const named = await side.rows('SELECT name, writes FROM pack.function');
    expect(Object.fromEntries(named.map(({ name, writes }) => [name, writes]))).toEqual(
      Object.fromEntries(Object.entries(described.functions).map(([name, { writes }]) => [name, writes])),
    );
    const columns = await side.rows(
      `SELECT table_name::text AS view, array_agg(column_name::text ORDER BY ordinal_position) AS columns
       FROM information_schema.columns WHERE table_schema = 'api' GROUP BY 1`,
    );
    expect(Object.fromEntries(columns.map((row): [string, unknown] => [String(row['view']), row['columns']]))).toEqual(
      Object.fromEntries(Object.entries(described.views).map(([name, spec]) => [name, Object.keys(spec.columns)])),
    );
    const open = await side.rows(
      `SELECT oid::regprocedure::text AS name FROM pg_proc
       WHERE pronamespace::regnamespace::text = ANY ('{pack,api,front,edge_link}') AND has_function_privilege('public', oid, 'EXECUTE')`,
    );
    expect(open).toEqual([]);
    for (const table of ['edge.certificate', 'intake.batch']) {
      expect((await refusal(side.api.query(`SELECT * FROM ${table}`))).code).toBe('42501');
    }
  }
  const rules = [
    ...(await record.rows('SELECT rule FROM api.invariants')),
    ...(await edge.rows('SELECT rule FROM api.invariants')),
  ];
  expect(rules.map(({ rule }) => String(rule)).toSorted()).toEqual(Object.keys(invariants).toSorted());
});
