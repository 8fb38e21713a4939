// Servers held to their plan: by the kernel where this machine lets a test, and by priority where it does not. Real servers, real groups.
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { getPriority } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InstanceFacts, InstanceSpec } from '../registry/keeper.ts';
import { waitFor } from '../testing/postgres.ts';
import { makeTestKeeper, type TestKeeper } from '../testing/keeper.ts';
import { processesOf } from './children.ts';
import { findControlGroups, mountOf, openControlGroups, type Controller } from './control-groups.ts';
import { niceOf, openHolding } from './holding.ts';

const bounds = { cpuCores: 0.25, memoryMib: 256 };
const specOf = (name: string, change: Partial<InstanceSpec> = {}): InstanceSpec => ({
  name,
  marker: `made by ${name}`,
  settings: { max_connections: '15', shared_buffers: '16MB', io_method: 'sync' },
  access: [],
  bounds,
  ...change,
});

let keeper: TestKeeper;
beforeAll(async () => {
  keeper = await makeTestKeeper();
  await keeper.start();
});
afterAll(() => keeper.remove());

async function work({ host, port, password }: InstanceFacts, sql: string): Promise<void> {
  const client = new Client({ host, port, user: 'postgres', password, database: 'postgres' });
  await client.connect();
  await client.query(sql);
  await client.end();
}

describe('on this machine, whatever it lets', () => {
  test('a server says how it is held, as was offered before it was made', async () => {
    const offer = await keeper.client.offer();
    process.stdout.write(`bounds here: cpu ${offer.cpu}, memory ${offer.memory}: ${offer.why}\n`);
    const made = await keeper.client.ensure(specOf('t_held'));
    expect(made.held).toEqual({ cpu: offer.cpu, memory: offer.memory });
    const unbound = await keeper.client.ensure({ ...specOf('t_free'), bounds: undefined });
    expect(unbound.held).toBeNull();
    await keeper.client.stop('t_held');
    expect((await keeper.client.find('t_held'))?.held).toBeNull();
    await keeper.client.start('t_held');
  });

  test('it says what it takes', async () => {
    const facts = (await keeper.client.find('t_held'))!;
    await keeper.client.measure('t_held');
    await work(facts, 'SELECT pg_sleep(1.1), count(*) FROM generate_series(1, 300000)');
    const use = (await keeper.client.measure('t_held'))!;
    if (process.platform !== 'linux') return expect(use).toEqual({ cpuCores: null, memoryMib: null });
    expect(use.memoryMib).toBeGreaterThan(3);
    expect(use.memoryMib).toBeLessThan(200);
    expect(use.cpuCores).toBeGreaterThan(0);
    expect(use.cpuCores).toBeLessThan(2);
  });

  test('other bounds are taken up without a restart', async () => {
    const before = (await keeper.client.find('t_held'))!;
    const after = await keeper.client.ensure(specOf('t_held', { bounds: { cpuCores: 0.5, memoryMib: 512 } }));
    expect(after.pid).toBe(before.pid);
    expect(after.bounds).toEqual({ cpuCores: 0.5, memoryMib: 512 });
  });
});

describe('without groups', () => {
  test('a server and all its processes come later than we do, by their plan', async () => {
    const facts = await keeper.client.ensure(specOf('t_nice'));
    const holding = openHolding('/nowhere', () => {}, { groups: null, why: 'told so' });
    expect(holding.possible).toEqual({ cpu: 'advisory', memory: 'advisory', why: 'told so' });
    expect(holding.hold('t_nice', bounds, facts.pid ?? 0, false)).toEqual({ cpu: 'advisory', memory: 'advisory' });
    const wanted = Math.min(19, getPriority() + niceOf(bounds.cpuCores));
    for (const pid of processesOf(facts.pid ?? 0)) expect(getPriority(pid)).toBe(wanted);
    holding.close();
  });

  test('a group that cannot be written to is said, and harms no server', async () => {
    const facts = (await keeper.client.find('t_nice'))!;
    const told: string[] = [];
    const refuses = (): never => {
      throw new Error('no room for another group');
    };
    const groups = {
      controllers: ['cpu', 'memory'],
      place: refuses,
      limit: refuses,
      remove: () => {},
      list: () => [],
      close: () => {},
    } as const;
    const holding = openHolding('/nowhere', (_facts, message) => told.push(message), { groups, why: '' });
    expect(holding.hold('t_nice', bounds, facts.pid ?? 0, false)).toEqual({ cpu: 'advisory', memory: 'advisory' });
    expect(told).toHaveLength(1);
    await work(facts, 'SELECT 1');
  });
});

/** Whether groups of version 2 can be made here; the reason when not. */
function writableMount(): { readonly mount: string | null; readonly why: string } {
  const mount = process.platform === 'linux' ? mountOf(readFileSync('/proc/self/mountinfo', 'utf8')) : null;
  if (mount === null) return { mount, why: 'control groups of version 2 are not mounted' };
  const trial = path.join(mount, `industry-cloud-trial-${process.pid}`);
  try {
    mkdirSync(trial);
    rmdirSync(trial);
    return { mount, why: '' };
  } catch (error) {
    return { mount: null, why: error instanceof Error ? error.message : String(error) };
  }
}

const place = writableMount();
if (place.mount === null) process.stdout.write(`groups are not tried: ${place.why}\n`);
else describe('a group of our own', tryGroups);

function tryGroups(): void {
  const folder = path.join(place.mount ?? '/', `industry-cloud-test-${process.pid}`);

  test('takes a server with all its processes, and goes with it', async () => {
    const groups = openControlGroups(folder, []);
    const facts = await keeper.client.ensure({ ...specOf('t_group'), bounds: undefined });
    const pid = facts.pid ?? 0;
    groups.place('t_group', [pid]);
    groups.place('t_group', processesOf(pid));
    await work(facts, 'SELECT 1');
    const outside = () => {
      const inGroup = new Set(readFileSync(path.join(folder, 't_group/cgroup.procs'), 'utf8').split('\n').map(Number));
      return processesOf(pid).filter((one) => !inGroup.has(one));
    };
    await waitFor(() => outside().length === 0, { what: 'all of its processes to be in it' }); // some come and go
    expect(groups.list()).toEqual(['t_group']);
    groups.remove('t_group'); // not while somebody is in it
    expect(groups.list()).toEqual(['t_group']);
    await keeper.client.remove('t_group');
    const gone = () => {
      groups.close();
      groups.remove('t_group');
      return !existsSync(folder);
    };
    await waitFor(gone, { what: 'the group to go' }); // the last of them may take a moment
  });

  test('left behind by a keeper that was killed, it is removed by the next, and no other is touched', () => {
    const groups = openControlGroups(folder, []);
    const stranger = `${folder}-stranger`;
    mkdirSync(stranger);
    for (const name of ['t_gone', 't_here']) groups.place(name, []);
    const holding = openHolding('/nowhere', () => {}, { groups, why: '' });
    holding.sweep(new Set(['t_here']));
    expect(groups.list()).toEqual(['t_here']);
    holding.close();
    expect([existsSync(folder), existsSync(stranger)]).toEqual([false, true]);
    rmdirSync(stranger);
  });
}

const found = findControlGroups(`industry-cloud-test-${process.pid}-bounds`);
if (found.groups === null) process.stdout.write(`bounds of the kernel are not tried: ${found.why}\n`);
else describe('the kernel', () => tryBounds(found.groups.controllers));

function tryBounds(controllers: readonly Controller[]): void {
  afterAll(() => found.groups?.close());
  if (controllers.includes('cpu')) test('gives a server no more of the processors than its plan has', tryCpu);
  if (controllers.includes('memory')) test('ends what takes more memory than the plan has', tryMemory);
}

async function tryCpu(): Promise<void> {
  const facts = await keeper.client.ensure({ ...specOf('t_cpu'), bounds: undefined });
  const holding = openHolding('/nowhere', () => {}, found);
  expect(holding.hold('t_cpu', bounds, facts.pid ?? 0, false).cpu).toBe('enforced');
  await keeper.client.measure('t_cpu');
  await work(
    facts,
    `DO $$ DECLARE ends timestamptz := clock_timestamp() + interval '4 seconds';
     BEGIN WHILE clock_timestamp() < ends LOOP PERFORM 1; END LOOP; END $$`,
  );
  expect((await keeper.client.measure('t_cpu'))?.cpuCores).toBeLessThan(0.35);
  await keeper.client.remove('t_cpu');
  holding.forget('t_cpu');
}

async function tryMemory(): Promise<void> {
  const facts = await keeper.client.ensure({ ...specOf('t_memory'), bounds: undefined });
  const holding = openHolding('/nowhere', () => {}, found);
  expect(holding.hold('t_memory', { ...bounds, memoryMib: 96 }, facts.pid ?? 0, false).memory).toBe('enforced');
  expect(readFileSync(`/proc/${facts.pid}/cgroup`, 'utf8')).toContain('t_memory');
  await expect(work(facts, "SELECT length(repeat('x', 400000000))")).rejects.toThrow();
  await keeper.client.remove('t_memory');
  holding.forget('t_memory');
}
