/** The Automation API on the stack's rows. It is loaded when first used: it costs seconds and a hundred megabytes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import type { PulumiProgram, StackRequest } from '../port.ts';
import { installationSalt, type StateStore } from '../state/store.ts';
import { findCli } from './find-cli.ts';

/** The CLI's backend URL: the same database, seen through the schema of the engine's state. */
export function backendUrl(stateUrl: string): string {
  const url = new URL(stateUrl);
  url.protocol = 'postgres:';
  url.searchParams.set('search_path', 'pulumi');
  if (!url.searchParams.has('sslmode')) url.searchParams.set('sslmode', 'disable');
  return url.href;
}

interface Workspace {
  readonly stateUrl: string;
  readonly store: StateStore;
  readonly request: StackRequest;
  readonly program: PulumiProgram;
}

/** Open the stack for the CLI, with a private folder for its files, and hand it to `use`. @throws CliMissingError */
export async function withStack<T>(workspace: Workspace, use: (stack: Stack) => Promise<T>): Promise<T> {
  const { stateUrl, store, request, program } = workspace;
  const cli = await findCli(process.env);
  const { LocalWorkspace, PulumiCommand } = await import('@pulumi/pulumi/automation/index.js');
  const isInstalled = basename(dirname(cli)) === 'bin';
  const pulumiCommand = await PulumiCommand.get(isInstalled ? { root: dirname(dirname(cli)) } : {});
  const folder = await mkdtemp(join(tmpdir(), 'pulumi-'));
  try {
    const url = backendUrl(stateUrl);
    const stack = await LocalWorkspace.createOrSelectStack(
      { projectName: request.project, stackName: request.stack, program },
      {
        pulumiCommand,
        workDir: folder,
        envVars: {
          PULUMI_BACKEND_URL: url,
          PULUMI_CONFIG_PASSPHRASE: store.passphrase,
          PULUMI_SKIP_UPDATE_CHECK: 'true',
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
          TMPDIR: folder,
        },
        projectSettings: { name: request.project, runtime: 'nodejs', backend: { url } },
        stackSettings: { [request.stack]: { encryptionSalt: await installationSalt(store) } },
      },
    );
    await setConfig(stack, request);
    return await use(stack);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function setConfig(stack: Stack, { config = {}, secretConfigKeys = [] }: StackRequest): Promise<void> {
  const entries = Object.entries(config).map(([key, value]) => [
    key,
    { value, secret: secretConfigKeys.includes(key) },
  ]);
  if (entries.length > 0) await stack.setAllConfig(Object.fromEntries(entries));
}
