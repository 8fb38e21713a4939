/**
 * One link of a chain of crashes: finishes what its predecessor was killed in, tells its parent how that ended, and then dies itself at
 * the next point. Argument: the JSON of a {@link CrashLink}. When its run has fewer writes than the point, it ends and tells how many.
 */
import { Pool } from 'pg';
import { createEmbeddedEngine } from '../embedded/engine.ts';
import type { ProgramRequest } from '../port.ts';
import { armCrash, type CrashPoint } from './crash-point.ts';
import { createWorldPackage } from './world-package.ts';
import { worldProgram, type WorldVersion } from './world-program.ts';

export interface CrashLink {
  readonly url: string;
  readonly serial: boolean;
  /** The stack to finish. */
  readonly resume: string | null;
  /** The stack to make and to die in. */
  readonly crash: { readonly stack: string; readonly point: CrashPoint } | null;
  /** What is already there when the counted run begins; null for a counted run on an empty stack. */
  readonly from: WorldVersion | null;
  /** What the counted run makes of it; null destroys it. */
  readonly to: WorldVersion | null;
  /** What the run after the crash makes of it. */
  readonly after: WorldVersion | null;
}

export type CrashMessage =
  | { readonly kind: 'resumed'; readonly ok: boolean; readonly errors: readonly string[]; readonly calm: boolean }
  | { readonly kind: 'survived'; readonly writes: number };

const link = JSON.parse(process.argv[2] ?? '') as CrashLink;
const engine = createEmbeddedEngine({ stateUrl: link.url, passphrase: 'correct horse' });
const pool = new Pool({ connectionString: link.url, max: 4 });

function request(stack: string, fence: bigint, version: WorldVersion): ProgramRequest {
  const packages = [createWorldPackage(pool, stack)];
  return { project: 'demo', stack, fence, packages, program: worldProgram(version, link.serial) };
}

function tell(message: CrashMessage): Promise<void> {
  return new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
}

function run(stack: string, fence: bigint, to: WorldVersion | null) {
  return to === null ? engine.destroy(request(stack, fence, 'first')) : engine.up(request(stack, fence, to));
}

if (link.resume !== null) {
  const result = await run(link.resume, 3n, link.after);
  const again = await run(link.resume, 3n, link.after);
  const calm = again.ok && Object.keys(again.counts).every((operation) => operation === 'same');
  await tell({ kind: 'resumed', ok: result.ok, errors: result.errors.map(({ message }) => message), calm });
}
if (link.crash !== null) {
  const { stack, point } = link.crash;
  if (link.from !== null) await engine.up(request(stack, 1n, link.from));
  const armed = armCrash(point);
  await run(stack, 2n, link.to);
  await tell({ kind: 'survived', writes: armed.writes() });
}
await engine.close();
await pool.end();
if (process.connected) process.disconnect();
