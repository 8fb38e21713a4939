/** The Automation API on a stack's rows. It is loaded when first used: it costs seconds and a hundred megabytes. */
import { access, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PulumiCommand, Stack, StackSettings } from '@pulumi/pulumi/automation/index.js';
import type { StackRequest } from '../port.ts';
import { stackKey } from '../state/keys.ts';
import type { StackLease } from '../state/session.ts';
import { loadSnapshot, type StateStore } from '../state/store.ts';
import { environmentFor, invokeCli, versionOf, type CliOutput } from './command.ts';

/**
 * The CLI's backend URL: the same database, seen through the schema of the engine's state.
 * @param claim for which fence the CLI works: the database takes no state from it when that is lost; undefined for who has none
 */
export function backendUrl(stateUrl: string, claim?: { lease: StackLease; holder: string }): string {
  const url = new URL(stateUrl);
  url.protocol = 'postgres:';
  url.searchParams.set('search_path', 'pulumi');
  if (!url.searchParams.has('sslmode')) url.searchParams.set('sslmode', 'disable');
  if (claim) {
    url.searchParams.set('engine.stack', stackKey(claim.lease));
    url.searchParams.set('engine.fence', claim.lease.fence.toString());
    url.searchParams.set('engine.holder', claim.holder);
  }
  return url.href;
}

export interface Workspace {
  readonly cli: string;
  readonly stateUrl: string;
  readonly store: StateStore;
  readonly request: StackRequest;
  /** For the CLI's environment: where provider packages listen. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where the program is served; undefined when none is to run. */
  readonly client: string | undefined;
  readonly graceMs: number;
  readonly onKilled: () => void;
  /** Aborted when the stack is lost to a higher fence; undefined where nothing is written. */
  readonly lost: AbortSignal | undefined;
}

/** Commands that a program takes part in. */
const WITH_PROGRAM = new Set(['up', 'preview', 'destroy']);

/**
 * What the Automation API runs the CLI with. Its own class starts it with this process's environment and on another program server, and
 * knows no end but an interrupt.
 */
async function createCommand(workspace: Workspace, PulumiCommandClass: typeof PulumiCommand): Promise<PulumiCommand> {
  const { cli, client, graceMs, onKilled, lost } = workspace;
  const version = await versionOf(cli);
  async function run(
    args: string[],
    cwd: string,
    additional: Record<string, string>,
    _onOutput?: unknown,
    _onError?: unknown,
    signal?: AbortSignal,
  ): Promise<CliOutput> {
    const withClient = client !== undefined && WITH_PROGRAM.has(args[0] ?? '') ? [`--client=${client}`] : [];
    const env = { ...environmentFor(cli, process.env), ...additional, PULUMI_AUTOMATION_API: 'true' };
    const all = [...args, ...withClient, '--non-interactive'];
    return invokeCli({ cli, args: all, cwd, env, signal, lost, graceMs, onKilled });
  }
  const members = { command: cli, version: { toString: () => version }, run };
  return Object.assign(Object.create(PulumiCommandClass.prototype) as PulumiCommand, members);
}

/** Salt and configuration as the stack's settings file holds them; what is secret is sealed, and never on a command line. */
async function settingsOf({ store, request }: Workspace): Promise<StackSettings> {
  const { crypter } = await loadSnapshot(store, request);
  const { config = {}, secretConfigKeys = [] } = request;
  const entries = Object.entries(config).map(
    ([key, value]) => [key, secretConfigKeys.includes(key) ? { secure: crypter.encrypt(value) } : value] as const,
  );
  return { encryptionSalt: crypter.salt, config: Object.fromEntries(entries) };
}

/** A home of this run, so that it leaves nothing in the user's; installed plugins are found there nevertheless. */
async function makeHome(folder: string): Promise<string> {
  const home = join(folder, 'home');
  await mkdir(home, { mode: 0o700 });
  const plugins = join(process.env['PULUMI_HOME'] ?? join(homedir(), '.pulumi'), 'plugins');
  const found = await access(plugins).then(
    () => true,
    () => false,
  );
  if (found) await symlink(plugins, join(home, 'plugins'));
  return home;
}

/** Open a stack that exists for the CLI, with a private folder for its files, and hand it to `use`. */
export async function withStack<T>(workspace: Workspace, use: (stack: Stack) => Promise<T>): Promise<T> {
  const {
    LocalWorkspace,
    PulumiCommand: Command,
    Stack: StackClass,
  } = await import('@pulumi/pulumi/automation/index.js');
  const { request, stateUrl, store, environment, lost } = workspace;
  const claim = lost && { lease: request, holder: store.holder };
  const folder = await mkdtemp(join(tmpdir(), 'pulumi-'));
  try {
    const local = await LocalWorkspace.create({
      pulumiCommand: await createCommand(workspace, Command),
      workDir: folder,
      pulumiHome: await makeHome(folder),
      envVars: {
        PULUMI_BACKEND_URL: backendUrl(stateUrl, claim),
        PULUMI_CONFIG_PASSPHRASE: store.passphrase,
        PULUMI_SKIP_UPDATE_CHECK: 'true',
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
        TMPDIR: folder,
        ...environment,
      },
      projectSettings: { name: request.project, runtime: 'nodejs' },
      stackSettings: { [request.stack]: await settingsOf(workspace) },
    });
    return await use(await StackClass.select(request.stack, local));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
