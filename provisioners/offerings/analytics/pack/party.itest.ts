// A key that is bound to a source sends that source's events; others are rejected one by one, with the reason kept.
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { functions } from './api.ts';
import { openWarehouse, type Warehouse } from './warehouse-fixture.ts';

let tenant: Warehouse;
beforeAll(async () => {
  tenant = await openWarehouse(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 4 }), {
    params: { sources: ['shop', 'shop/till-7', 'shopping', 'erp'] },
  });
});
afterAll(() => tenant.close());

const event = (source: unknown) => ({ specversion: '1.0', id: randomUUID(), source, type: 'seen' });

async function send(party: string, events: readonly unknown[], fn = 'ingest_events') {
  const { rows } = await tenant.api.query(`SELECT pack.call($1, $2, $3, $4) -> 'result' AS result`, [
    fn,
    randomUUID(),
    JSON.stringify({ events }),
    JSON.stringify({ caller: 'key', party }),
  ]);
  return rows[0]?.['result'];
}

test('its own events and those below it are taken; each other is kept as a reject with the reason', async () => {
  const foreign = [event('erp'), event('shopping'), event('smoke'), event(7), 'no event'];
  const sent = await send('shop', [event('shop'), event('shop/till-7'), ...foreign]);
  expect(sent).toEqual({ accepted: 2, duplicate: 0, rejected: 5 });
  const kept = await tenant.rows('SELECT source, reason FROM ingest.reject ORDER BY reject_id');
  const reason = 'source is not the one that the key is bound to';
  expect(kept.slice(0, 3)).toEqual(['erp', 'shopping', 'smoke'].map((source) => ({ source, reason })));
  expect(kept.at(-1)).toMatchObject({ reason: 'not an object' });
  const taken = await tenant.rows('SELECT DISTINCT source FROM ingest.event ORDER BY 1');
  expect(taken.map(({ source }) => source)).toEqual(['shop', 'shop/till-7']);
});

test('a key without a party sends events of every registered source, also after one with a party on the same connection', async () => {
  await send('shop', [event('shop')]);
  expect(await tenant.send(event('erp'), event('shop'), event('nobody'))).toBe('2/0/1');
});

test('nothing else is open to it', async () => {
  const open = await tenant.rows('SELECT name FROM pack.function WHERE party');
  expect(open).toEqual([{ name: 'ingest_events' }]);
  const described = Object.entries(functions).filter(([, { party }]) => party === true);
  expect(described.map(([name]) => name)).toEqual(['ingest_events']);
  await expect(send('shop', [], 'register_source')).rejects.toMatchObject({ code: '42501' });
});
