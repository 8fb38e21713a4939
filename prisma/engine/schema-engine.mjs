#!/usr/bin/env node
// Stands in for Prisma's `schema-engine` executable on machines where it can't be downloaded: the same arguments and
// the same JSON-RPC over stdio, answered by Prisma's own WebAssembly build of that engine. The CLI stays stock.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { connectOnce, createDatabase, dropDatabase, prismaCode } from './databases.mjs';
import { MigrationAdapterFactory } from './migration-adapter.mjs';

const NOWHERE = 'postgresql://nobody@127.0.0.1:1/nowhere'; // `migrate diff` between two schema files opens no connection

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: {
    datamodels: { type: 'string', multiple: true, default: [] },
    datasource: { type: 'string', default: '{}' },
    'enabled-preview-features': { type: 'string' },
    'extension-types': { type: 'string' },
    version: { type: 'boolean', short: 'V' },
  },
});
const { url } = JSON.parse(options.datasource);
const adapter = new MigrationAdapterFactory(url ?? NOWHERE);
let lastPanic;

if (options.version) process.stdout.write('schema-engine-wasm\n');
else if (positionals[0] === 'cli') await runCommand(positionals[1]);
else serve();

/** One-shot commands on a whole database: the outcome is the exit code and the last line on stderr. */
async function runCommand(command) {
  const commands = {
    'can-connect-to-database': connectOnce,
    'create-database': createDatabase,
    'drop-database': dropDatabase,
  };
  log('INFO', `Schema engine: ${command}`); // the CLI skips the first line
  try {
    await commands[command](url);
    log('INFO', 'Done');
  } catch (error) {
    log('ERROR', error.message, { error_code: prismaCode(error), is_panic: false });
    process.exitCode = 1;
  }
}

/** Requests come one a line and are answered in their order. */
function serve() {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void quit());
  let queue = Promise.resolve();
  createInterface({ input: process.stdin, crlfDelay: Infinity })
    .on('line', (line) => {
      if (line.trim() !== '') queue = queue.then(() => answer(JSON.parse(line)));
    })
    .on('close', () => void queue.then(quit));
}

async function quit() {
  await adapter.dropShadows();
  process.exit(0);
}

let loading;
async function answer({ id, method, params }) {
  if (!method) return; // the CLI's reply to a `print`
  try {
    if (method === 'createDatabase') {
      send({ id, result: { databaseName: await createDatabase(params.datasource?.url ?? url) } });
      return;
    }
    loading ??= loadEngine();
    const { engine } = await loading;
    const result = (await engine[method === 'getDatabaseVersion' ? 'version' : method](params)) ?? {};
    if (method === 'diff' && result.stdout) {
      send({ id: 1_000_000 + id, method: 'print', params: { content: result.stdout.replace(/\n$/, '') } });
    }
    send({ id, result: method === 'diff' ? { exitCode: result.exitCode } : result });
  } catch (error) {
    await fail(id, error);
  }
}

async function fail(id, error) {
  if (lastPanic) {
    log('ERROR', lastPanic, { is_panic: true });
    await adapter.dropShadows();
    process.exit(101);
  }
  const cause = await driverError(error);
  const data = {
    is_panic: false,
    message: String(cause?.message ?? error?.message ?? error),
    error_code: error?.code ?? prismaCode(cause ?? error),
    meta: null,
  };
  send({ id, error: { code: 4466, message: 'An error happened. Check the data field for details.', data } });
}

/** The driver's own error behind the engine's, which carries just its number in a registry. */
async function driverError(error) {
  const number = /\d+/.exec(error?.message ?? '')?.[0];
  if (error?.code || number === undefined) return undefined;
  const { registry } = await loading;
  return registry.consumeError(Number(number))?.error;
}

async function loadEngine() {
  const glueUrl = import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const glue = await import(glueUrl);
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => (lastPanic = message) };
  const bytes = readFileSync(fileURLToPath(new URL('schema_engine_bg.wasm', glueUrl)));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  const bound = bindMigrationAwareSqlAdapterFactory(adapter);
  const datamodels = options.datamodels.length
    ? options.datamodels.map((path) => [path, readFileSync(path, 'utf8')])
    : undefined;
  return { engine: await glue.SchemaEngine.new({ datamodels }, () => {}, bound), registry: bound.errorRegistry };
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

function log(level, message, extra = {}) {
  const fields = { message: message || 'unknown error', ...extra };
  process.stderr.write(
    `${JSON.stringify({ level, target: 'schema_engine::logger', timestamp: new Date().toISOString(), fields })}\n`,
  );
}
