import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as pulumi from '@pulumi/pulumi';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createHarness, type Harness } from '../testing/harness.ts';
import { findPluginFile } from './find.ts';

const PLUGIN = fileURLToPath(new URL('../testing/plugin-process.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'engine-plugin-'));
const path = process.env['PATH'];

let harness: Harness;
beforeAll(async () => {
  const file = join(folder, 'pulumi-resource-plug');
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${PLUGIN}' "$@"\n`);
  chmodSync(file, 0o755);
  process.env['PATH'] = `${folder}${delimiter}${path}`;
  harness = await createHarness();
});
afterAll(async () => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true });
  await harness.close();
});

class Item extends pulumi.CustomResource {
  declare readonly region: pulumi.Output<string | null>;
  declare readonly process: pulumi.Output<number>;
  declare readonly token: pulumi.Output<string>;

  constructor(
    name: string,
    inputs: Record<string, pulumi.Input<unknown>> = {},
    options?: pulumi.CustomResourceOptions,
  ) {
    super('plug:index:Item', name, { region: undefined, process: undefined, token: undefined, ...inputs }, options);
  }
}

const program = (act: string) => async () => {
  const item = new Item('item', { act, token: pulumi.secret('canary-token') });
  const called = await pulumi.runtime.invoke('plug:index:echo', { text: 'hi' });
  return { region: item.region, process: item.process, token: item.token, called: called as object };
};

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const overrides = { packages: [], config: { 'plug:region': 'north' } };

test('a plugin on the PATH is started, configured, heard and ended', { timeout: 60_000 }, async () => {
  const stack = harness.stack();
  const result = await stack.up(program('make'), overrides);
  expect(result).toMatchObject({
    ok: true,
    counts: { create: 2 },
    outputs: { region: 'north', token: 'canary-token', called: { echo: 'hi' } },
    secretOutputs: ['token'],
  });
  expect(stack.events).toContainEqual(
    expect.objectContaining({
      kind: 'log',
      severity: 'warning',
      message: 'about to make something',
      urn: expect.stringContaining('::item'),
    }),
  );
  await vi.waitFor(() => expect(isAlive(Number(result.outputs['process']))).toBe(false));
  expect(JSON.stringify(await harness.stored(stack))).not.toContain('canary-token');
  expect((await stack.up(program('make'), overrides)).counts).toEqual({ same: 2 });
  expect((await stack.up(program('again'), overrides)).counts).toEqual({ same: 1, update: 1 });
  expect((await stack.refresh(overrides)).ok).toBe(true);
  expect(await stack.destroy(overrides)).toMatchObject({ ok: true, counts: { delete: 2 } });
});

test(
  'a plugin that crashes fails its resource in words, and the next run asks again',
  { timeout: 60_000 },
  async () => {
    const stack = harness.stack();
    const crashed = await stack.up(program('crash'), overrides);
    const about = crashed.errors.filter(({ kind }) => kind === 'resource');
    expect(about).toEqual([
      {
        kind: 'resource',
        urn: expect.stringContaining('::item'),
        message: expect.stringMatching(/^create urn:.*::item: the process of the plugin plug ended with code 3$/),
      },
    ]);
    expect(await stack.up(program('make'), overrides)).toMatchObject({
      ok: true,
      resumed: [{ operation: 'creating' }],
    });
  },
);

test('what a plugin half makes is kept and mended', { timeout: 60_000 }, async () => {
  const stack = harness.stack();
  const half = await stack.up(program('half'), overrides);
  expect(half.errors).toContainEqual({
    kind: 'resource',
    urn: expect.stringContaining('::item'),
    message: expect.stringMatching(/::item exists but did not come up: no pod is ready$/),
  });
  expect(JSON.stringify(await harness.stored(stack))).toContain('"initErrors":["no pod is ready"]');
  expect((await stack.up(program('make'), overrides)).counts).toEqual({ same: 1, update: 1 });
});

test('a cancelled run tells its plugins, which may end early', { timeout: 60_000 }, async () => {
  const stack = harness.stack();
  const control = new AbortController();
  const running = stack.up(program('wait'), {
    ...overrides,
    signal: control.signal,
    onEvent: (event) => (event.kind === 'log' ? control.abort() : undefined),
  });
  const result = await running;
  expect(result.ok).toBe(false);
  expect(result.errors.map(({ message }) => message)).toContain('interrupted');
  expect(await stack.up(program('make'), overrides)).toMatchObject({ ok: true, resumed: [{ operation: 'creating' }] });
});

test.each([
  ['that ends at once', 'exit 4', 'ended with code 4 at its start'],
  ['that prints no port', 'echo hello; sleep 60', 'printed "hello" in place of its port'],
  ['that is no program', '', 'at its start'],
])('a plugin %s fails its resource in words', { timeout: 60_000 }, async (_what, body, message) => {
  const file = join(folder, 'pulumi-resource-broken');
  writeFileSync(file, body === '' ? '' : `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  class Broken extends pulumi.CustomResource {
    constructor() {
      super('broken:index:Item', 'item', {});
    }
  }
  const result = await harness.stack().up(async () => void new Broken(), overrides);
  expect(result.errors).toEqual([
    { kind: 'resource', urn: expect.stringMatching(/::item$/), message: expect.stringContaining(message) },
  ]);
});

test('a plugin is found on the PATH first, then in the cache by its version, the newest when none is named', () => {
  const home = join(folder, 'home');
  const inCache = (version: string) => join(home, 'plugins', `resource-cached-v${version}`, 'pulumi-resource-cached');
  for (const version of ['1.9.0', '1.10.0']) {
    mkdirSync(join(inCache(version), '..'), { recursive: true });
    writeFileSync(inCache(version), '');
    chmodSync(inCache(version), 0o755);
  }
  const env = { PATH: folder, PULUMI_HOME: home };
  expect(findPluginFile('plug', '9.9.9', env)).toBe(join(folder, 'pulumi-resource-plug'));
  expect(findPluginFile('cached', '1.9.0', env)).toBe(inCache('1.9.0'));
  expect(findPluginFile('cached', '', env)).toBe(inCache('1.10.0'));
  expect(findPluginFile('cached', '2.0.0', env)).toBeUndefined();
  expect(findPluginFile('missing', '', env)).toBeUndefined();
});
