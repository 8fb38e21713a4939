/** A provider package for tests: resources without substance that take time or fail on demand, and real PostgreSQL roles and databases. */
import type { Provider } from '@pulumi/pulumi/provider/index.js';
import { Pool, escapeIdentifier } from 'pg';
import type { ProviderPackage } from '../port.ts';
import { isEqual, revealProps, toSecret, type Props } from '../wire/values.ts';
import { urnType } from '../wire/urn.ts';

export const SAMPLE_VERSION = '0.1.0';

/** What the provider was asked, in order, and how many calls ran at once. */
export interface SampleLog {
  readonly calls: string[];
  running: number;
  runningMax: number;
}

export function createSampleLog(): SampleLog {
  return { calls: [], running: 0, runningMax: 0 };
}

export interface SampleOptions {
  readonly log?: SampleLog;
  /** Where roles are made. */
  readonly postgresUrl?: string;
  /** Awaited inside a call such as `create NAME`, before it has any effect, and after it: for tests that stop or kill there. */
  readonly onCall?: (call: string, when: 'before' | 'after') => Promise<void>;
}

const REPLACED_BY: Readonly<Record<string, readonly string[]>> = {
  Thing: ['key'],
  Unique: ['key'],
  Role: ['name'],
  Database: ['name'],
  Password: ['bytes'],
};

function kindOf(urn: string): string {
  return urnType(urn).split(':').at(-1) ?? '';
}

function nameOf(urn: string): string {
  return urn.split('::').at(-1) ?? '';
}

export function createRoleSql(name: string): string {
  return `CREATE ROLE ${escapeIdentifier(name)} NOLOGIN`;
}

export function createDatabaseSql(name: string, owner: string): string {
  return `CREATE DATABASE ${escapeIdentifier(name)} OWNER ${escapeIdentifier(owner)} STRATEGY wal_log`;
}

class SampleProvider implements Provider {
  readonly version = SAMPLE_VERSION;
  readonly #options: SampleOptions;
  readonly #config: Props;
  #pool: Pool | undefined;

  constructor(options: SampleOptions, config: Props) {
    this.#options = options;
    this.#config = config;
  }

  async check(_urn: string, _olds: Props, news: Props) {
    const failures = news['key'] === 'forbidden' ? [{ property: 'key', reason: 'it is forbidden' }] : [];
    return { inputs: news, failures };
  }

  async diff(_id: string, urn: string, olds: Props, news: Props) {
    const [before, after] = [revealProps(olds), revealProps(news)];
    const changed = Object.keys(after).filter((key) => !isEqual(before[key], after[key]));
    const replaces = changed.filter((key) => REPLACED_BY[kindOf(urn)]?.includes(key));
    return { changes: changed.length > 0, replaces, deleteBeforeReplace: kindOf(urn) === 'Unique', stables: ['made'] };
  }

  async create(urn: string, wrapped: Props) {
    return this.#logged(`create ${nameOf(urn)}`, async () => {
      const inputs = revealProps(wrapped);
      if (inputs['fail'] === true) throw new Error('failed as asked');
      if (typeof inputs['failWith'] === 'string') throw new Error(`refused ${inputs['failWith']}`);
      return this.#make(urn, inputs, wrapped);
    });
  }

  async #make(urn: string, inputs: Props, wrapped: Props) {
    const common = { ...wrapped, made: `made ${nameOf(urn)}`, region: this.#config['region'] ?? null };
    switch (kindOf(urn)) {
      case 'Role':
        await this.#makeRole(String(inputs['name']));
        return { id: String(inputs['name']), outs: common };
      case 'Database':
        await this.#makeDatabase(String(inputs['name']), String(inputs['owner']));
        return { id: String(inputs['name']), outs: common };
      case 'Password':
        return {
          id: nameOf(urn),
          outs: { ...common, result: toSecret('canary-'.padEnd(Number(inputs['bytes']), 'x')) },
        };
      default:
        return { id: `${kindOf(urn)}-${String(inputs['key'])}`, outs: common };
    }
  }

  /** Adopts the role when an interrupted create has made it. */
  async #makeRole(name: string) {
    const found = await this.#sql('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
    if (found.rowCount === 0) await this.#sql(createRoleSql(name));
  }

  async #makeDatabase(name: string, owner: string) {
    const found = await this.#sql('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0) await this.#sql(createDatabaseSql(name, owner));
  }

  async update(_id: string, urn: string, olds: Props, news: Props) {
    return this.#logged(`update ${nameOf(urn)}`, async () => {
      if (news['fail'] === true) throw new Error('failed as asked');
      return { outs: { ...olds, ...news } };
    });
  }

  async delete(id: string, urn: string, props: Props) {
    await this.#logged(`delete ${nameOf(urn)}`, async () => {
      if (props['failDelete'] === true) throw new Error('failed as asked');
      if (kindOf(urn) === 'Database') await this.#sql(`DROP DATABASE IF EXISTS ${escapeIdentifier(id)}`);
      if (kindOf(urn) === 'Role') await this.#sql(`DROP ROLE IF EXISTS ${escapeIdentifier(id)}`);
    });
  }

  async read(id: string, urn: string, props: Props) {
    if (kindOf(urn) !== 'Role') return id === 'missing' ? { id: '', props: {} } : { id, props };
    const found = await this.#sql('SELECT 1 FROM pg_roles WHERE rolname = $1', [id]);
    return found.rowCount === 0 ? { id: '', props: {} } : { id, props: { name: id, ...props } };
  }

  async invoke(token: string, args: Props) {
    if (token !== 'sample:index:echo') return { failures: [{ property: '', reason: `there is no ${token}` }] };
    return { outputs: { echo: args['text'] ?? null, region: this.#config['region'] ?? null } };
  }

  async close() {
    await this.#pool?.end();
  }

  #sql(text: string, values: readonly unknown[] = []) {
    this.#pool ??= new Pool({ connectionString: this.#options.postgresUrl, max: 4 });
    return this.#pool.query(text, [...values]);
  }

  async #logged<T>(call: string, work: () => Promise<T>): Promise<T> {
    const log = this.#options.log ?? createSampleLog();
    log.calls.push(call);
    log.running += 1;
    log.runningMax = Math.max(log.runningMax, log.running);
    try {
      await this.#options.onCall?.(call, 'before');
      const result = await work();
      await this.#options.onCall?.(call, 'after');
      return result;
    } finally {
      log.running -= 1;
    }
  }
}

export function createSamplePackage(options: SampleOptions = {}): ProviderPackage {
  return { name: 'sample', version: SAMPLE_VERSION, create: (config) => new SampleProvider(options, config) };
}
