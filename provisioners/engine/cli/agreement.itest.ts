/** That both engines agree: each takes over what the other made, and the other sees no changes. The test of truth of the state. */
import * as pulumi from '@pulumi/pulumi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSPHRASE } from '../testing/harness.ts';
import { Thing } from '../testing/sample-resources.ts';
import { createBoth, type Both, type SharedStack } from './testing/both.ts';
import { everything, type Variation } from './testing/programs.ts';
import { CLI, WITH_CLI, openTerminal, type Terminal } from './testing/real-cli.ts';

const TIMEOUT_MS = 240_000;
const CONFIG = {
  config: { 'sample:region': 'south', 'demo:token': 'canary-of-the-config' },
  secretConfigKeys: ['demo:token'],
};

describe.skipIf(CLI === null)(WITH_CLI, { timeout: TIMEOUT_MS }, () => {
  let both: Both;
  let terminal: Terminal;
  beforeAll(async () => {
    both = await createBoth();
    terminal = await openTerminal(both.harness.database.url, PASSPHRASE, 'demo');
  }, TIMEOUT_MS);
  afterAll(async () => {
    await terminal.close();
    await both.close();
  });

  /** Each engine looks at what the other left. */
  async function expectNoChanges({ embedded, cli }: SharedStack, variation: Variation): Promise<void> {
    for (const side of [cli, embedded]) {
      const seen = await side.preview(everything(variation), CONFIG);
      expect(seen.errors).toEqual([]);
      expect(seen.resources.filter(({ operation }) => operation !== 'same')).toEqual([]);
    }
  }

  async function mustSucceed(result: Promise<{ ok: boolean; errors: readonly unknown[] }>): Promise<void> {
    expect((await result).errors).toEqual([]);
  }

  test('the CLI works at a terminal on a stack that the embedded engine made', async () => {
    const stack = both.stack();
    const { name, packages, embedded } = stack;
    const program = everything();
    const made = await embedded.up(program);
    expect(made.errors).toEqual([]);
    const on = ['--stack', name.stack];
    const listed = JSON.parse(await terminal.run(['stack', 'ls', '--json'])) as { name: string }[];
    expect(listed.map((listing) => listing.name)).toContain(name.stack);
    const exported = JSON.parse(await terminal.run(['stack', 'export', ...on])) as {
      version: number;
      deployment: { resources: { urn: string }[] };
    };
    const known = await both.harness.engine.resources(name);
    expect(exported.version).toBe(3);
    expect(exported.deployment.resources.map(({ urn }) => urn).sort()).toEqual(known.map(({ urn }) => urn).sort());
    const outputs = JSON.parse(await terminal.run(['stack', 'output', '--json', '--show-secrets', ...on])) as unknown;
    expect(outputs).toEqual(made.outputs);
    await terminal.run(['preview', '--expect-no-changes', ...on], { packages, program });
    await terminal.run(['refresh', '--yes', '--skip-preview', '--expect-no-changes', ...on], { packages });
    await terminal.run(['up', '--yes', '--skip-preview', '--expect-no-changes', ...on], { packages, program });
    await expectNoChanges(stack, {});
    await terminal.run(['destroy', '--yes', '--skip-preview', ...on], { packages });
    expect(await both.harness.engine.resources(name)).toEqual([]);
    await stack.embedded.remove();
  });

  const VARIATIONS: readonly Variation[] = [
    {},
    { size: 2, secret: 'canary-changed' },
    { size: 2, key: 'two' },
    { size: 2, key: 'two', region: 'west', without: 'pair' },
    { key: 'three', protect: true },
    { key: 'three', without: 'unique' },
  ];

  test.each(['embedded', 'cli'] as const)('both drive one stack in turn, %s first', async (first) => {
    const stack = both.stack();
    let turn = first;
    for (const variation of VARIATIONS) {
      await mustSucceed(stack[turn].up(everything(variation), CONFIG));
      turn = turn === 'cli' ? 'embedded' : 'cli';
      await expectNoChanges(stack, variation);
    }
    const refreshed = await stack[turn].refresh(CONFIG);
    expect(refreshed.errors).toEqual([]);
    await expectNoChanges(stack, VARIATIONS.at(-1) ?? {});
    await mustSucceed(stack[turn].destroy(CONFIG));
    expect(await both.harness.engine.resources(stack.name)).toEqual([]);
  });

  test.each(['embedded', 'cli'] as const)('what failed half-way under %s is finished by the other', async (first) => {
    const stack = both.stack();
    const other = first === 'cli' ? 'embedded' : 'cli';
    const failed = await stack[first].up(everything({ fails: true }), CONFIG);
    expect(failed.errors).toMatchObject([{ kind: 'resource', message: 'failed as asked' }]);
    await mustSucceed(stack[other].up(everything(), CONFIG));
    await expectNoChanges(stack, {});
    await mustSucceed(stack[first].destroy(CONFIG));
  });

  test.each(['embedded', 'cli'] as const)('hooks that %s recorded are called by the other', async (first) => {
    const stack = both.stack();
    const other = first === 'cli' ? 'embedded' : 'cli';
    const heard: string[] = [];
    const program = async () => {
      const hook = (name: string) => [new pulumi.ResourceHook(name, async () => void heard.push(name))];
      new Thing('one', {}, { hooks: { afterCreate: hook('made'), beforeDelete: hook('going') } });
    };
    await mustSucceed(stack[first].up(program));
    for (const side of [stack.cli, stack.embedded]) expect((await side.preview(program)).counts).toEqual({ same: 2 });
    const exported = await both.harness.engine.exportStack(stack.name);
    if (!exported) throw new Error('nothing was exported');
    await stack[other].importState(exported);
    await mustSucceed(stack[other].destroy({ runProgram: program }));
    expect(heard).toEqual(['made', 'going']);
  });

  test('no secret of program, provider or configuration stands in the rows of either engine', async () => {
    const stack = both.stack();
    await mustSucceed(stack.cli.up(everything(), CONFIG));
    await mustSucceed(stack.embedded.up(everything({ size: 5 }), CONFIG));
    const rows = await both.harness.database.query<{ text: string }>(
      `SELECT convert_from(decode(data->>'data', 'base64'), 'UTF8') AS text FROM pulumi.pulumi_state`,
    );
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.filter(({ text }) => text.includes('canary'))).toEqual([]);
  });
});
