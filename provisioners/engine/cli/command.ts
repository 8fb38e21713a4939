/** Starting the CLI: with an environment of its own, files that nobody else can read, and an end that comes when it is told to. */
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { dirname } from 'node:path';

/** Thrown when the CLI ends with another code than 0. */
export class CliFailedError extends Error {
  override readonly name = 'CliFailedError';
  readonly stderr: string;

  constructor(what: string, ended: string, stderr: string) {
    const said = stderr.trim();
    super(`pulumi ${what} ended with ${ended}${said === '' ? '' : `: ${said}`}`);
    this.stderr = stderr;
  }
}

/** What one invocation of the CLI gave; the Automation API reads it. */
export interface CliOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What a program needs from its surroundings. Everything else, the platform's secrets above all, stays here. */
const PASSED_ON = ['HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];

/** The environment of the CLI: a few names, and those that PULUMI_PASS_ENV lists for provider plugins (`KUBECONFIG,AWS_PROFILE`). */
export function environmentFor(cli: string, env: Environment): NodeJS.ProcessEnv {
  const asked = (env['PULUMI_PASS_ENV'] ?? '').split(',').map((name) => name.trim());
  const path = `${dirname(cli)}:${env['PATH'] ?? '/usr/bin:/bin'}`;
  const result = Object.assign({} as NodeJS.ProcessEnv, { PATH: path });
  for (const name of [...PASSED_ON, ...PROXIES, ...asked]) {
    const value = env[name];
    if (name !== 'PATH' && value !== undefined) result[name] = value;
  }
  return result;
}

const versions = new Map<string, Promise<string>>();

/** The CLI's version, `3.257.0`; asked once per process and executable. */
export function versionOf(cli: string): Promise<string> {
  const known = versions.get(cli);
  if (known) return known;
  const env = { ...environmentFor(cli, process.env), PULUMI_SKIP_UPDATE_CHECK: 'true' };
  const asked = promisify(execFile)(cli, ['version'], { env }).then(({ stdout }) => stdout.trim().replace(/^v/, ''));
  versions.set(cli, asked);
  asked.catch(() => versions.delete(cli));
  return asked;
}

export interface Invocation {
  readonly cli: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** Aborting kills at once: the CLI has lost its stack, and whatever it still does is one thing too many. */
  readonly lost?: AbortSignal | undefined;
  /** How long the CLI has after an interrupt to end by itself, before it and its plugins are killed. */
  readonly graceMs: number;
  readonly onKilled?: () => void;
}

/** Run the CLI to its end. @throws CliFailedError */
export async function invokeCli({ cli, args, cwd, env, signal, lost, graceMs, onKilled }: Invocation) {
  // A group of its own: an interrupt of the worker is the worker's to pass on, and plugins end with the CLI.
  const child = spawn('/bin/sh', ['-c', 'umask 077; exec "$0" "$@"', cli, ...args], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (out.stderr += text));
  const ended = new Promise<{ code: number | null; by: string | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, by) => resolve({ code, by }));
  });

  let late: NodeJS.Timeout | undefined;
  const kill = () => {
    onKilled?.();
    // One that has just ended by itself has no group any more.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  const cancel = () => {
    child.kill('SIGINT');
    late = setTimeout(kill, graceMs);
  };
  if (signal?.aborted) cancel();
  else signal?.addEventListener('abort', cancel, { once: true });
  if (lost?.aborted) kill();
  else lost?.addEventListener('abort', kill, { once: true });
  try {
    const { code, by } = await ended;
    if (code !== 0) throw new CliFailedError(args[0] ?? '', by ?? `code ${code}`, out.stderr);
    return { stdout: out.stdout.trimEnd(), stderr: out.stderr.trimEnd(), code };
  } finally {
    clearTimeout(late);
    signal?.removeEventListener('abort', cancel);
    lost?.removeEventListener('abort', kill);
  }
}
