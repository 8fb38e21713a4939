// The production build of the portal, made when there is none or when its sources have changed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { childEnv } from './child-env.ts';
import { StartFailure } from './failure.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MARKER = path.join(ROOT, '.next/source-hash');
const FOLDERS = ['app', 'messages', 'public', 'server', 'prisma/schema'];
const FILES = [
  'next.config.ts',
  'postcss.config.mjs',
  'proxy.ts',
  'instrumentation.ts',
  'tsconfig.json',
  'package-lock.json',
];
const NOT_BUILT = /\.i?test\.tsx?$|^server\/(start|testing|worker|gateway|cli)\//;

/** @returns whether `.next` is the build of these sources */
export function isBuilt(): boolean {
  return existsSync(MARKER) && readFileSync(MARKER, 'utf8') === hashSources();
}

/** Run `next build`. @param signal ends it early
 * @throws StartFailure with the end of its output */
export async function build(signal: AbortSignal): Promise<void> {
  const hash = hashSources(); // before, so that an edit during the build is noticed by the next start
  const output = await new Promise<string | null>((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(ROOT, 'node_modules/next/dist/bin/next'), 'build'], {
      cwd: ROOT,
      env: childEnv({ NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', CI: '1' }),
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
      killSignal: 'SIGTERM',
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.once('error', (error) => (signal.aborted ? resolve(null) : reject(error)));
    // Not 'close': a helper of the compiler may hold the pipe for longer.
    child.once('exit', (code) => setImmediate(() => resolve(code === 0 ? null : text)));
  });
  if (signal.aborted) return;
  if (output !== null) {
    throw new StartFailure(`The portal could not be built:\n${output.trim().split('\n').slice(-30).join('\n')}`);
  }
  mkdirSync(path.dirname(MARKER), { recursive: true });
  writeFileSync(MARKER, hash);
}

function hashSources(): string {
  const hash = createHash('sha256');
  for (const file of [...FILES, ...FOLDERS.flatMap(filesBelow)]) {
    const full = path.join(ROOT, file);
    if (!NOT_BUILT.test(file) && existsSync(full)) hash.update(file).update('\0').update(readFileSync(full));
  }
  return hash.digest('hex');
}

function filesBelow(folder: string): string[] {
  const full = path.join(ROOT, folder);
  if (!existsSync(full)) return [];
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
    .toSorted();
}
