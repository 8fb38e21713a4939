/** Where the plugin of a provider is: on the PATH, or in the plugin cache of Pulumi's home. */
import { accessSync, constants, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Numbers in a version compare as numbers: 1.10.0 is newer than 1.9.0. */
const byVersion = new Intl.Collator('en', { numeric: true });

/**
 * Find a plugin's file. One on the PATH is taken whatever its version is, as the CLI does.
 * @param version exact; empty for the newest in the cache
 */
export function findPluginFile(
  name: string,
  version: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const binary = `pulumi-resource-${name}`;
  const onPath = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = onPath.map((folder) => join(folder, binary)).find(isExecutable);
  if (found) return found;
  const cache = join(env['PULUMI_HOME'] ?? join(homedir(), '.pulumi'), 'plugins');
  const prefix = `resource-${name}-v`;
  const folders = listFolder(cache).filter((folder) => folder.startsWith(prefix) && !folder.endsWith('.lock'));
  const fitting = folders.filter((folder) => version === '' || folder === prefix + version);
  const newestFirst = fitting.toSorted((left, right) => byVersion.compare(right, left));
  return newestFirst.map((folder) => join(cache, folder, binary)).find(isExecutable);
}
