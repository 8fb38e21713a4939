/**
 * Finds offerings and targets by looking into their folders, so that no list names them. Only the process that runs programs calls this:
 * a target brings drivers and the Pulumi SDK into memory.
 */
import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OfferingDefinition } from './offering.ts';
import type { TargetDefinition } from './target.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

/** Every folder of offerings/ that holds an `offering.ts`, by slug. */
export async function discoverOfferings(root = path.join(ROOT, 'offerings')): Promise<readonly OfferingDefinition[]> {
  return discover<OfferingDefinition>(root, 'offering.ts');
}

/** Every folder of targets/ that holds a `target.ts`, by name. */
export async function discoverTargets(root = path.join(ROOT, 'targets')): Promise<readonly TargetDefinition[]> {
  return discover<TargetDefinition>(root, 'target.ts');
}

async function discover<T>(root: string, file: string): Promise<readonly T[]> {
  const folders = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const files = folders.map((folder) => path.join(root, folder.name, file)).toSorted();
  const present = await Promise.all(files.map(exists));
  return Promise.all(files.filter((_, index) => present[index]).map((found) => importDefault<T>(found)));
}

async function importDefault<T>(file: string): Promise<T> {
  const loaded = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { readonly default?: T };
  if (loaded.default === undefined) throw new Error(`${file} has no default export`);
  return loaded.default;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
