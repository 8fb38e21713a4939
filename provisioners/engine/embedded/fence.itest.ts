import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { FencedError } from '../port.ts';
import { encodeData } from '../state/keys.ts';
import { createHarness, type Harness, type TestStack } from '../testing/harness.ts';
import { createLatch } from '../testing/latch.ts';
import { Thing } from '../testing/sample-resources.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

const chain = async () => {
  const first = new Thing('first');
  new Thing('second', { after: first.made });
};

function lockRows(stack: TestStack) {
  return harness.database.query<{ key: string }>('SELECT key FROM pulumi.pulumi_state WHERE key LIKE $1', [
    `%/.pulumi/locks/organization/${stack.name.project}/${stack.name.stack}/%`,
  ]);
}

async function fenceOf(stack: TestStack): Promise<string | undefined> {
  const key = `organization/${stack.name.project}/${stack.name.stack}`;
  const [row] = await harness.database.query<{ fence: string }>(
    'SELECT fence FROM pulumi.stack_fence WHERE stack = $1',
    [key],
  );
  return row?.fence;
}

/** What the CLI leaves while it works. */
async function lockAs(stack: TestStack, username: string): Promise<void> {
  const [{ database } = { database: '' }] = await harness.database.query<{ database: string }>(
    'SELECT current_database() AS database',
  );
  const key = `${database}/.pulumi/locks/organization/${stack.name.project}/${stack.name.stack}/0.json`;
  const document = JSON.stringify({ pid: 1, username, hostname: 'elsewhere', timestamp: new Date().toISOString() });
  await harness.database.query('INSERT INTO pulumi.pulumi_state (key, data) VALUES ($1, $2)', [
    key,
    encodeData(document),
  ]);
}

test('a lower fence can neither write nor create', async () => {
  const stack = harness.stack();
  await stack.up(chain, { fence: 5n });
  stack.calls();
  const before = await harness.stored(stack);
  await expect(stack.up(async () => {}, { fence: 4n })).rejects.toBeInstanceOf(FencedError);
  await expect(stack.destroy({ fence: 4n })).rejects.toBeInstanceOf(FencedError);
  await expect(stack.refresh({ fence: 4n })).rejects.toBeInstanceOf(FencedError);
  await expect(harness.engine.removeStack({ ...stack.name, fence: 4n })).rejects.toBeInstanceOf(FencedError);
  expect(stack.calls()).toEqual([]);
  expect(await harness.stored(stack)).toEqual(before);
});

test('an engine that loses the stack in the middle of a run creates nothing more and writes nothing more', async () => {
  const [reached, goOn] = [createLatch(), createLatch()];
  const slow = harness.stack({
    onCall: async (call, when) => {
      if (call !== 'create first' || when !== 'after') return;
      reached.open();
      await goOn.opened;
    },
  });
  const losing = slow.up(chain, { fence: 1n });
  await reached.opened;

  const other = harness.anotherEngine();
  const taker = harness.stack({}, other);
  const taken = await other.up({ ...slow.name, fence: 2n, packages: [], program: async () => ({ owner: 'two' }) });
  expect(taken.errors).toMatchObject([{ kind: 'resource' }]);
  const state = await harness.stored(slow);

  goOn.open();
  await expect(losing).rejects.toBeInstanceOf(FencedError);
  expect(slow.calls()).toEqual(['create first']);
  expect(await harness.stored(slow)).toEqual(state);
  expect(taker.calls()).toEqual([]);
});

test('the same fence serves the engine that took it, and no other', async () => {
  const stack = harness.stack();
  await stack.up(chain, { fence: 3n });
  expect((await stack.up(chain, { fence: 3n })).ok).toBe(true);
  const other = harness.anotherEngine();
  await expect(other.destroy({ ...stack.name, fence: 3n, packages: [] })).rejects.toBeInstanceOf(FencedError);
});

test('the CLI sees the stack locked while a run goes on, and free afterwards', async () => {
  let during = 0;
  const stack: TestStack = harness.stack({ onCall: async () => void (during = (await lockRows(stack)).length) });
  await stack.up(chain);
  expect(during).toBe(1);
  expect(await lockRows(stack)).toEqual([]);
});

test('a lock of the CLI is respected', async () => {
  const stack = harness.stack();
  await lockAs(stack, 'someone');
  const result = await stack.up(chain);
  expect(result).toMatchObject({
    ok: false,
    errors: [{ kind: 'engine', message: expect.stringContaining('someone@elsewhere') }],
  });
  expect(stack.calls()).toEqual([]);
  expect(await lockRows(stack)).toHaveLength(1);
});

test('a lock that a dead engine left is cleared', async () => {
  const stack = harness.stack();
  await lockAs(stack, 'embedded-engine');
  expect((await stack.up(chain)).ok).toBe(true);
  expect(await lockRows(stack)).toEqual([]);
});

test('two runs of one engine on one stack do not overlap', async () => {
  const [reached, goOn] = [createLatch(), createLatch()];
  const stack = harness.stack({
    onCall: async () => {
      reached.open();
      await goOn.opened;
    },
  });
  const running = stack.up(chain);
  await reached.opened;
  expect(await stack.up(chain)).toMatchObject({ ok: false, errors: [{ kind: 'engine' }] });
  goOn.open();
  expect((await running).ok).toBe(true);
  expect((await stack.up(chain)).counts).toEqual({ same: 3 });
});

test('an engine that takes over waits for the last operation of one that lives', async () => {
  const [reached, goOn] = [createLatch(), createLatch()];
  const slow = harness.stack({
    onCall: async (call, when) => {
      if (call !== 'create first' || when !== 'before') return;
      reached.open();
      await goOn.opened;
    },
  });
  const losing = slow.up(chain, { fence: 1n });
  await reached.opened;
  const taking = slow.up(chain, { fence: 2n });
  await vi.waitFor(async () => expect(await fenceOf(slow)).toBe('2'));
  goOn.open();
  await expect(losing).rejects.toBeInstanceOf(FencedError);
  expect(await taking).toMatchObject({ ok: true, resumed: [{ operation: 'creating' }] });
  // Asked once by each of them, the second time after the first had ended.
  expect(slow.calls()).toEqual(['create first', 'create first', 'create second']);
  expect(slow.log.runningMax).toBe(1);
});
