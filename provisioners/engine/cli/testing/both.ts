/** One stack under both engines in turn, each request with a fence of its own, as runs of the product have it. */
import type {
  DestroyRequest,
  Engine,
  EngineEvent,
  ExportedStack,
  PreviewResult,
  ProgramRequest,
  ProviderPackage,
  StackTools,
  PulumiProgram,
  UpdateResult,
} from '../../port.ts';
import { PASSPHRASE, createHarness, type Harness } from '../../testing/harness.ts';
import {
  createSampleLog,
  createSamplePackage,
  type SampleLog,
  type SampleOptions,
} from '../../testing/sample-package.ts';
import { createPulumiEngine } from '../engine.ts';

type Extra = Partial<Omit<ProgramRequest, 'program' | 'stack' | 'project'>>;

/** A stack as one of the engines has it. */
export interface Side {
  readonly events: EngineEvent[];
  up(program: PulumiProgram, extra?: Extra): Promise<UpdateResult>;
  preview(program: PulumiProgram, extra?: Extra): Promise<PreviewResult>;
  refresh(extra?: Extra): Promise<UpdateResult>;
  destroy(extra?: Extra & Pick<DestroyRequest, 'runProgram'>): Promise<UpdateResult>;
  previewDestroy(extra?: Extra): Promise<PreviewResult>;
  previewRefresh(extra?: Extra): Promise<PreviewResult>;
  importState(exported: ExportedStack): Promise<void>;
  remove(): Promise<void>;
}

export interface SharedStack {
  readonly name: { readonly project: string; readonly stack: string };
  readonly packages: readonly ProviderPackage[];
  readonly log: SampleLog;
  readonly embedded: Side;
  readonly cli: Side;
}

export interface Both {
  readonly harness: Harness;
  readonly cli: Engine & StackTools;
  stack(options?: SampleOptions): SharedStack;
  close(): Promise<void>;
}

let fence = 0n;

function createSide(
  engine: Engine & StackTools,
  name: SharedStack['name'],
  packages: readonly ProviderPackage[],
): Side {
  const events: EngineEvent[] = [];
  const request = (extra: Extra = {}) => {
    fence += 1n;
    events.length = 0;
    return { ...name, packages, fence, onEvent: (event: EngineEvent) => void events.push(event), ...extra };
  };
  return {
    events,
    up: (program, extra) => engine.up({ ...request(extra), program }),
    preview: (program, extra) => engine.preview({ ...request(extra), program }),
    refresh: (extra) => engine.refresh(request(extra)),
    destroy: (extra) => engine.destroy(request(extra)),
    previewDestroy: (extra) => engine.previewDestroy(request(extra)),
    previewRefresh: (extra) => engine.previewRefresh(request(extra)),
    importState: (exported) => engine.importStack({ ...request(), exported }),
    remove: () => engine.removeStack(request()),
  };
}

export async function createBoth(): Promise<Both> {
  const harness = await createHarness();
  const cli = createPulumiEngine({ stateUrl: harness.database.url, passphrase: PASSPHRASE });
  let stacks = 0;
  return {
    harness,
    cli,
    stack(sample = {}) {
      stacks += 1;
      const name = { project: 'demo', stack: `b${stacks}` };
      const log = createSampleLog();
      const packages = [createSamplePackage({ postgresUrl: harness.database.url, log, ...sample })];
      return {
        name,
        packages,
        log,
        embedded: createSide(harness.engine, name, packages),
        cli: createSide(cli, name, packages),
      };
    },
    async close() {
      await cli.close();
      await harness.close();
    },
  };
}
