// One workload's process, whatever it does: shut in, started again, held to its memory, its log bounded.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitFor } from '../../../../server/testing/postgres.ts';
import { keepChild, type Child } from './child.ts';
import { workloadHome } from './folders.ts';
import { openLogFile } from './log-file.ts';

let dataDir: string;
let child: Child | null = null;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'workloads-'));
  await writeFile(path.join(dataDir, 'secret'), 'of the installation');
});
afterEach(async () => {
  await child?.end();
  child = null;
  await rm(dataDir, { recursive: true, force: true });
});

function start(settings: Readonly<Record<string, number>> = {}, memoryMib = 300): { child: Child; home: string } {
  const home = workloadHome(dataDir, 't_abcdef', 'probe');
  const databaseUrl = 'postgresql://nobody@127.0.0.1:1/none';
  // The program of this test lies with it, and is no offering's.
  child = keepChild({
    offering: '../targets/local/workloads/testing',
    entry: 'probe.ts',
    databaseUrl,
    memoryMib,
    settings,
    home,
  });
  return { child, home };
}

test('it has its own folder and nothing else: no file, no program, no secret of whoever started it', async () => {
  process.env['ENVELOPE_KEY_OF_THE_TEST'] = 'secret';
  const { child: kept, home } = start();
  await waitFor(() => kept.state === 'running', { what: 'the process' });
  delete process.env['ENVELOPE_KEY_OF_THE_TEST'];
  const outcomes = JSON.parse(await readFile(path.join(home, 'files', 'outcomes.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  expect(outcomes).toMatchObject({
    ownFile: 'done',
    otherFile: 'ERR_ACCESS_DENIED',
    systemFile: 'ERR_ACCESS_DENIED',
    elsewhere: 'ERR_ACCESS_DENIED',
    program: 'ERR_ACCESS_DENIED',
  });
  expect(String(outcomes['environment'])).not.toContain('ENVELOPE');
  expect((await stat(path.join(home, 'files'))).mode & 0o077).toBe(0);
});

test('killed, it is started again; ended, it is not', async () => {
  const { child: kept } = start();
  await waitFor(() => kept.state === 'running', { what: 'the process' });
  const first = kept.pid ?? 0;
  process.kill(first, 'SIGKILL');
  await waitFor(() => kept.restarts === 1 && kept.state === 'running', { what: 'the process to be back' });
  expect(kept.pid).not.toBe(first);
  expect(kept.trouble).toBe('ended with SIGKILL');
  const second = kept.pid ?? 0;
  await kept.end();
  child = null;
  expect(() => process.kill(second, 0)).toThrow(expect.objectContaining({ code: 'ESRCH' }));
});

test('one that takes more memory than it was given is ended, and it is said', async () => {
  const { child: kept } = start({ takeMib: 400 });
  await waitFor(() => kept.restarts > 0, { what: 'its end' });
  expect(kept.trouble).toMatch(/^took \d+ MiB of 300$/);
});

test('a log never takes more than twice its bound', async () => {
  const file = path.join(dataDir, 'log');
  const log = openLogFile(file);
  for (let n = 0; n < 200; n += 1) log.write(`${n} ${'x'.repeat(9_000)}\n`);
  log.close();
  const [now, old] = await Promise.all([stat(file), stat(`${file}.old`)]);
  expect(Math.max(now.size, old.size)).toBeLessThanOrEqual(262_144);
  expect(await readFile(file, 'utf8')).toContain('\n199 ');
});
