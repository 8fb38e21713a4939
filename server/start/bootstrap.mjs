// The first file of every command. It runs under whatever Node the machine has, before anything is installed: built-ins
// only, no TypeScript. It installs what is missing and hands over to the project's own Node. It speaks on stderr, so
// that the output of a command stays the command's own.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 20;
const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const BIN = path.join(ROOT, 'node_modules/.bin');
const ENTRIES = {
  start: 'server/start/supervisor.ts',
  dev: 'server/start/supervisor.ts',
  test: 'server/start/test.ts',
  check: 'server/start/check.ts',
  screenshots: 'server/start/screenshots.ts',
  cli: 'server/cli/main.ts',
};

const say = (line) => process.stderr.write(`${line}\n`);

await main(process.argv[2], process.argv.slice(3));

async function main(verb, args) {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < NODE_MAJOR_MIN) {
    quit(
      `Node.js ${process.versions.node} is too old: install Node.js ${NODE_MAJOR_MIN} or newer (https://nodejs.org)`,
    );
  }
  const entry = verb === 'bench' ? benchmark(args.shift()) : ENTRIES[verb];
  if (!entry) quit(`unknown command "${verb ?? ''}": one of ${[...Object.keys(ENTRIES), 'bench'].join(', ')}`);
  if (!isInstalled()) await install();
  if (schemaHash() !== generatedHash()) generateClient();
  if (verb !== 'cli' && verb !== 'bench') useGitHooks();
  run(entry, verb === 'dev' ? ['--dev', ...args] : args);
}

/** Each benchmark is a file of its name. */
function benchmark(name) {
  const names = readdirSync(path.join(ROOT, 'bench'))
    .filter((file) => /^[a-z-]+\.ts$/.test(file))
    .map((file) => path.parse(file).name);
  if (!names.includes(name)) quit(`Usage: npm run bench -- <${names.join('|')}> [options]`);
  return `bench/${name}.ts`;
}

function quit(line) {
  say(line);
  process.exit(1);
}

/** npm writes the hidden lockfile last, so it tells a whole installation from a broken one. */
function isInstalled() {
  const hidden = path.join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(hidden) || !existsSync(path.join(BIN, 'node'))) return false;
  const wanted = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([name, entry]) => name === '' || entry.optional || entry.devOptional || present[name]?.version === entry.version,
  );
}

async function install() {
  const { packages } = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'));
  const needed = Object.entries(packages).filter(([name, entry]) => name !== '' && !entry.optional);
  say(`Installing ${needed.length} packages…`);
  const startedAt = Date.now();
  for (const attempt of [1, 2]) {
    const { code, output } = await npmCi();
    if (code === 0) break;
    if (attempt === 2)
      quit(
        `${output.trim().split('\n').slice(0, 20).join('\n')}\nThe packages could not be installed: is a package registry reachable?`,
      );
    say('That failed; once more…');
  }
  if (!existsSync(path.join(BIN, 'node'))) {
    quit(
      `No Node.js build among the packages for ${process.platform} ${process.arch}; supported: Linux and macOS, x64 and arm64`,
    );
  }
  say(`Installed in ${Math.round((Date.now() - startedAt) / 1000)} s`);
}

/** npm itself must not run on the Node that it is about to replace. */
function npmCi() {
  const PATH = (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => !folder.includes(`node_modules${path.sep}.bin`))
    .join(path.delimiter);
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  return new Promise((resolve) => {
    const child = spawn('npm', args, { cwd: ROOT, env: { ...process.env, PATH }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => resolve({ code: 1, output: `npm: ${error.message}` }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function schemaHash() {
  const folder = path.join(ROOT, 'prisma/schema');
  const hash = createHash('sha256').update(readFileSync(path.join(ROOT, 'node_modules/prisma/package.json')));
  for (const file of readdirSync(folder).sort()) hash.update(file).update(readFileSync(path.join(folder, file)));
  return hash.digest('hex');
}

function generatedHash() {
  const marker = path.join(ROOT, 'prisma/generated/.source');
  return existsSync(marker) ? readFileSync(marker, 'utf8') : '';
}

function generateClient() {
  const result = spawnSync(
    path.join(BIN, 'node'),
    [path.join(ROOT, 'node_modules/prisma/build/index.js'), 'generate'],
    {
      cwd: ROOT,
      env: withBin(),
      encoding: 'utf8',
    },
  );
  if (result.status !== 0) quit(`${result.stdout}${result.stderr}\nThe database client could not be generated.`);
  mkdirSync(path.join(ROOT, 'prisma/generated'), { recursive: true });
  writeFileSync(path.join(ROOT, 'prisma/generated/.source'), schemaHash());
}

/** In a developer's checkout, what is staged gets formatted and linted; a setting of their own is left alone. */
function useGitHooks() {
  if (process.env.CI || !existsSync(path.join(ROOT, '.git'))) return;
  if (spawnSync('git', ['config', '--get', 'core.hooksPath'], { cwd: ROOT }).status !== 1) return;
  try {
    execFileSync('git', ['config', 'core.hooksPath', '.githooks'], { cwd: ROOT, stdio: 'ignore' });
  } catch {
    say('The git hook could not be set (.githooks/pre-commit).');
  }
}

function withBin() {
  return { ...process.env, PATH: `${BIN}${path.delimiter}${process.env.PATH ?? ''}` };
}

/** The IPC channel tells the command that we are gone, even after kill -9. */
function run(entry, args) {
  const child = spawn(path.join(BIN, 'node'), [path.join(ROOT, entry), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: withBin(),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => quit(`${entry}: ${error.message}`));
  child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
  leaveWithNpm(child);
}

/** kill -9 of npm reaches nobody else: notice that our ancestors changed, and end the command in order. */
function leaveWithNpm(child) {
  if (!process.env.npm_lifecycle_event) return;
  const before = ancestors();
  setInterval(() => {
    if (ancestors() !== before) child.kill('SIGTERM');
  }, 1000).unref();
}

function ancestors() {
  return `${process.ppid} ${parentOf(process.ppid)}`;
}

function parentOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')[1];
  } catch {
    return undefined; // not Linux
  }
}
