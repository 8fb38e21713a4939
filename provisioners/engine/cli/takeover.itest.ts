/** Locks, cancelling, kills: what one engine, or somebody at a terminal, leaves behind in the middle, and the other finds. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FencedError } from '../port.ts';
import { lockPrefix } from '../state/keys.ts';
import { PASSPHRASE } from '../testing/harness.ts';
import { createLatch } from '../testing/latch.ts';
import { rolesProgram } from '../testing/roles-program.ts';
import { Thing } from '../testing/sample-resources.ts';
import { createBoth, type Both, type SharedStack } from './testing/both.ts';
import { CLI, WITH_CLI, openTerminal } from './testing/real-cli.ts';
import { backendUrl } from './workspace.ts';

const TIMEOUT_MS = 240_000;

const things =
  (...names: readonly string[]) =>
  async () => {
    for (const name of names) new Thing(name);
  };

/** A stack whose provider stops in one call until it is let go. */
function stopIn(both: Both, call: string) {
  const [reached, go] = [createLatch(), createLatch()];
  const stack = both.stack({
    async onCall(now, when) {
      if (now !== call || when !== 'before') return;
      reached.open();
      await go.opened;
    },
  });
  return { stack, reached: reached.opened, letGo: () => go.open() };
}

describe.skipIf(CLI === null)(WITH_CLI, { timeout: TIMEOUT_MS }, () => {
  let both: Both;
  beforeAll(async () => {
    both = await createBoth();
  }, TIMEOUT_MS);
  afterAll(() => both.close());

  async function lockRows({ name }: SharedStack): Promise<string[]> {
    const prefix = lockPrefix(new URL(both.harness.database.url).pathname.slice(1), name);
    const rows = await both.harness.database.query<{ key: string }>(
      'SELECT key FROM pulumi.pulumi_state WHERE starts_with(key, $1)',
      [prefix],
    );
    return rows.map(({ key }) => key);
  }

  async function putLock({ name }: SharedStack, pid: number, host = hostname()): Promise<void> {
    const prefix = lockPrefix(new URL(both.harness.database.url).pathname.slice(1), name);
    const document = JSON.stringify({ pid, username: 'somebody', hostname: host, timestamp: new Date().toISOString() });
    await both.harness.database.query('INSERT INTO pulumi.pulumi_state (key, data) VALUES ($1, $2)', [
      `${prefix}${randomUUID()}.json`,
      JSON.stringify({ data: Buffer.from(document).toString('base64') }),
    ]);
  }

  test('while the embedded engine works, the CLI at a terminal is kept out', async () => {
    const { stack, reached, letGo } = stopIn(both, 'create slow');
    const running = stack.embedded.up(things('slow'));
    await reached;
    const terminal = await openTerminal(both.harness.database.url, PASSPHRASE, 'demo');
    const on = ['--stack', stack.name.stack, '--yes', '--skip-preview'];
    const program = things('slow');
    await expect(terminal.run(['up', ...on], { packages: stack.packages, program })).rejects.toThrow('pulumi cancel');
    letGo();
    expect((await running).ok).toBe(true);
    await terminal.run(['up', '--expect-no-changes', ...on], { packages: stack.packages, program });
    await terminal.close();
    expect(await lockRows(stack)).toEqual([]);
  });

  test('while the CLI works, the embedded engine is kept out, whatever its fence', async () => {
    const { stack, reached, letGo } = stopIn(both, 'create slow');
    const running = stack.cli.up(things('slow'));
    await reached;
    expect(await lockRows(stack)).toHaveLength(1);
    const refused = await stack.embedded.up(things('slow'));
    expect(refused).toMatchObject({ ok: false, errors: [{ kind: 'engine' }] });
    expect(refused.errors[0]?.message).toContain('locked');
    letGo();
    expect((await running).ok).toBe(true);
    expect(await lockRows(stack)).toEqual([]);
    expect((await stack.embedded.up(things('slow'))).counts).toEqual({ same: 2 });
  });

  test('a lower fence is refused before the CLI starts, and a fence lost meanwhile is told', async () => {
    const { stack, reached, letGo } = stopIn(both, 'create slow');
    const running = stack.cli.up(things('slow'));
    const lost = expect(running).rejects.toBeInstanceOf(FencedError);
    await reached;
    await both.harness.database.query(
      `UPDATE pulumi.stack_fence SET fence = 1000000, holder = 'another' WHERE stack = $1`,
      [`organization/demo/${stack.name.stack}`],
    );
    letGo();
    await lost;
    await expect(stack.cli.up(things('slow'))).rejects.toBeInstanceOf(FencedError);
  });

  test('a CLI that loses its stack is ended at once, with the call that it waits for, and makes nothing more', async () => {
    const { stack, reached, letGo } = stopIn(both, 'create slow');
    const program = async () => {
      const slow = new Thing('slow');
      new Thing('after', { after: slow.made });
    };
    const running = stack.cli.up(program);
    await reached;
    const before = await both.harness.engine.exportStack(stack.name);
    await both.harness.database.query(
      `UPDATE pulumi.stack_fence SET fence = fence + 1, holder = 'another' WHERE stack = $1`,
      [`organization/demo/${stack.name.stack}`],
    );
    // The provider still hangs: the run ends nevertheless, and leaves no lock behind.
    await expect(running).rejects.toBeInstanceOf(FencedError);
    expect(await lockRows(stack)).toEqual([]);
    letGo();
    expect(stack.log.calls).toEqual(['create slow']);
    expect(await both.harness.engine.exportStack(stack.name)).toEqual(before);
  });

  test('the database takes no state from a CLI that has lost its fence, so it creates nothing', async () => {
    const stack = both.stack();
    expect((await stack.embedded.up(things('first'))).ok).toBe(true);
    const before = await both.harness.engine.exportStack(stack.name);
    const terminal = await openTerminal(both.harness.database.url, PASSPHRASE, 'demo');
    const [held] = await both.harness.database.query<{ fence: string; holder: string }>(
      'SELECT fence, holder FROM pulumi.stack_fence WHERE stack = $1',
      [`organization/demo/${stack.name.stack}`],
    );
    const up = (fence: bigint, signal?: AbortSignal) => {
      const claim = { lease: { ...stack.name, fence }, holder: held?.holder ?? '' };
      const env = { PULUMI_BACKEND_URL: backendUrl(both.harness.database.url, claim) };
      const args = ['up', '--yes', '--skip-preview', '--stack', stack.name.stack];
      const program = things('first', 'second');
      return terminal.run(args, { packages: stack.packages, program, env, ...(signal ? { signal } : {}) });
    };
    const refusals = async () => {
      const [row] = await both.harness.database.query<{ refused: number }>(
        'SELECT xact_rollback::int AS refused FROM pg_stat_database WHERE datname = current_database()',
      );
      return row?.refused ?? 0;
    };
    const refusedBefore = await refusals();
    const stop = new AbortController();
    const refused = expect(up(BigInt(held?.fence ?? 0) - 1n, stop.signal)).rejects.toThrow();
    // It tries again and again, for more than a minute.
    await expect.poll(refusals, { timeout: 60_000 }).toBeGreaterThan(refusedBefore + 1);
    stop.abort();
    await refused;
    expect(stack.log.calls).toEqual(['create first']);
    expect(await both.harness.engine.exportStack(stack.name)).toEqual(before);
    await terminal.run(['cancel', '--yes', stack.name.stack]);
    await up(BigInt(held?.fence ?? 0));
    expect(stack.log.calls).toEqual(['create first', 'create second']);
    await terminal.close();
  });

  test('a lock of a dead process of this machine is cleared; one of another machine is respected', async () => {
    const stack = both.stack();
    const { pid } = spawnSync('true');
    await putLock(stack, pid);
    expect((await stack.cli.up(things('one'))).errors).toEqual([]);
    await putLock(stack, pid, 'elsewhere');
    const refused = await stack.cli.up(things('one'));
    expect(refused).toMatchObject({ ok: false, errors: [{ kind: 'engine' }] });
    expect(refused.errors[0]?.message).toContain('elsewhere');
    const terminal = await openTerminal(both.harness.database.url, PASSPHRASE, 'demo');
    await terminal.run(['cancel', '--yes', stack.name.stack]);
    await terminal.close();
    expect((await stack.cli.up(things('one'))).errors).toEqual([]);
  });

  test('cancelling lets running operations finish and starts no more; the state stays valid', async () => {
    const { stack, reached, letGo } = stopIn(both, 'create first');
    const stop = new AbortController();
    const program = async () => {
      const first = new Thing('first');
      new Thing('second', { after: first.made });
    };
    const running = stack.cli.up(program, { signal: stop.signal });
    await reached;
    stop.abort();
    letGo();
    const result = await running;
    expect(result.ok).toBe(false);
    expect(result.errors.at(-1)).toMatchObject({ kind: 'cancelled' });
    expect(stack.log.calls).toEqual(['create first']);
    expect(await lockRows(stack)).toEqual([]);
    const resumed = await stack.embedded.up(program);
    expect(resumed).toMatchObject({ ok: true, errors: [] });
    expect((await stack.cli.preview(program)).counts).toEqual({ same: 3 });
  });

  test('a run that is cancelled before it begins does nothing', async () => {
    const stack = both.stack();
    const result = await stack.cli.up(things('one'), { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ ok: false, errors: [{ kind: 'cancelled' }] });
    expect(stack.log.calls).toEqual([]);
  });

  describe('killed in the middle of a create', () => {
    const prefix = `k${process.pid.toString(36)}`;
    const ROLES = [`${prefix}_a`, `${prefix}_b`, `${prefix}_c`];

    /** A stack whose CLI was killed while its provider made the second role; the role exists when this returns. */
    async function killedStack(then: 'hangs' | 'ends') {
      const { stack, reached, letGo } = stopIn(both, `create ${ROLES[1]}`);
      const stop = new AbortController();
      const running = stack.cli.up(rolesProgram(ROLES), { signal: stop.signal, cancelGraceMs: 300 });
      await reached;
      stop.abort();
      if (then === 'ends') await expect.poll(() => lockRows(stack), { timeout: 30_000 }).toEqual([]);
      if (then === 'ends') letGo();
      const result = await running;
      letGo();
      expect(result).toMatchObject({ ok: false, errors: [{ kind: 'cancelled' }] });
      expect(await lockRows(stack)).toEqual([]);
      return stack;
    }

    async function roles(): Promise<string[]> {
      const rows = await both.harness.database.query<{ rolname: string }>(
        'SELECT rolname FROM pg_roles WHERE starts_with(rolname, $1) ORDER BY 1',
        [prefix],
      );
      return rows.map(({ rolname }) => rolname);
    }

    test.each(['cli', 'embedded'] as const)('%s resumes, adopts what was made, and destroys', async (next) => {
      const stack = await killedStack('hangs');
      const pending = (await both.harness.stored(stack as never))['pending_operations'];
      expect(pending).toMatchObject([{ type: 'creating' }]);
      const resumed = await stack[next].up(rolesProgram(ROLES));
      expect(resumed).toMatchObject({ ok: true, resumed: [{ operation: 'creating' }] });
      expect(await roles()).toEqual(ROLES);
      expect((await both.harness.stored(stack as never))['pending_operations']).toBeUndefined();
      for (const side of [stack.cli, stack.embedded]) {
        expect((await side.preview(rolesProgram(ROLES))).counts).toEqual({ same: 4 });
      }
      expect((await stack[next].destroy()).errors).toEqual([]);
      expect(await roles()).toEqual([]);
    });

    test('when the provider ends soon after, what it made is in the state at once', async () => {
      const stack = await killedStack('ends');
      expect((await both.harness.stored(stack as never))['pending_operations']).toBeUndefined();
      const known = (await both.harness.engine.resources(stack.name)).map(({ name }) => name);
      expect(known).toEqual(expect.arrayContaining(ROLES.slice(0, 2)));
      expect((await stack.embedded.destroy()).errors).toEqual([]);
      expect(await roles()).toEqual([]);
    });

    test('a destroy that comes instead leaves nothing behind', async () => {
      const stack = await killedStack('hangs');
      expect((await stack.cli.destroy()).errors).toEqual([]);
      expect(await roles()).toEqual([]);
      await stack.cli.remove();
      const rows = await both.harness.database.query<{ key: string }>(
        `SELECT key FROM pulumi.pulumi_state WHERE key LIKE '%/demo/' || $1 || '%'`,
        [stack.name.stack],
      );
      expect(rows).toEqual([]);
    });
  });
});
