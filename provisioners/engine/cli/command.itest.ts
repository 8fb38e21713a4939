import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { CliFailedError, environmentFor, invokeCli, versionOf } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'command-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A program in the CLI's place. */
function script(name: string, body: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

const base = { args: ['up'], cwd: folder, env: environmentFor('/bin/sh', process.env), graceMs: 10_000 };

/** Resolves when the program has written its file: it is where the test wants it. */
async function reached(name: string): Promise<void> {
  const watcher = watch(folder);
  try {
    while (!existsSync(join(folder, name))) await once(watcher, 'change');
  } finally {
    watcher.close();
  }
}

test('files are private, and what is asked for is given back', async () => {
  const cli = script('private', 'echo made > private.txt; echo out; echo err >&2');
  expect(await invokeCli({ ...base, cli })).toEqual({ stdout: 'out', stderr: 'err', code: 0 });
  expect(statSync(join(folder, 'private.txt')).mode & 0o777).toBe(0o600);
});

test('the environment holds what programs need, what is asked for, and no secret of the platform', () => {
  const env = environmentFor('/opt/cli/pulumi', {
    HOME: '/home/x',
    PATH: '/bin',
    ENVELOPE_KEY: 'secret',
    PULUMI_ACCESS_TOKEN: 'secret',
    KUBECONFIG: '/k',
    PULUMI_PASS_ENV: 'KUBECONFIG, MISSING',
  });
  expect(env).toEqual({ HOME: '/home/x', PATH: '/opt/cli:/bin', KUBECONFIG: '/k' });
});

test('a failure names the command and what was said', async () => {
  const cli = script('failing', 'echo "no such stack" >&2; exit 7');
  const failed = invokeCli({ ...base, cli });
  await expect(failed).rejects.toBeInstanceOf(CliFailedError);
  await expect(failed).rejects.toThrow('pulumi up ended with code 7: no such stack');
});

test('an abort interrupts, and who ends in time is not killed', async () => {
  const cli = script('polite', 'trap "echo interrupted; exit 3" INT; : > polite.txt; while :; do sleep 0.05; done');
  const stop = new AbortController();
  const killed: string[] = [];
  const run = invokeCli({ ...base, cli, signal: stop.signal, onKilled: () => killed.push('killed') });
  await reached('polite.txt');
  stop.abort();
  await expect(run).rejects.toThrow('code 3');
  expect(killed).toEqual([]);
});

test('who does not end in time is killed with all it started', async () => {
  const cli = script('stubborn', 'trap "" INT; sleep 300 & echo $! > child.txt; : > stubborn.txt; wait; wait; wait');
  const stop = new AbortController();
  const killed: string[] = [];
  const options = { ...base, cli, graceMs: 50, signal: stop.signal, onKilled: () => killed.push('killed') };
  const run = invokeCli(options);
  await reached('stubborn.txt');
  stop.abort();
  await expect(run).rejects.toThrow('SIGKILL');
  expect(killed).toEqual(['killed']);
  const plugin = Number(readFileSync(join(folder, 'child.txt'), 'utf8'));
  expect(isRunning(plugin)).toBe(false);
});

/** False for what is dead, reaped or not. */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

test('the version is read without its letter, and a file that is no program is an error each time', async () => {
  expect(await versionOf(script('versioned', 'echo v3.200.1'))).toBe('3.200.1');
  await expect(versionOf(join(folder, 'none'))).rejects.toThrow('ENOENT');
  await expect(versionOf(join(folder, 'none'))).rejects.toThrow('ENOENT');
});
