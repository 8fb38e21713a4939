/** What the offering says of its pack, against the pack in a real database; and its proof. */
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../server/testing/postgres.ts';
import type { SmokeClient } from '../../kit/offering.ts';
import { errors, functions, views } from './pack/api.ts';
import { refusal } from '../../kit/pack/test-tenant.ts';
import { openTenant, type Tenant } from './pack/tenant-fixture.ts';
import { LogisticsParams } from './parameters.ts';
import { parcelMachine, stateMachine } from './processes.ts';
import { smoke } from './smoke.ts';
import { tryIt } from './try-it.ts';

const connect = (url: string) => new Pool({ connectionString: url, max: 4 });
let core: Tenant;
let full: Tenant;

beforeAll(async () => {
  core = await openTenant(await createTestDatabase(), connect);
  full = await openTenant(await createTestDatabase(), connect, { modules: ['warehouse-receipts', 'wms'] });
});
afterAll(() => Promise.all([core.close(), full.close()]));

const byName = (a: object, b: object): number => JSON.stringify(a).localeCompare(JSON.stringify(b));

test('the state machine that is shown is the one that is enforced', async () => {
  const transitions = await full.rows('SELECT from_state AS "from", to_state AS "to" FROM wr.transition');
  expect(stateMachine.transitions.toSorted(byName)).toEqual(transitions.toSorted(byName));
  const states = await full.rows('SELECT state AS code, terminal FROM wr.receipt_state');
  expect(stateMachine.states.map(({ code, terminal }) => ({ code, terminal })).toSorted(byName)).toEqual(
    states.toSorted(byName),
  );
});

test('a parcel is in no state that the picture does not know', async () => {
  const known = parcelMachine.states.map(({ code }) => code);
  const [row] = await core.rows(
    "SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conname = 'parcel_state_check'",
  );
  const allowed = Array.from(String(row?.['text']).matchAll(/'([a-z_]+)'/g), ([, code]) => String(code));
  expect(allowed.toSorted()).toEqual(known.toSorted());
});

test('defaults of the form are those of the pack', async () => {
  const rows = await core.rows('SELECT key, value FROM pack.param');
  const ofPack = new Map(rows.map(({ key, value }) => [key, value]));
  const { sample_data: _data, edge_link: _link, ...defaults } = LogisticsParams.parse({});
  for (const [name, value] of Object.entries(defaults)) expect(ofPack.get(name), name).toEqual(value);
});

/** As the gateway would: statuses from the description, 404 for what a tenant does not have. */
function clientOf(tenant: Tenant): SmokeClient {
  return {
    call: async (fn, body, key) => {
      try {
        return { status: functions[fn]?.status ?? 500, body: await tenant.call(fn, body, key) };
      } catch (error) {
        const { code } = await refusal(Promise.reject(error));
        const known: Partial<Record<string, { status: number }>> = errors;
        return { status: known[code]?.status ?? 500, body: { code } };
      }
    },
    view: async (name, query = {}) => {
      const { limit: _limit, ...where } = query;
      const there = await tenant.rows('SELECT to_regclass($1) IS NOT NULL AS there', [`api.${name}`]);
      if (there[0]?.['there'] !== true || views[name] === undefined) return { status: 404, items: [] };
      const columns = Object.keys(where).map((column, n) => `AND ${column} = $${n + 1}`);
      const sql = `SELECT * FROM api.${name} WHERE true ${columns.join(' ')}`;
      return { status: 200, items: (await tenant.api.query(sql, Object.values(where))).rows };
    },
  };
}

describe('the proof holds', () => {
  test.each([
    ['of a tenant without modules', () => core, 'not part of this tenant'],
    ['of a tenant with all of them', () => full, '60 of 100 t receipted, 60 more refused; 7 acts chained'],
  ])('%s', async (_what, tenantOf, receipts) => {
    const client = clientOf(tenantOf());
    const memo: Record<string, unknown> = {};
    const facts: Record<string, string> = {};
    for (const step of smoke.filter(({ models }) => models === undefined))
      facts[step.name] = await step.run(client, memo);
    expect(facts).toMatchObject({ track: '5 steps, no name', receipts });
    const counted = await tenantOf().rows('SELECT name FROM api.kpis WHERE value <> 0');
    expect(counted).toEqual([]);
  });
});

/** `a.0.b` in an answer. */
function at(answer: unknown, way: string): unknown {
  return way.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], answer);
}

test('the calls that are offered to try lead to a delivered parcel', async () => {
  const saved: Record<string, unknown> = { random: 'abc123' };
  const answers: unknown[] = [];
  for (const { kind, name, body, save } of tryIt) {
    if (kind === 'view') continue;
    const filled = JSON.stringify(body).replaceAll(/\{\{(\w+)\}\}/g, (_all, key: string) => String(saved[key]));
    const answer = await core.call(name, JSON.parse(filled) as Record<string, unknown>);
    for (const [key, way] of Object.entries(save)) saved[key] = at(answer, way);
    answers.push(answer);
  }
  expect(answers.at(-2)).toMatchObject({ state: 'delivered' });
  expect(await core.broken()).toEqual({});
});
