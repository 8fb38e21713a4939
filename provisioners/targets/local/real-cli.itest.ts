/** A tenant of this target under both engines: made by one, seen without changes, grown and removed by the other. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newTenantRef } from '../../../server/domain/ids.ts';
import { startTestCluster, type TestCluster } from '../../../server/testing/postgres.ts';
import { createPulumiEngine } from '../../engine/cli/engine.ts';
import { CLI, WITH_CLI, openTerminal } from '../../engine/cli/testing/real-cli.ts';
import { createEmbeddedEngine } from '../../engine/embedded/engine.ts';
import type { Engine } from '../../engine/port.ts';
import { prepareStateSchema } from '../../engine/state/schema.ts';
import { discoverOfferings, discoverTargets } from '../../kit/discover.ts';
import type { OfferingDefinition } from '../../kit/offering.ts';
import type { ConnectedTarget, TenantGraph } from '../../kit/target.ts';
import { graphOf } from '../../../server/testing/engine-world.ts';

const TIMEOUT_MS = 240_000;

describe.skipIf(CLI === null)(WITH_CLI, { timeout: TIMEOUT_MS }, () => {
  let tenants: TestCluster;
  let platform: TestCluster;
  let target: ConnectedTarget;
  let offering: OfferingDefinition;
  let engines: Record<'embedded' | 'pulumi', Engine>;
  let settings: Record<string, string>;
  let fence = 0n;

  beforeAll(async () => {
    [tenants, platform] = await Promise.all([startTestCluster(), startTestCluster()]);
    await prepareStateSchema(platform.url());
    const options = { stateUrl: platform.url(), passphrase: 'a passphrase of the test' };
    engines = { embedded: createEmbeddedEngine(options), pulumi: createPulumiEngine(options) };
    settings = {
      TENANTS_ADMIN_URL: tenants.url(),
      ENVELOPE_KEY: randomBytes(32).toString('base64'),
      GATEWAY_URL: 'http://gateway.test/',
    };
    const local = (await discoverTargets()).find(({ name }) => name === 'local');
    const orderable = (await discoverOfferings()).find(({ lifecycle }) => lifecycle === 'ga');
    if (!local || !orderable?.pack) throw new Error('there is nothing to order');
    offering = orderable;
    target = local.connect(settings);
    await target.prepare([{ pack: orderable.pack, modules: [] }]);
  }, TIMEOUT_MS);
  afterAll(async () => {
    await Promise.all([...Object.values(engines).map((engine) => engine.close()), target.close()]);
    await Promise.all([tenants.remove(), platform.remove()]);
  });

  const shopOf = (ref: string, plan: 'S' | 'M'): TenantGraph => graphOf(offering, { ref, model: 'public', plan });

  function requestOf(graph: TenantGraph) {
    fence += 1n;
    const name = { project: 'industry-cloud', stack: graph.ref };
    return { ...name, fence, packages: target.packages, program: target.program(graph) };
  }

  test.each([
    ['embedded', 'pulumi'],
    ['pulumi', 'embedded'],
  ] as const)('made by %s, grown and removed by %s', async (first, second) => {
    const ref = newTenantRef();
    const [small, large] = [shopOf(ref, 'S'), shopOf(ref, 'M')];
    const made = await engines[first].up(requestOf(small));
    expect(made.errors).toEqual([]);
    expect(made.outputs).toMatchObject({ endpoint: `http://gateway.test/t/${ref}/v1` });
    const key = await target.takeKey(ref);
    expect(key).toMatch(new RegExp(`^${String(made.outputs['apiKeyPrefix'])}`));
    for (const engine of [engines[second], engines[first]]) {
      const seen = await engine.preview(requestOf(small));
      expect(seen.errors).toEqual([]);
      expect(seen.resources.filter(({ operation }) => operation !== 'same')).toEqual([]);
    }
    const grown = await engines[second].up(requestOf(large));
    expect(grown.errors).toEqual([]);
    expect(grown.counts['update']).toBeGreaterThan(0);
    expect((await engines[first].preview(requestOf(large))).counts).toEqual({ same: 10 });
    expect((await engines[first].refresh(requestOf(large))).errors).toEqual([]);
    expect((await engines[second].preview(requestOf(large))).counts).toEqual({ same: 10 });
    expect((await engines[second].destroy(requestOf(large))).errors).toEqual([]);
    expect(await target.leftovers(ref)).toEqual([]);
  });

  /** The providers in a process of their own, as somebody at a terminal starts them. */
  async function attachProviders() {
    const script = path.resolve(import.meta.dirname, '../../attach-providers.ts');
    const env = Object.assign({} as NodeJS.ProcessEnv, settings);
    const child = spawn(process.execPath, [script, 'local'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    const [line] = (await Promise.race([once(child.stdout, 'data'), exited])) as [unknown];
    const [, attached = ''] = String(line).trim().split('=');
    return {
      env: { PULUMI_DEBUG_PROVIDERS: attached },
      async end() {
        child.kill('SIGTERM');
        expect(await exited).toEqual([0, null]);
      },
    };
  }

  test('somebody at a terminal looks at a tenant, reads it anew, and removes it', async () => {
    const ref = newTenantRef();
    expect((await engines.embedded.up(requestOf(shopOf(ref, 'S')))).errors).toEqual([]);
    const terminal = await openTerminal(platform.url(), 'a passphrase of the test', 'industry-cloud');
    const providers = await attachProviders();
    const on = ['--stack', ref, '--yes', '--skip-preview'];
    expect(await terminal.run(['stack', 'ls'])).toContain(ref);
    await terminal.run(['refresh', '--expect-no-changes', ...on], providers);
    await terminal.run(['destroy', ...on], providers);
    await terminal.run(['stack', 'rm', ref, '--yes']);
    expect(await target.leftovers(ref)).toEqual([]);
    expect(await terminal.run(['stack', 'ls'])).not.toContain(ref);
    await providers.end();
    await terminal.close();
  });
});
