/** The shared cluster grows for a hybrid tenant that finds no seat: once for all who wait, also after a death half-way, and never where it is not ours. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newTenantRef } from '../../../../server/domain/ids.ts';
import { HYBRID_TENANTS_MAX, replicationSettings } from '../../../../server/domain/replication-room.ts';
import { ensureRegistry, REGISTRY_DATABASE } from '../../../../server/registry/schema.ts';
import { connectSupervisor, supervisorFile, type Supervisor } from '../../../../server/registry/supervisor.ts';
import { startKeptCluster, type TestKeptCluster } from '../../../../server/testing/kept-cluster.ts';
import { makeDataDir } from '../../../../server/testing/portal.ts';
import { waitFor } from '../../../../server/testing/postgres.ts';
import { connectShared, type SharedCluster } from '../cluster.ts';
import { lifeOf, outliving } from '../life.ts';
import { checkRoomForLink } from './check-room.ts';
import { planGrowth, roomOf } from './room.ts';
import { giveSeatBack, hasSeat, takeSeat } from './take-seat.ts';

let dataDir: string;
let elsewhere: string;
let kept: TestKeptCluster;
let cluster: SharedCluster;
let other: SharedCluster;
let supervisor: Supervisor;

beforeAll(async () => {
  [dataDir, elsewhere] = await Promise.all([makeDataDir(), makeDataDir()]);
});
afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true });
  await rm(elsewhere, { recursive: true, force: true });
});

/** Each test begins with room for two. */
beforeEach(async () => {
  const two = Object.entries(replicationSettings(2)).map(([name, value]) => [name, String(value)] as const);
  kept = await startKeptCluster(dataDir, { wal_level: 'logical' }, Object.fromEntries(two));
  supervisor = connectSupervisor(dataDir);
  [cluster, other] = [connectShared(kept.url()), connectShared(kept.url())];
  const admin = await cluster.admin.connect();
  await ensureRegistry(admin, () => cluster.open(REGISTRY_DATABASE), null);
  admin.release();
  return async () => {
    await Promise.all([cluster.close(), other.close()]);
    await kept.remove();
  };
});

const here = () => ({ cluster, supervisor });
const checkpoints = async (): Promise<number> => {
  const { rows } = await cluster.admin.query<{ asked: number }>(
    'SELECT num_requested::int AS asked FROM pg_stat_checkpointer',
  );
  return rows[0]?.asked ?? 0;
};
const fill = async (): Promise<void> => {
  const room = await roomOf(cluster);
  for (let free = room.tenants - room.used; free > 0; free--) await takeSeat(here(), newTenantRef());
};

test('one that finds no seat is told beforehand how long it will take, and grows the cluster', async () => {
  expect(await checkRoomForLink(cluster, supervisor)).toMatchObject({ verdict: 'pass', advice: null, free: 2 });
  expect(await takeSeat(here(), 't_aaaaaa')).toBeNull();
  expect(await checkRoomForLink(cluster, supervisor)).toMatchObject({ verdict: 'warn', free: 1 });
  expect(await takeSeat(here(), 't_bbbbbb')).toBeNull();

  const awayMs = (await supervisor.sharedCluster())?.awayMs;
  const check = await checkRoomForLink(cluster, supervisor);
  expect(check).toMatchObject({ verdict: 'warn', asked: 1, free: 0 });
  expect(check.advice?.en).toContain(`about ${awayMs} ms`);
  expect(check.advice?.zh).toContain(`约 ${awayMs} 毫秒`);
  const written = await checkpoints();
  const grown = await takeSeat(here(), 't_cccccc');
  expect((await checkpoints()) - written).toBeGreaterThanOrEqual(2); // before it stops answering, not while
  expect(grown).toMatchObject({ from: 2, to: 4 });
  expect(grown?.awayMs).toBe((await supervisor.sharedCluster())?.awayMs);
  expect(await roomOf(cluster)).toMatchObject({ tenants: 4, used: 3, settings: replicationSettings(4) });

  // The seat that it has is kept, and one that is given back is free again.
  expect(await takeSeat(here(), 't_cccccc')).toBeNull();
  expect(await hasSeat(cluster, 't_cccccc')).toBe(true);
  await giveSeatBack(cluster, 't_cccccc');
  expect(await roomOf(cluster)).toMatchObject({ used: 2 });
});

test('what it has grown to survives a stop of the installation', async () => {
  await fill();
  await takeSeat(here(), newTenantRef());
  await kept.restart();
  expect(await roomOf(cluster)).toMatchObject({ tenants: 4, used: 3 });
});

test('several at once grow it once', async () => {
  await fill();
  const before = await lifeOf(cluster);
  const outcomes = await Promise.all([
    takeSeat(here(), 't_aaaaaa'),
    takeSeat({ cluster: other, supervisor }, 't_bbbbbb'),
  ]);
  expect(outcomes.filter((grown) => grown !== null)).toMatchObject([{ from: 2, to: 4 }]);
  expect(await roomOf(cluster)).toMatchObject({ tenants: 4, used: 4 });
  expect(await lifeOf(cluster)).not.toBe(before);
  expect(kept.said.filter((line) => line.includes('was started again'))).toHaveLength(1);
});

test('killed between the settings and the restart, it is done again', async () => {
  await fill();
  const facts = await supervisor.sharedCluster();
  // A door that takes the request for a restart and kills who asked.
  const door = createServer((request, response) => {
    if (request.method === 'POST') taker.kill('SIGKILL');
    else response.end(JSON.stringify(facts));
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const address = { port: (door.address() as AddressInfo).port, token: 'x'.repeat(32) };
  await writeFile(supervisorFile(elsewhere), JSON.stringify(address));
  const main = path.join(import.meta.dirname, 'testing/take-seat-main.ts');
  const taker = spawn(process.execPath, [main, kept.url(), elsewhere, 't_aaaaaa'], { stdio: 'inherit' });
  expect(await once(taker, 'exit')).toEqual([null, 'SIGKILL']);
  door.closeAllConnections();
  door.close();

  expect(await roomOf(cluster)).toMatchObject({ tenants: 2, used: 2 });
  const { rows } = await cluster.admin.query(
    `SELECT count(*)::int AS raised FROM pg_file_settings WHERE sourcefile LIKE '%auto.conf'`,
  );
  expect(rows).toEqual([{ raised: 5 }]);
  expect(await takeSeat(here(), 't_aaaaaa')).toMatchObject({ from: 2, to: 4 });
  expect(await roomOf(cluster)).toMatchObject({ tenants: 4, used: 3 });
});

test('a cluster that somebody else runs is not touched: exactly what to raise is said', async () => {
  await fill();
  const stranger = connectSupervisor(elsewhere);
  for (const nobody of [null, stranger]) {
    const check = await checkRoomForLink(cluster, nobody);
    expect(check).toMatchObject({ verdict: 'fail', free: 0 });
    for (const [name, value] of Object.entries(replicationSettings(4))) {
      expect(check.advice?.en).toContain(`${name} = ${value}`);
      expect(check.advice?.zh).toContain(`${name} = ${value}`);
    }
    await expect(takeSeat({ cluster, supervisor: nobody }, newTenantRef())).rejects.toThrow('has no room');
  }
  expect(await roomOf(cluster)).toMatchObject({ tenants: 2, used: 2 });
});

test('a cluster that does not start with more is as it was, says why, and is not restarted again and again', async () => {
  await fill();
  await cluster.admin.query("ALTER SYSTEM SET shared_preload_libraries = 'no_such_library'");
  await expect(takeSeat(here(), newTenantRef())).rejects.toThrow('does not start with more room');
  const check = await checkRoomForLink(cluster, supervisor);
  expect(check).toMatchObject({ verdict: 'fail', free: 0 });
  expect(check.found.en).toContain('goes on as before');
  const life = await lifeOf(cluster);
  await expect(takeSeat(here(), newTenantRef())).rejects.toThrow('has no room');
  expect(await lifeOf(cluster)).toBe(life);
});

test('there is a last size, with its reason', async () => {
  const room = { ...(await roomOf(cluster)), tenants: HYBRID_TENANTS_MAX, used: HYBRID_TENANTS_MAX };
  const growth = await planGrowth(supervisor, room);
  expect(growth).toMatchObject({ reason: { en: expect.stringContaining(`${HYBRID_TENANTS_MAX} hybrid tenants`) } });
});

test('what the restart cuts off elsewhere is done again, and what fails by itself is not', async () => {
  await fill();
  const again = outliving(other);
  let begun = 0;
  const sleeping = again(async () => {
    begun++;
    const first = begun === 1;
    await other.admin.query(`SELECT pg_sleep($1)`, [first ? 60 : 0]);
    return 'done';
  });
  await waitFor(() => begun === 1, { what: 'work to be under way' });
  await takeSeat(here(), newTenantRef());
  expect(await sleeping).toBe('done');
  expect(begun).toBe(2);
  let tried = 0;
  const wrong = again(() => {
    tried++;
    return other.admin.query('SELECT FROM no_such_table');
  });
  await expect(wrong).rejects.toMatchObject({ code: '42P01' });
  expect(tried).toBe(1);
});
