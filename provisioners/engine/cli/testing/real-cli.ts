/** The CLI as somebody at a terminal uses it, for tests that run where one is found and are counted as skipped elsewhere. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProviderPackage, PulumiProgram } from '../../port.ts';
import { environmentFor, invokeCli } from '../command.ts';
import { findCli } from '../find-cli.ts';
import { serveProgram } from '../program-server.ts';
import { attachProviders } from '../providers.ts';
import { createTestimony } from '../witness.ts';
import { backendUrl } from '../workspace.ts';

/** The CLI's executable; null where there is none. */
export const CLI = await findCli(process.env).catch(() => null);
/** Begins the names of the tests that need it, and says why they did not run. */
export const WITH_CLI = CLI === null ? 'skipped, no CLI in PULUMI_CLI, PATH or PULUMI_HOME/bin' : 'with the CLI';

export interface Terminal {
  /** Run a command on a stack; rejects when it ends with another code than 0. @returns what it printed */
  run(
    args: readonly string[],
    on?: {
      packages?: readonly ProviderPackage[];
      program?: PulumiProgram;
      env?: Readonly<Record<string, string>>;
      signal?: AbortSignal;
    },
  ): Promise<string>;
  close(): Promise<void>;
}

/** A terminal in an empty folder with a project file, logged in to the state. */
export async function openTerminal(stateUrl: string, passphrase: string, project: string): Promise<Terminal> {
  const folder = await mkdtemp(join(tmpdir(), 'terminal-'));
  await mkdir(join(folder, 'home'));
  await writeFile(join(folder, 'Pulumi.yaml'), `name: ${project}\nruntime: nodejs\n`);
  const cli = await findCli(process.env);
  const env = {
    ...environmentFor(cli, process.env),
    PULUMI_HOME: join(folder, 'home'),
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_DIY_BACKEND_PARALLEL: '1',
  };
  const run: Terminal['run'] = async (args, { packages = [], program, env: more = {}, signal } = {}) => {
    const attached = await attachProviders(
      packages,
      createTestimony(() => {}),
    );
    const served = program && (await serveProgram({ program, packages, onError: () => {}, onPrint: () => {} }));
    const client = served ? [`--client=${served.address}`] : [];
    const all = [...args, ...client, '--non-interactive'];
    try {
      const done = await invokeCli({
        cli,
        args: all,
        cwd: folder,
        env: { ...env, ...attached.environment, ...more },
        graceMs: 1000,
        signal,
      });
      return done.stdout;
    } finally {
      served?.close();
      await attached.close();
    }
  };
  await run(['login', backendUrl(stateUrl)]);
  return { run, close: () => rm(folder, { recursive: true, force: true }) };
}
