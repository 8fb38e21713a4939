/**
 * A worker in a process of its own. Tells its parent when its provider reaches a call, and goes on there when it is told to. In the end it
 * tells how its run ended. Argument: the JSON of a {@link WorkerTask}.
 */
import { createPulumiEngine } from '../cli/engine.ts';
import { createEmbeddedEngine } from '../embedded/engine.ts';
import type { Engine } from '../port.ts';
import { createSampleLog, createSamplePackage } from './sample-package.ts';
import { rolesProgram } from './roles-program.ts';

export interface WorkerTask {
  readonly stateUrl: string;
  /** Default `embedded`. */
  readonly engine?: Engine['name'];
  readonly stack: string;
  readonly fence: number;
  readonly roles: readonly string[];
  /** The provider's call to wait at, and on which side of its effect; null to wait nowhere. */
  readonly waitAt: { readonly call: string; readonly when: 'before' | 'after' } | null;
}

export type WorkerMessage =
  | { readonly kind: 'there' }
  | { readonly kind: 'ended'; readonly outcome: string; readonly calls: readonly string[] };

const task = JSON.parse(process.argv[2] ?? '') as WorkerTask;
const { stateUrl, stack, fence, roles, waitAt } = task;
const createEngine = task.engine === 'pulumi' ? createPulumiEngine : createEmbeddedEngine;
const engine: Engine = createEngine({ stateUrl, passphrase: 'correct horse' });
const log = createSampleLog();
const tell = (message: WorkerMessage) => process.send?.(message);

async function waitThere(call: string, when: 'before' | 'after'): Promise<void> {
  if (call !== waitAt?.call || when !== waitAt.when) return;
  const told = new Promise((resolve) => process.once('message', resolve));
  tell({ kind: 'there' });
  await told;
}

const packages = [createSamplePackage({ postgresUrl: stateUrl, log, onCall: waitThere })];
let outcome: string;
try {
  const result = await engine.up({
    project: 'demo',
    stack,
    fence: BigInt(fence),
    packages,
    program: rolesProgram(roles),
  });
  outcome = result.ok ? 'ok' : result.errors.map(({ message }) => message).join('; ');
} catch (error) {
  outcome = error instanceof Error ? error.name : String(error);
}
tell({ kind: 'ended', outcome, calls: log.calls });
await engine.close();
if (process.connected) process.disconnect();
