// What ALTER SYSTEM has said of a cluster, in the file that the server itself writes; and a copy of that file as it was when
// the server last started with it, so that settings which keep it from starting can be set aside.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const systemFile = (dataDir: string): string => path.join(dataDir, 'postgresql.auto.conf');
const provenFile = (folder: string): string => path.join(folder, 'proven.auto.conf');

export const readSystemSettings = (dataDir: string): string => readFileSync(systemFile(dataDir), 'utf8');

/** The file keeps its owner. */
export const putSystemSettings = (dataDir: string, text: string): void => writeFileSync(systemFile(dataDir), text);

/** @param folder of the cluster, beside its data
 * @returns null before the first start */
export function readProvenSettings(folder: string): string | null {
  return existsSync(provenFile(folder)) ? readFileSync(provenFile(folder), 'utf8') : null;
}

export function keepProvenSettings(folder: string, text: string): void {
  const file = provenFile(folder);
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Names of the settings in a configuration file. */
export function settingsNamedIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/^([a-z_.]+) *=/gm)].map(([, name = '']) => name));
}
