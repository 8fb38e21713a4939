import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { CliMissingError, findCli } from './find-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'find-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

function install(...parts: string[]): string {
  const bin = join(folder, ...parts);
  mkdirSync(bin, { recursive: true });
  const path = join(bin, 'pulumi');
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, 0o755);
  return path;
}

test('it is found by name, on the PATH, or at home, in this order', async () => {
  const [named, onPath, atHome] = [install('named'), install('path'), install('home', 'bin')];
  const home = { PULUMI_HOME: join(folder, 'home') };
  const path = { ...home, PATH: ['', join(folder, 'nothing'), join(folder, 'path')].join(':') };
  expect(await findCli({ ...path, PULUMI_CLI: named })).toBe(named);
  expect(await findCli(path)).toBe(onPath);
  expect(await findCli(home)).toBe(atHome);
});

test('a name that leads nowhere is an error even when another would be found', async () => {
  install('home', 'bin');
  const env = { PULUMI_CLI: join(folder, 'missing'), PULUMI_HOME: join(folder, 'home') };
  await expect(findCli(env)).rejects.toBeInstanceOf(CliMissingError);
});

test('the stand-in that downloads is passed over', async () => {
  install('node_modules', '.bin');
  const env = { PATH: join(folder, 'node_modules', '.bin'), PULUMI_HOME: join(folder, 'nothing') };
  await expect(findCli(env)).rejects.toBeInstanceOf(CliMissingError);
});
