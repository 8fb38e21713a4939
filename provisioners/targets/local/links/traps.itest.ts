/** Every trap of linking two sides by logical replication, sprung on purpose: what the wiring must do, and what PostgreSQL does without it. */
import { Client, type ClientConfig } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestCluster, waitFor } from '../../../../server/testing/postgres.ts';
import { connectCluster, sqlState } from '../cluster.ts';
import { ensureSubscription, resync } from './ends.ts';
import { checkRoomForLink } from './check-room.ts';
import { slotState, subscriptionState } from './state.ts';
import { openTwoSides, stockProduct, type TwoSides } from './testing/two-sides.ts';

let world: TwoSides;
beforeAll(async () => {
  world = await openTwoSides((settings) => startTestCluster({ ...settings, max_slot_wal_keep_size: '16MB' }));
  await stockProduct(world, 'FIRST', 3);
  await seen('FIRST');
});
afterAll(async () => {
  await world.end();
});

const seen = (sku: string) =>
  waitFor(async () => (await world.edge.rows('SELECT FROM edge.offer WHERE sku = $1', [sku])).length === 1, {
    what: `${sku} at the edge`,
    timeoutMs: 15_000,
  });

async function as<T>(config: ClientConfig & { replication?: string }, run: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(config);
  client.on('error', () => {});
  try {
    await client.connect();
    return await run(client);
  } finally {
    await client.end().catch(() => {});
  }
}

const codeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'allowed',
    (error: unknown) => sqlState(error) ?? String(error),
  );

describe('a role with REPLICATION', () => {
  const login = (database: string) => {
    const { host, port } = world.privateCluster;
    return { host, port, database, user: `${world.ref}_repl`, password: world.passwords.repl };
  };
  const can = (database: string, statement: string) => codeOf(as(login(database), (client) => client.query(statement)));

  test('reads the whole database it may connect to, with no right on any table: the reason for a database between', async () => {
    const { ref, record } = world;
    await record.pool.query(`GRANT CONNECT ON DATABASE ${ref} TO ${ref}_repl`);
    const leaked = await as(login(ref), async (client) => {
      await client.query("SELECT pg_create_logical_replication_slot('leak', 'test_decoding', true)");
      await record.call('create_customer', { name: 'Lin Xia', email: 'lin@example.com' });
      const { rows } = await client.query("SELECT data FROM pg_logical_slot_peek_changes('leak', NULL, NULL)");
      return JSON.stringify(rows);
    });
    await record.pool.query(`REVOKE CONNECT ON DATABASE ${ref} FROM ${ref}_repl`);
    expect(leaked).toContain('lin@example.com');
  });

  test('gets into the DMZ and into no other database', async () => {
    expect(await can(`${world.ref}_dmz`, 'SELECT 1')).toBe('allowed');
    expect(await can(world.ref, 'SELECT 1')).toBe('42501');
    const logical = { ...login(world.ref), replication: 'database' };
    expect(await codeOf(as(logical, (client) => client.query('IDENTIFY_SYSTEM')))).toBe('42501');
  });

  test('decodes nothing there but what is published, with any plugin', async () => {
    const decoded = await as(login(`${world.ref}_dmz`), async (client) => {
      await client.query("SELECT pg_create_logical_replication_slot('trial', 'test_decoding', true)");
      await world.record.call('create_customer', { name: 'Wang Wei', email: 'wang@example.com' });
      await stockProduct(world, 'DECODED', 1);
      await seen('DECODED');
      const { rows } = await client.query<{ data: string }>(
        "SELECT data FROM pg_logical_slot_peek_changes('trial', NULL, NULL)",
      );
      return rows.map(({ data }) => data);
    });
    const changes = decoded.filter((line) => line.startsWith('table '));
    expect(changes.length).toBeGreaterThan(2);
    expect(changes.filter((line) => !line.startsWith('table edge.'))).toEqual([]);
    expect(decoded.join()).not.toMatch(/wang@example|Wang Wei|700/);
  });

  test('makes no publication of its own, and reads no file', async () => {
    const dmz = `${world.ref}_dmz`;
    expect(await can(dmz, 'CREATE PUBLICATION mine FOR ALL TABLES')).toBe('42501');
    expect(await can(dmz, 'CREATE PUBLICATION mine FOR TABLE edge.product')).toBe('42501');
    expect(await can(dmz, "SELECT pg_read_file('postgresql.conf')")).toBe('42501');
    expect(await can(dmz, 'UPDATE edge.product SET title = title')).toBe('42501');
  });

  test('copies no server: physical replication is refused before the password is asked', async () => {
    const physical = { ...login(`${world.ref}_dmz`), replication: 'true' };
    expect(await codeOf(as(physical, (client) => client.query('IDENTIFY_SYSTEM')))).toBe('28000');
  });
});

test('a subscription to the same cluster that makes its own slot waits for itself', async () => {
  const { dmz, subscriptions } = world;
  const client = await dmz.pool.connect();
  try {
    await client.query("SET statement_timeout = '2s'");
    const { conninfo, publication } = subscriptions.local;
    const create = `CREATE SUBSCRIPTION stuck CONNECTION '${conninfo.replaceAll("'", "''")}' PUBLICATION ${publication}`;
    expect(await codeOf(client.query(create))).toBe('57014');
  } finally {
    client.release(true);
  }
});

test('every published table can be updated: each has a key to be known by', async () => {
  const keyless = `SELECT relname FROM pg_class c
    WHERE relnamespace IN ('edge'::regnamespace, 'intake'::regnamespace) AND relkind = 'r'
      AND (relreplident <> 'd' OR NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary))`;
  expect(await world.record.rows(keyless)).toEqual([]);
  expect(await world.edge.rows(keyless)).toEqual([]);
});

test('outward takes what came by replication, inward only what was born at the edge', async () => {
  const origins = 'SELECT subname, suborigin FROM pg_subscription WHERE subname = $1';
  const { outward, inward } = world.subscriptions;
  expect(await world.edge.value(`SELECT suborigin FROM (${origins}) s`, [outward.name])).toBe('any');
  expect(await world.record.value(`SELECT suborigin FROM (${origins}) s`, [inward.name])).toBe('none');
});

test('a conflict is counted, and does not pass unseen', async () => {
  const { edge, record, subscriptions } = world;
  const before = await subscriptionState(edge.pool, subscriptions.outward.name);
  await edge.pool.query("DELETE FROM edge.product WHERE slug = 'p-first'");
  await record.call('update_product', { slug: 'p-first', name: 'Another name' });
  await waitFor(
    async () => {
      await edge.pool.query('SELECT pg_stat_force_next_flush()');
      const now = await subscriptionState(edge.pool, subscriptions.outward.name);
      return (now?.conflicts ?? 0) > (before?.conflicts ?? 0);
    },
    { what: 'the conflict to be counted' },
  );
});

test('room for links is counted before an order: the defaults of PostgreSQL have none', async () => {
  const shared = connectCluster(world.sharedCluster.url());
  expect(await checkRoomForLink(shared, null)).toMatchObject({ code: 'links', verdict: 'fail', free: 0 });
  await shared.close();
});

test('a subscription is pointed to where its publisher is now, without being made anew', async () => {
  const { edge, dmz, subscriptions } = world;
  const { conninfo } = subscriptions.outward;
  const elsewhere = { ...subscriptions.outward, conninfo: conninfo.replace(/port=\d+/, 'port=1') };
  expect(await ensureSubscription(edge.pool, elsewhere)).toBe(false);
  await waitFor(async () => (await slotState(dmz.pool, elsewhere.slot))?.active === false, {
    what: 'the link to be cut',
  });
  expect(await ensureSubscription(edge.pool, subscriptions.outward)).toBe(false);
  await stockProduct(world, 'POINTED', 1);
  await seen('POINTED');
});

test('an edge that is away holds the log no longer than the bound; then everything is copied anew', async () => {
  const { edge, dmz, record, sharedCluster, subscriptions, ref } = world;
  await sharedCluster.stop();
  await record.pool.query(
    'CREATE TABLE public.ballast AS SELECT n, repeat(md5(n::text), 20) FROM generate_series(1, 120000) n',
  );
  await waitFor(
    async () => {
      await record.pool.query('SELECT pg_switch_wal(); CHECKPOINT');
      return (await slotState(dmz.pool, subscriptions.outward.slot))?.lost === true;
    },
    { what: 'the slot to be lost', everyMs: 200 },
  );
  await stockProduct(world, 'AFTER', 1);
  await sharedCluster.start();
  await waitFor(() => edge.value('SELECT 1'), { what: 'the edge to be back' });
  // The bound is for every slot of the instance: so much at once may have lost the way into the DMZ, too.
  if ((await slotState(record.pool, subscriptions.local.slot))?.lost === true) {
    await resync({ publisher: record.pool, subscriber: dmz.pool }, { ...subscriptions.local, schema: 'edge' });
  }
  await resync({ publisher: dmz.pool, subscriber: edge.pool }, { ...subscriptions.outward, schema: 'edge' });
  await seen('AFTER');
  const copied = async () => (await edge.value("SELECT count(*)::int FROM edge.offer WHERE sku = 'FIRST'")) === 1;
  await waitFor(copied, { what: 'the rest of the copy' });
  await waitFor(async () => (await slotState(dmz.pool, `${ref}_edge`))?.active === true, {
    what: 'the link to stream',
  });
});
