/** What the keeper writes down of an instance: a record that outlives it, and the two files that its server reads. */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { InstanceSpec } from '../registry/keeper.ts';

const RECORD = 'instance.json';

export const InstanceRecord = InstanceSpec.extend({
  /** Chosen once; kept while nobody else takes it. */
  port: z.int(),
  wanted: z.enum(['running', 'stopped']),
  /** Servers come up in this order. */
  createdAt: z.iso.datetime(),
});
export type InstanceRecord = z.infer<typeof InstanceRecord>;

/** Records of all instances, oldest first. A folder without one is what a removal left, and is no instance.
 * @throws ZodError when a record is damaged: which servers should run is then not known */
export function readRecords(folder: string): InstanceRecord[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(folder, entry.name, RECORD)))
    .map((entry) => InstanceRecord.parse(JSON.parse(readFileSync(path.join(folder, entry.name, RECORD), 'utf8'))))
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt) || a.name.localeCompare(b.name));
}

/** Written whole or not at all. */
export function writeRecord(folder: string, record: InstanceRecord): void {
  mkdirSync(folder, { recursive: true, mode: 0o711 }); // a server under another account passes through
  const file = path.join(folder, RECORD);
  writeFileSync(`${file}.new`, JSON.stringify(record, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** What no plan decides: reached over the loopback alone, changed by nobody but the keeper. */
const FIXED: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  allow_alter_system: 'off',
  log_line_prefix: '%m [%p] %d ',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

export function configurationText({ settings, port }: Pick<InstanceRecord, 'settings' | 'port'>): string {
  const all = { ...settings, ...FIXED, port: String(port) };
  return `${Object.entries(all)
    .map(([name, value]) => `${name} = '${value}'`)
    .join('\n')}\n`;
}

/**
 * Refusals first: a role with REPLICATION could else copy the whole server, whatever it may read. Then the platform's superuser, then
 * the tenant's own roles into their own databases, then nobody.
 */
export function accessText({ access }: Pick<InstanceRecord, 'access'>): string {
  return [
    'host replication all all reject',
    'local replication all reject',
    'host all postgres 127.0.0.1/32 scram-sha-256',
    ...access.map(({ database, role }) => `host ${database} ${role} 127.0.0.1/32 scram-sha-256`),
    'host all all all reject',
    'local all all reject',
    '',
  ].join('\n');
}
